import type { RecordKey, SourcePlace } from '@enrollkit/enrollment';
import type { FieldGroup } from './digests.ts';

/**
 * Why a row of a file was not sent.
 *
 *   unchanged       enrolled, and nothing differs; only counted
 *   changed         enrolled, and some groups differ
 *   in-flight       on its way in another intake
 *   unresolved      sent by another intake, and nobody knows what became of it
 *   refused-before  refused finally, and nothing differs
 *   removed         removed, opted out or erased
 */
export type UnsentReason =
  | 'unchanged'
  | 'changed'
  | 'in-flight'
  | 'unresolved'
  | 'refused-before'
  | 'removed';

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
