import type { ProviderReason } from '@enrollkit/enrollment';
import type { ProviderError } from './provider-error.ts';

/** What the provider was asked to do: take a batch, or report on one. */
export type Action = 'submit' | 'poll';

/** What an error means for each action. */
export interface Verdicts {
  readonly submit: 'exists' | 'refused' | 'withdrawn' | 'busy' | 'denied' | 'unknown';
  readonly poll: 'missing' | 'busy' | 'denied';
}

/** What an error is about, read from the fields its details name. */
export type Subject = 'batch' | 'programme';

/** The fields of an API family by which its details name a subject. */
export type SubjectFields = Readonly<Record<Subject, readonly string[]>>;

/** When a row applies. What it does not name, it does not ask for. */
interface Condition {
  /** One of these HTTP statuses. */
  readonly status?: readonly number[];
  readonly reason?: readonly string[];
  /** The reason of any of the details. */
  readonly detail?: readonly string[];
  readonly about?: Subject | 'other';
  readonly origin?: readonly ProviderReason['origin'][];
  readonly recoverable?: boolean;
  readonly sent?: boolean;
  readonly retryAfter?: boolean;
  readonly clockOff?: boolean;
}

/** Where a rule comes from: the provider's documents (see `x-provenance` in specs), RFC 9110, or caution of ours. */
interface Grounds {
  readonly source: 'documented' | 'sibling' | 'assumed' | 'rfc9110' | 'ours';
  readonly because: string;
}

/** One row, for one action or for both. */
export type RetryRow = Condition &
  Grounds &
  (
    | { readonly action: 'submit'; readonly verdict: Verdicts['submit'] }
    | { readonly action: 'poll'; readonly verdict: Verdicts['poll'] }
    | { readonly action?: undefined; readonly verdict: Verdicts['submit'] & Verdicts['poll'] }
  );

/** A row that applies to this action. */
export type RowFor<Q extends Action> = RetryRow & { readonly verdict: Verdicts[Q] };

/**
 * From an error to what it means, read from the top: the first row that matches decides.
 *
 * The question behind every row of `submit`: is it certain that the batch was not taken? Only then may it be
 * sent again (`busy`, `denied`, `withdrawn`) or given up (`refused`). Everything else is `unknown`. A poll changes
 * nothing at the provider and may always be repeated.
 *
 * `refused` is final for the records of the batch, so that what every batch would meet alike, a wrong client or
 * service id, a wrong path, is `denied`: it stops the run and loses nothing.
 */
export const retryTable: readonly RetryRow[] = [
  // Nothing left this machine.
  {
    sent: false,
    reason: ['TLS_FAILED'],
    verdict: 'denied',
    source: 'ours',
    because: 'no trust between the two sides: a certificate must be fixed',
  },
  {
    sent: false,
    reason: ['NOT_AUTHENTICATED'],
    recoverable: false,
    verdict: 'denied',
    source: 'ours',
    because: 'the request could not be signed: a key must be fixed',
  },
  { sent: false, verdict: 'busy', source: 'ours', because: 'no byte was sent' },

  // The id is there already.
  {
    action: 'submit',
    status: [400, 409],
    reason: ['ALREADY_EXISTS'],
    about: 'batch',
    verdict: 'exists',
    source: 'assumed',
    because: 'the provider has this externalBatchId',
  },
  {
    action: 'submit',
    status: [400, 409],
    detail: ['ALREADY_EXISTS', 'CANNOT_BE_DUPLICATE_OR_NULL'],
    about: 'batch',
    verdict: 'exists',
    source: 'assumed',
    because: 'the provider has this externalBatchId',
  },

  // A definite no.
  {
    action: 'submit',
    status: [400, 409],
    reason: ['ALREADY_EXISTS'],
    about: 'other',
    verdict: 'refused',
    source: 'assumed',
    because: 'something inside the batch is a duplicate',
  },
  {
    status: [400],
    origin: ['service'],
    about: 'programme',
    verdict: 'denied',
    source: 'documented',
    because: 'srcClientId or serviceId is not known: every batch would meet it',
  },
  {
    action: 'submit',
    status: [400],
    origin: ['service'],
    detail: ['CORRUPT_DATA'],
    verdict: 'withdrawn',
    source: 'sibling',
    because: 'the provider cannot decrypt: its key has changed, and the batch must be sealed again',
  },
  {
    action: 'submit',
    status: [400],
    origin: ['service'],
    reason: ['INVALID_ARGUMENT', 'INVALID_STATE'],
    verdict: 'refused',
    source: 'documented',
    because: 'malformed, or well-formed and refused',
  },
  {
    action: 'submit',
    status: [413],
    verdict: 'refused',
    source: 'rfc9110',
    because: 'content too large: this batch will never pass as it is (15.5.14)',
  },
  {
    action: 'poll',
    status: [400],
    origin: ['service'],
    about: 'batch',
    verdict: 'missing',
    source: 'assumed',
    because: 'this is no batchId of the provider',
  },
  {
    status: [404],
    about: 'programme',
    verdict: 'denied',
    source: 'assumed',
    because: 'the directory or client is not known, which says nothing about the batch',
  },
  {
    action: 'poll',
    status: [404],
    origin: ['service'],
    verdict: 'missing',
    source: 'sibling',
    because: 'the batchId is not known',
  },
  {
    status: [400],
    origin: ['gateway'],
    verdict: 'denied',
    source: 'documented',
    because: 'the gateway did not let it through to the service',
  },
  {
    action: 'poll',
    status: [400],
    origin: ['service'],
    verdict: 'denied',
    source: 'documented',
    because: 'the poll itself is wrong',
  },

  // Credentials, configuration.
  {
    status: [401, 407],
    verdict: 'denied',
    source: 'rfc9110',
    because: 'not applied for want of valid credentials (15.5.2, 15.5.8)',
  },
  {
    status: [400, 401, 403],
    origin: ['gateway'],
    clockOff: true,
    verdict: 'denied',
    source: 'ours',
    because: 'as long as the clock is wrong every signature is: it must be set',
  },
  {
    status: [403],
    origin: ['gateway'],
    recoverable: true,
    verdict: 'busy',
    source: 'documented',
    because: 'the gateway says that the same request could succeed later',
  },
  {
    status: [403],
    origin: ['gateway', 'service'],
    verdict: 'denied',
    source: 'sibling',
    because: 'the client may not do this, or its keys are in the wrong state',
  },
  {
    status: [404, 405, 406, 410, 411, 414, 415, 421, 426, 431, 501],
    verdict: 'denied',
    source: 'rfc9110',
    because: 'nobody there who takes this: the base URL or the contract is wrong (15.5)',
  },
  {
    status: [301, 307, 308],
    verdict: 'denied',
    source: 'rfc9110',
    because: 'the service lives elsewhere: the base URL must be fixed (15.4)',
  },

  // Not now.
  { status: [429], verdict: 'busy', source: 'documented', because: 'too many requests: not taken' },
  {
    status: [503],
    origin: ['service'],
    reason: ['UNAVAILABLE', 'RESOURCE_EXHAUSTED'],
    verdict: 'busy',
    source: 'sibling',
    because: 'temporary, retry later',
  },
  {
    status: [503],
    origin: ['gateway'],
    recoverable: true,
    verdict: 'busy',
    source: 'documented',
    because: 'the gateway says that the same request could succeed later',
  },
  {
    status: [503],
    retryAfter: true,
    verdict: 'busy',
    source: 'rfc9110',
    because: 'whoever names a time to come back did not take it (15.6.4)',
  },

  // Whatever is left: time-outs, lost connections, 500, 502, 504, HTML, success without its promised content.
  { action: 'poll', verdict: 'busy', source: 'ours', because: 'a poll may be repeated' },
  {
    action: 'submit',
    verdict: 'unknown',
    source: 'ours',
    because: 'no trustworthy answer: it may have arrived',
  },
];

/** Walks the table. `fields` are those of the API family asked. */
export function judge<Q extends Action>(action: Q, error: ProviderError, fields: SubjectFields): RowFor<Q> {
  const isFor = (row: RetryRow): row is RowFor<Q> => (row.action ?? action) === action;
  const row = retryTable.filter(isFor).find((candidate) => applies(candidate, error, fields));
  if (!row) throw new Error(`the retry table has no row for ${action}`);
  return row;
}

function applies(row: Condition, error: ProviderError, fields: SubjectFields): boolean {
  const reasons = error.details.map((detail) => detail.reason ?? '');
  return (
    (row.status?.includes(error.httpStatus) ?? true) &&
    (row.reason?.includes(error.reason) ?? true) &&
    (row.detail === undefined || reasons.some((reason) => row.detail?.includes(reason))) &&
    (row.about === undefined || row.about === subjectOf(error, fields)) &&
    (row.origin?.includes(error.origin) ?? true) &&
    (row.recoverable ?? error.recoverable) === error.recoverable &&
    (row.sent ?? error.sent) === error.sent &&
    (row.clockOff ?? error.clockOff) === error.clockOff &&
    (row.retryAfter === undefined || row.retryAfter === (error.retryAfterMs !== undefined))
  );
}

/**
 * The outcome of an action in the domain's words: `Submission` and `BatchAnswer` have these members in common.
 */
export interface Outcome<Kind extends string> {
  readonly kind: Kind;
  readonly retryAfterMs?: number;
  readonly reason: ProviderReason;
}

/** The verdict on an error, with its reason for a person. */
export function outcomeOf<Q extends Action>(
  action: Q,
  error: ProviderError,
  fields: SubjectFields,
): Outcome<Verdicts[Q]> {
  const { verdict } = judge(action, error, fields);
  const wait =
    verdict === 'busy' && error.retryAfterMs !== undefined ? { retryAfterMs: error.retryAfterMs } : {};
  return { kind: verdict, ...wait, reason: reasonOf(error) };
}

/** The most details told in one reason. */
const mostTold = 3;

function reasonOf({
  httpStatus,
  reason,
  message,
  details,
  origin,
  correlationId,
}: ProviderError): ProviderReason {
  const told = details
    .slice(0, mostTold)
    .map((detail) => [detail.source, detail.reason, detail.message].filter(Boolean).join(' '));
  const full = told.length === 0 ? message : `${message} (${told.join('; ')})`;
  return {
    httpStatus,
    code: reason,
    message: full,
    origin,
    ...(correlationId !== undefined && { correlationId }),
  };
}

/** The subject all details that name a field agree on. A conflict without such details is about the batch: that is what was to be made. */
function subjectOf(error: ProviderError, fields: SubjectFields): Subject | 'other' {
  const named = error.details.flatMap((detail) =>
    detail.source === undefined ? [] : [lastName(detail.source)],
  );
  const isAbout = (subject: Subject) =>
    named.every((name) => fields[subject].some((field) => field.toLowerCase() === name));
  if (named.length === 0) return error.reason === 'ALREADY_EXISTS' ? 'batch' : 'other';
  return isAbout('batch') ? 'batch' : isAbout('programme') ? 'programme' : 'other';
}

/** `body.externalBatchID` names `externalbatchid`: the documents spell it in two ways. */
function lastName(source: string): string {
  return (source.split(/[./]/).at(-1) ?? source).toLowerCase();
}
