import type { ProviderReason } from '@enrollkit/enrollment';

/**
 * What the provider was asked to do.
 *
 *   submit  to enroll: a second request that arrives may enroll twice
 *   read    to report: changes nothing and may always be repeated
 *   change  to update or delete: a second request that arrives changes nothing more (`PUT`, `DELETE`)
 */
export type Action = 'submit' | 'read' | 'change';

/** What an error can mean for each action. */
export interface Verdicts {
  readonly submit: 'exists' | 'refused' | 'withdrawn' | 'busy' | 'denied' | 'unknown';
  readonly read: 'missing' | 'busy' | 'denied';
  readonly change: 'missing' | 'refused' | 'busy' | 'denied' | 'unknown';
}

/** What an error is about, read from the fields its details name. */
export type Subject = 'batch' | 'programme';

/** The fields of an API family by which its details name a subject. */
export type SubjectFields = Readonly<Record<Subject, readonly string[]>>;

/** When a row applies. What it does not name, it does not ask for. */
export interface RetryCondition {
  /** One of these HTTP statuses. */
  readonly status?: readonly number[];
  readonly reason?: readonly string[];
  /** The reason of any of the details. */
  readonly detail?: readonly string[];
  readonly about?: Subject | 'other';
  readonly origin?: readonly ProviderReason['origin'][];
  /** What the provider says about itself. */
  readonly recoverable?: boolean;
  readonly sent?: boolean;
  readonly retryAfter?: boolean;
  readonly clockOff?: boolean;
}

/** Where a rule comes from: the provider's documents (`x-provenance` in specs), RFC 9110, or caution. */
interface Grounds {
  readonly source: 'documented' | 'sibling' | 'assumed' | 'rfc9110' | 'ours';
  readonly because: string;
}

/** One row, for one action or for all. */
export type RetryRow = RetryCondition &
  Grounds &
  (
    | { readonly action: 'submit'; readonly verdict: Verdicts['submit'] }
    | { readonly action: 'read'; readonly verdict: Verdicts['read'] }
    | { readonly action: 'change'; readonly verdict: Verdicts['change'] }
    | {
        readonly action?: undefined;
        readonly verdict: Verdicts[Action] & Verdicts['submit'] & Verdicts['read'];
      }
  );

/**
 * From an error to what it means, read from the top: the first row that matches decides.
 *
 * The question behind every row of `submit`: is it certain that the request was not taken? Only then may it
 * be sent again (`busy`, `denied`, `withdrawn`) or given up (`refused`). Everything else is `unknown`. A read
 * changes nothing at the provider, and a change may be repeated.
 *
 * `refused` is final for the records of a batch, so that what every request would meet alike, a wrong client
 * or service id, a wrong path, is `denied`: it stops the run and loses nothing.
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
    action: 'read',
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
    action: 'read',
    status: [404],
    origin: ['service'],
    verdict: 'missing',
    source: 'sibling',
    because: 'the batchId is not known',
  },
  {
    action: 'change',
    status: [404],
    origin: ['service'],
    verdict: 'missing',
    source: 'sibling',
    because: 'the id is not known: after a delete that means done',
  },
  {
    status: [400],
    origin: ['gateway'],
    verdict: 'denied',
    source: 'documented',
    because: 'the gateway did not let it through to the service',
  },
  {
    status: [400],
    reason: ['CLIENT_CERTIFICATE_REQUIRED'],
    verdict: 'denied',
    source: 'sibling',
    because:
      'the host speaks only with holders of a client certificate: the wrong host, or mutual TLS is not set up',
  },
  {
    action: 'change',
    status: [400, 409, 413],
    origin: ['service'],
    verdict: 'refused',
    source: 'rfc9110',
    because: 'the same change would be refused again (15.5.1, 15.5.10, 15.5.14)',
  },
  {
    action: 'read',
    status: [400],
    origin: ['service'],
    verdict: 'denied',
    source: 'documented',
    because: 'the request to read is itself wrong',
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
  { action: 'read', verdict: 'busy', source: 'ours', because: 'a read may be repeated' },
  {
    action: 'change',
    verdict: 'unknown',
    source: 'ours',
    because: 'it may have arrived; repeating it does no harm',
  },
  {
    action: 'submit',
    verdict: 'unknown',
    source: 'ours',
    because: 'no trustworthy answer: it may have arrived',
  },
];
