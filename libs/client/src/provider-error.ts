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

/** What a `ProviderError` is made of. Every text is redacted already. */
export interface ProviderFailure {
  /** HTTP status, 0 when there was no answer. */
  readonly httpStatus: number;
  /** The provider's reason, or one of `transportReasons`. */
  readonly reason: string;
  readonly message: string;
  readonly origin: ProviderReason['origin'];
  readonly details?: readonly ErrorDetail[];
  /** Whether the same request could succeed later. */
  readonly recoverable: boolean;
  /** False only when it is certain that no byte of the request left this machine. */
  readonly sent: boolean;
  readonly correlationId?: string;
  /** From `Retry-After`, in milliseconds, bounded. */
  readonly retryAfterMs?: number;
  /** Whether a gateway refused us while our clock was too far from its own: signatures carry the time. */
  readonly clockOff?: boolean;
  readonly cause?: unknown;
}

/**
 * Reasons of our own, for what happened on the network and not at the provider (`origin: 'transport'`).
 *
 *   TIMEOUT              no whole answer within the time allowed
 *   CONNECT_FAILED       no connection: refused, name unknown, unreachable, connect time-out
 *   TLS_FAILED           no trust: a certificate was not accepted, or no common version of TLS
 *   NOT_AUTHENTICATED    the request could not be signed, or no token could be had
 *   CONNECTION_LOST      the connection ended before the whole answer was here
 *   OVERSIZE             the answer passed the size limit
 *   REDIRECTED           the answer pointed elsewhere; credentials are not carried there
 *   EMPTY_ANSWER         no body where the contract has one
 *   UNREADABLE_ANSWER    a body that is not the JSON the contract has: truncated, HTML from a proxy, another shape
 *   UNDOCUMENTED_STATUS  a success status that the contract does not have for this operation
 *   CONTRACT_BROKEN      JSON that lacks what the contract promises
 */
export const transportReasons = [
  'TIMEOUT',
  'CONNECT_FAILED',
  'TLS_FAILED',
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

/**
 * Everything that can go wrong with one call, as one type: the provider's three error shapes, an empty or broken
 * answer, a lost connection. Holds nothing of the request, and of the answer only redacted and bounded texts.
 */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  /** Stable code of this class. */
  readonly code = 'PROVIDER_ERROR';
  readonly httpStatus: number;
  readonly reason: string;
  readonly origin: ProviderReason['origin'];
  readonly details: readonly ErrorDetail[];
  readonly recoverable: boolean;
  readonly sent: boolean;
  readonly correlationId?: string;
  readonly retryAfterMs?: number;
  readonly clockOff: boolean;

  constructor(failure: ProviderFailure) {
    super(failure.message, failure.cause === undefined ? undefined : { cause: failure.cause });
    this.httpStatus = failure.httpStatus;
    this.reason = failure.reason;
    this.origin = failure.origin;
    this.details = failure.details ?? [];
    this.recoverable = failure.recoverable;
    this.sent = failure.sent;
    this.clockOff = failure.clockOff ?? false;
    if (failure.correlationId !== undefined) this.correlationId = failure.correlationId;
    if (failure.retryAfterMs !== undefined) this.retryAfterMs = failure.retryAfterMs;
  }
}
