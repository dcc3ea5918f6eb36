import type { ProviderReason } from '@enrollkit/enrollment';

/** One of the provider's own details of an error, redacted. */
export interface ErrorDetail {
  /** `CANNOT_BE_NULL`, `INVALID_PAN`, ... */
  readonly reason?: string;
  /** The field or parameter it is about, as the provider names it. */
  readonly source?: string;
  /** `BODY`, `HEADER`, `QUERY` or `PATH`. */
  readonly sourceType?: string;
  readonly message?: string;
}

/** What is known of one attempt that did not succeed. Every text is redacted already. */
export interface ProviderFailure {
  /** HTTP status, 0 when there was no answer. */
  readonly httpStatus: number;
  /** The provider's reason, or one of `transportReasons`. */
  readonly reason: string;
  readonly message: string;
  readonly origin: ProviderReason['origin'];
  readonly details?: readonly ErrorDetail[];
  /** What the provider says about itself: whether the same request could succeed later. */
  readonly recoverable: boolean;
  /** False only when it is certain that no byte of the request left this machine. */
  readonly sent: boolean;
  /** The platform's id of the call, from the body or from `X-MC-Correlation-ID`. */
  readonly correlationId?: string;
  /** From `Retry-After`, in milliseconds, bounded. */
  readonly retryAfterMs?: number;
  /** Whether a gateway refused us while our clock was too far from its own: signatures carry the time. */
  readonly clockOff?: boolean;
  /** The answer's headers, redacted, without cookies and credentials. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/**
 * Reasons of our own, for what happened between the two sides and not at the provider
 * (`origin: 'transport'`).
 *
 *   TIMEOUT                      no whole answer within the time allowed
 *   CONNECT_FAILED               no connection: refused, name unknown, unreachable, connect time-out
 *   TLS_FAILED                   no trust: a certificate was not accepted, or no common version of TLS
 *   CLIENT_CERTIFICATE_REQUIRED  the host wants a client certificate, and none was shown
 *   NOT_AUTHENTICATED            the request could not be signed, or no token could be had
 *   CONNECTION_LOST              the connection ended before the whole answer was here
 *   OVERSIZE                     the answer passed the size limit
 *   REDIRECTED                   the answer pointed elsewhere; credentials are not carried there
 *   EMPTY_ANSWER                 no body where the contract has one
 *   UNREADABLE_ANSWER            a body that is not the JSON the contract has: truncated, too deep, HTML from
 *                                a proxy
 *   UNDOCUMENTED_STATUS          a success status that the contract does not have for this operation
 *   CONTRACT_BROKEN              JSON that lacks what the contract promises
 */
export const transportReasons = [
  'TIMEOUT',
  'CONNECT_FAILED',
  'TLS_FAILED',
  'CLIENT_CERTIFICATE_REQUIRED',
  'NOT_AUTHENTICATED',
  'CONNECTION_LOST',
  'OVERSIZE',
  'REDIRECTED',
  'EMPTY_ANSWER',
  'UNREADABLE_ANSWER',
  'UNDOCUMENTED_STATUS',
  'CONTRACT_BROKEN',
] as const;

/** One of `transportReasons`. */
export type TransportReason = (typeof transportReasons)[number];
