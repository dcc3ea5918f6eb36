import type { RecordKey, SourcePlace } from '@enrollkit/enrollment';
import type { FieldGroup } from './digests.ts';

/**
 * Why a row of a file is not enrolled by a batch.
 *
 *   unchanged       enrolled, and nothing differs; only counted
 *   changed         enrolled, and some groups differ; only reported
 *   applied         enrolled, and some groups differ; single requests bring them to the provider
 *   new             not enrolled, and by the configuration only reported
 *   in-flight       on its way in another intake
 *   unresolved      sent by another intake, and nobody knows what became of it
 *   refused-before  refused finally, and nothing differs
 *   removed         removed or erased
 *   opted-out       opted out: never enrolled again without a new consent
 */
export const unsentReasons = [
  'unchanged',
  'changed',
  'applied',
  'new',
  'in-flight',
  'unresolved',
  'refused-before',
  'removed',
  'opted-out',
] as const;

/** One of {@link unsentReasons}. */
export type UnsentReason = (typeof unsentReasons)[number];

/** No row for any reason. */
export function noneUnsent(): Record<UnsentReason, number> {
  return Object.fromEntries(unsentReasons.map((reason) => [reason, 0])) as Record<UnsentReason, number>;
}

/** A row that was not sent because of the register. */
export interface UnsentRow extends RecordKey {
  readonly place: SourcePlace;
  readonly reason: Exclude<UnsentReason, 'unchanged'>;
  /** The groups in which it differs from what was agreed. */
  readonly groups?: readonly FieldGroup[];
  /** The intake that enrolled it, refused it or has it. */
  readonly intakeId?: string;
  readonly code?: string;
  readonly at?: Date;
}

/** A row that must leave its batch before the intake is ready. */
export interface Withdrawal {
  /** 0 for a row that is in no batch: its changes go. */
  readonly batchId: number;
  readonly place: SourcePlace;
  readonly key: RecordKey;
  readonly reason: 'duplicate' | 'consumer-conflict' | 'shared-contact' | 'shared-card' | 'in-flight';
  /** Line of the row of this input that it repeats or contradicts; absent when that is in the register. */
  readonly firstLine?: number;
  /** The intake that enrolled or has the other one, when it is not this one. */
  readonly intakeId?: string;
}

/** Whether a shared e-mail and mobile, or a shared card number, takes the later row out of its batch. */
export interface LoadingRules {
  readonly contact: 'reject' | 'warn';
  readonly card: 'reject' | 'warn';
}

/** Rows found at the end of the load, also those that only warn. */
export interface LoadingFindings {
  readonly duplicates: number;
  readonly consumerConflicts: number;
  readonly sharedContacts: number;
  readonly sharedCards: number;
}
