import { longestCode, redactText } from '@enrollkit/base';
import { SigningError } from '@enrollkit/signing';
import { ClientError } from '../errors.ts';
import type { ProviderFailure, TransportReason } from '../failure.ts';

/** How far an attempt got: whether a connection was given to it, and the status seen (0 when none). */
export interface Reached {
  readonly started: boolean;
  readonly status: number;
}

/** Raised while an answer is read: it passed the size limit. */
export class OversizeError extends ClientError {
  constructor(most: number) {
    super({
      code: 'answer-too-large',
      message: `the answer is larger than ${most} bytes`,
      hint: 'Raise transport.maxAnswerBytes only if the provider is known to send answers of this size.',
    });
  }
}

/**
 * Error codes of Node's network and TLS, of undici and of ours, by what they mean; the first that matches
 * wins.
 */
const meanings: readonly (readonly [code: RegExp, reason: TransportReason, explanation: string])[] = [
  [/^(UND_ERR_(HEADERS|BODY)_TIMEOUT|DEADLINE)$/, 'TIMEOUT', 'no whole answer within the time allowed'],
  [/^(answer-too-large|UND_ERR_HEADERS_OVERFLOW)$/, 'OVERSIZE', 'the answer passed the size limit'],
  [/^(HPE_|HTTPParserError$)/, 'UNREADABLE_ANSWER', 'the answer is not HTTP'],
  // Verification of the server's certificate (Node's list of X.509 codes), our pins; then every failure of
  // the handshake.
  [
    /CERT|^(UNABLE_TO_|CRL_|INVALID_(CA|PURPOSE)|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|pin-mismatch)/,
    'TLS_FAILED',
    'a certificate was not accepted',
  ],
  [/^(ERR_SSL_|ERR_TLS_|EPROTO$)/, 'TLS_FAILED', 'the TLS handshake failed'],
];

/** Turns what the network threw into a failure. Nothing of the request or of the answer gets into it. */
export function networkFailure(error: unknown, reached: Reached): ProviderFailure {
  const code = codeOf(error);
  const fallback = reached.started
    ? (['CONNECTION_LOST', 'the connection ended before the whole answer was here'] as const)
    : (['CONNECT_FAILED', 'no connection'] as const);
  const known = meanings.find(([pattern]) => pattern.test(code));
  const [reason, explanation] = known ? [known[1], known[2]] : fallback;
  return {
    httpStatus: reached.status,
    reason,
    message: `${explanation} (${code})`,
    origin: 'transport',
    recoverable: reason !== 'TLS_FAILED',
    sent: reached.started,
    cause: error,
  };
}

/** The authenticator could not prove who asks, so nothing was sent. */
export function unauthenticated(error: unknown): ProviderFailure {
  const known = error instanceof SigningError;
  return {
    httpStatus: 0,
    reason: 'NOT_AUTHENTICATED' satisfies TransportReason,
    message: known ? redactText(error.message) : 'the authenticator failed',
    origin: 'transport',
    recoverable: known && error.code === 'token-unavailable',
    sent: false,
    cause: error,
  };
}

function codeOf(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'DEADLINE';
  if (!(error instanceof Error)) return 'UNKNOWN';
  const code = 'code' in error ? error.code : undefined;
  return redactText(typeof code === 'string' ? code : error.name, longestCode);
}
