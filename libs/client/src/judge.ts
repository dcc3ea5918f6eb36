import { defined } from '@enrollkit/base';
import type { ProviderReason } from '@enrollkit/enrollment';
import type { ProviderFailure } from './failure.ts';
import {
  retryTable,
  type Action,
  type RetryCondition,
  type RetryRow,
  type Subject,
  type SubjectFields,
  type Verdicts,
} from './retry.ts';

/** A row that applies to this action. */
export type RowFor<A extends Action> = RetryRow & { readonly verdict: Verdicts[A] };

/**
 * What became of a request, in four words.
 *
 *   not-taken  the provider did not take it: nothing happened
 *   refused    a final no to this request
 *   denied     not taken, and will not be until a person fixes credentials or configuration
 *   unknown    it may or may not have arrived
 */
export type Outcome = 'not-taken' | 'refused' | 'denied' | 'unknown';

/** What an error means for the request that met it. */
export interface Judgement {
  readonly row: RetryRow;
  readonly outcome: Outcome;
  /**
   * Whether the same request may be sent again without a risk of enrolling twice, and with a chance to
   * succeed.
   */
  readonly safeToRetry: boolean;
}

const outcomes: Readonly<Record<Verdicts[Action], Outcome>> = {
  busy: 'not-taken',
  withdrawn: 'not-taken',
  exists: 'refused',
  missing: 'refused',
  refused: 'refused',
  denied: 'denied',
  unknown: 'unknown',
};

/** Finds the row of the table that applies. `fields` are those of the API family that was asked. */
export function rowFor<A extends Action>(
  action: A,
  failure: ProviderFailure,
  fields: SubjectFields,
): RowFor<A> {
  const isFor = (row: RetryRow): row is RowFor<A> => (row.action ?? action) === action;
  const row = retryTable.filter(isFor).find((candidate) => applies(candidate, failure, fields));
  if (!row) throw new Error(`the retry table has no row for ${action}`);
  return row;
}

/** Judges a failure: the row that applies, and what it means for a caller. */
export function judge(action: Action, failure: ProviderFailure, fields: SubjectFields): Judgement {
  const row = rowFor(action, failure, fields);
  const safeToRetry = row.verdict === 'busy' || (action === 'change' && row.verdict === 'unknown');
  return { row, outcome: outcomes[row.verdict], safeToRetry };
}

function applies(row: RetryCondition, failure: ProviderFailure, fields: SubjectFields): boolean {
  const reasons = (failure.details ?? []).map((detail) => detail.reason ?? '');
  return (
    (row.status?.includes(failure.httpStatus) ?? true) &&
    (row.reason?.includes(failure.reason) ?? true) &&
    (row.detail === undefined || reasons.some((reason) => row.detail?.includes(reason))) &&
    (row.about === undefined || row.about === subjectOf(failure, fields)) &&
    (row.origin?.includes(failure.origin) ?? true) &&
    (row.recoverable ?? failure.recoverable) === failure.recoverable &&
    (row.sent ?? failure.sent) === failure.sent &&
    (row.clockOff ?? failure.clockOff ?? false) === (failure.clockOff ?? false) &&
    (row.retryAfter === undefined || row.retryAfter === (failure.retryAfterMs !== undefined))
  );
}

/**
 * The subject all details that name a field agree on. A conflict without such details is about the batch:
 * that is what was to be made.
 */
function subjectOf({ details = [], reason }: ProviderFailure, fields: SubjectFields): Subject | 'other' {
  const named = details.flatMap(({ source }) => (source === undefined ? [] : [lastName(source)]));
  const isAbout = (subject: Subject) =>
    named.every((name) => fields[subject].some((field) => field.toLowerCase() === name));
  if (named.length === 0) return reason === 'ALREADY_EXISTS' ? 'batch' : 'other';
  return isAbout('batch') ? 'batch' : isAbout('programme') ? 'programme' : 'other';
}

/** `body.externalBatchID` names `externalbatchid`: the documents spell it in two ways. */
function lastName(source: string): string {
  return (source.split(/[./]/).at(-1) ?? source).toLowerCase();
}

/**
 * The outcome of a request in the domain's words; the results of the provider port have these members in
 * common.
 */
export interface DomainOutcome<Kind extends string> {
  readonly kind: Kind;
  readonly retryAfterMs?: number;
  readonly reason: ProviderReason;
}

/** The verdict on a failure, with its reason for a person. */
export function outcomeOf<A extends Action>(
  action: A,
  failure: ProviderFailure,
  fields: SubjectFields,
): DomainOutcome<Verdicts[A]> {
  const { verdict } = rowFor(action, failure, fields);
  return defined<DomainOutcome<Verdicts[A]>>({
    kind: verdict,
    retryAfterMs: verdict === 'busy' ? failure.retryAfterMs : undefined,
    reason: reasonOf(failure),
  });
}

/** The most details told in one reason. */
const mostDetails = 3;

function reasonOf({
  httpStatus,
  reason,
  message,
  details = [],
  origin,
  correlationId,
}: ProviderFailure): ProviderReason {
  const shown = details
    .slice(0, mostDetails)
    .map((detail) => [detail.source, detail.reason, detail.message].filter(Boolean).join(' '));
  const full = shown.length === 0 ? message : `${message} (${shown.join('; ')})`;
  return defined<ProviderReason>({ httpStatus, code: reason, message: full, origin, correlationId });
}
