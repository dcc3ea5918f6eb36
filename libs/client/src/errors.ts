import { EnrollkitError } from '@enrollkit/base';
import type { Problem } from '@enrollkit/contract';
import type { ErrorDetail, ProviderFailure } from './failure.ts';
import { hintFor } from './hints.ts';
import type { Judgement, Outcome } from './judge.ts';

/**
 * Every way a client can fail, as a closed set of codes.
 *
 * | code | raised when |
 * | --- | --- |
 * | `base-url-invalid` | the configured address of the provider cannot be used |
 * | `client-id-invalid`, `service-id-invalid`, `directory-id-invalid` | an id of the configuration does not have the contract's form |
 * | `consents-missing` | one card is to be enrolled, and the addresses that must go with its number are not known |
 * | `tls-invalid` | certificates, keys or pins that cannot be used |
 * | `proxy-invalid` | the address of the HTTP proxy cannot be used |
 * | `file-unreadable` | a file that the configuration names is not there or cannot be read |
 * | `pin-mismatch` | inside the handshake: the server's key is none of the pinned ones |
 * | `request-invalid` | a call does not fit the contract; nothing was sent |
 * | `request-too-large` | a body is larger than any that makes sense; nothing was sent |
 * | `request-aborted` | the caller's signal aborted |
 * | `answer-too-large` | inside an attempt: the answer passed the size limit |
 * | `notification-unreadable` | a notification that does not keep the contract |
 * | `notification-unproven` | a notification whose signature does not verify |
 * | `provider-not-taken`, `provider-refused`, `provider-denied`, `provider-unknown` | an attempt did not succeed; the word is the outcome |
 */
export type ClientErrorCode =
  | ConfigErrorCode
  | 'pin-mismatch'
  | 'request-invalid'
  | 'request-too-large'
  | 'request-aborted'
  | 'answer-too-large'
  | 'notification-unreadable'
  | 'notification-unproven'
  | `provider-${Outcome}`;

/** A setting of the client that cannot be used. */
export type ConfigErrorCode =
  | 'base-url-invalid'
  /** `srcClientId` is no UUID. Take it from the onboarding of the project. */
  | 'client-id-invalid'
  /** `serviceId` is empty or too long. Take it from the onboarding. */
  | 'service-id-invalid'
  /** `directoryId` is empty or too long. Take it from the onboarding. */
  | 'directory-id-invalid'
  /** One card is to be enrolled at once. Give the addresses of the provider's terms and privacy notice. */
  | 'consents-missing'
  | 'tls-invalid'
  | 'proxy-invalid'
  | 'file-unreadable';

/** What the errors of this package share. */
export class ClientError extends EnrollkitError<ClientErrorCode> {}

/** A client cannot be made of this configuration. Nothing was sent; nothing was opened. */
export class ConfigError extends ClientError {
  declare readonly code: ConfigErrorCode;
}

/** A call that does not fit the contract. Nothing was sent. Names the places and rules, never the values. */
export class RequestViolationError extends ClientError {
  readonly operationId: string;
  readonly problems: readonly Problem[];

  constructor(operationId: string, problems: readonly Problem[]) {
    const shown = problems.slice(0, 5).map(({ pointer, message }) => `${pointer || 'the whole'} ${message}`);
    super({
      code: 'request-invalid',
      message: `the call of ${operationId} does not fit the contract: ${shown.join('; ')}. Nothing was sent.`,
      hint: 'Correct the places that the message names; `problems` lists all of them.',
    });
    this.operationId = operationId;
    this.problems = problems;
  }
}

/** A request whose body is larger than any that makes sense. Nothing was sent. */
export class RequestTooLargeError extends ClientError {
  constructor(operationId: string, bytes: number, most: number) {
    super({
      code: 'request-too-large',
      message: `the body of ${operationId} has ${bytes} bytes, and at most ${most} are sent. Nothing was sent.`,
      hint: 'Put fewer records into a request (with enrollkit: sending.batchSize).',
    });
  }
}

/** A notification that cannot be used. Its sender is answered with 400; holds nothing of its content. */
export class NotificationError extends ClientError {
  constructor(code: 'notification-unreadable' | 'notification-unproven', message: string) {
    super({
      code,
      message,
      hint: 'Poll the batch: the poll is the truth. Check who can reach the address that receives notifications.',
    });
  }
}

/** Where a call went, for people and for the support of the provider. */
export interface CallPlace {
  readonly operationId: string;
  /** Method and address, without the query. */
  readonly method: string;
  readonly url: string;
  /** Our id of the call, where the contract has a place for one. */
  readonly srcCorrelationId?: string | undefined;
}

/** The caller's signal aborted a call. When `sent` is true, whether the request arrived is not known. */
export class RequestAbortedError extends ClientError {
  readonly operationId: string;
  readonly url: string;
  readonly sent: boolean;

  constructor({ operationId, method, url }: CallPlace, sent: boolean, reason: unknown) {
    super({
      code: 'request-aborted',
      message: `${operationId} was aborted by its signal ${sent ? 'after it was sent' : 'before it was sent'} (${method} ${url})`,
      hint: sent
        ? 'The request may have arrived: find out before you send it again.'
        : 'Nothing was sent; the call may be repeated.',
      cause: reason,
    });
    this.operationId = operationId;
    this.url = url;
    this.sent = sent;
  }
}

/**
 * An attempt that did not succeed, whatever the reason: the provider's error in one of its shapes, an empty
 * or broken answer, a lost connection. `outcome` and `safeToRetry` say what to do; they come from
 * `retryTable`. Holds nothing of the request but its address, and of the answer only redacted and bounded
 * texts.
 */
export class ProviderError extends ClientError implements Omit<ProviderFailure, 'cause'> {
  declare readonly code: `provider-${Outcome}`;
  readonly operationId: string;
  readonly method: string;
  readonly url: string;
  readonly httpStatus: number;
  readonly reason: string;
  readonly origin: ProviderFailure['origin'];
  readonly details: readonly ErrorDetail[];
  /** The provider's own word, and no more than that: act on `safeToRetry`. */
  readonly recoverable: boolean;
  readonly sent: boolean;
  readonly outcome: Outcome;
  readonly safeToRetry: boolean;
  /** The row of `retryTable` that decided. */
  readonly judgement: Judgement['row'];
  readonly correlationId?: string;
  readonly srcCorrelationId?: string;
  readonly retryAfterMs?: number;
  readonly clockOff: boolean;
  readonly headers: Readonly<Record<string, string>>;

  constructor(failure: ProviderFailure, { row, outcome, safeToRetry }: Judgement, place: CallPlace) {
    super({
      code: `provider-${outcome}`,
      message: failure.message,
      hint: hintFor(row.verdict, failure),
      cause: failure.cause,
    });
    this.operationId = place.operationId;
    this.method = place.method;
    this.url = place.url;
    this.httpStatus = failure.httpStatus;
    this.reason = failure.reason;
    this.origin = failure.origin;
    this.details = failure.details ?? [];
    this.recoverable = failure.recoverable;
    this.sent = failure.sent;
    this.outcome = outcome;
    this.safeToRetry = safeToRetry;
    this.judgement = row;
    this.clockOff = failure.clockOff ?? false;
    this.headers = failure.headers ?? {};
    if (failure.correlationId !== undefined) this.correlationId = failure.correlationId;
    if (place.srcCorrelationId !== undefined) this.srcCorrelationId = place.srcCorrelationId;
    if (failure.retryAfterMs !== undefined) this.retryAfterMs = failure.retryAfterMs;
  }
}
