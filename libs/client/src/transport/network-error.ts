import { SigningError } from '@enrollkit/signing';
import { ProviderError, type TransportReason } from '../provider-error.ts';
import { longestCode, redactText } from '@enrollkit/base';

/** How far an attempt got: whether a connection was given to it, and the status seen (0 when none). */
export interface Reached {
  readonly started: boolean;
  readonly status: number;
}

/** The answer passed the size limit. */
export class OversizeError extends Error {
  override readonly name = 'OversizeError';
  readonly code = 'OVERSIZE';

  constructor(most: number) {
    super(`the answer is larger than ${most} bytes`);
  }
}

/** Error codes of Node's network and TLS, of undici and of ours, by what they mean; the first that matches wins. */
const meanings: readonly (readonly [code: RegExp, reason: TransportReason, says: string])[] = [
  [/^(UND_ERR_(HEADERS|BODY)_TIMEOUT|DEADLINE)$/, 'TIMEOUT', 'no whole answer within the time allowed'],
  [/^(OVERSIZE|UND_ERR_HEADERS_OVERFLOW)$/, 'OVERSIZE', 'the answer passed the size limit'],
  [/^(HPE_|HTTPParserError$)/, 'UNREADABLE_ANSWER', 'the answer is not HTTP'],
  // Verification of the server's certificate (Node's list of X.509 codes), our pins, and every failure of the handshake.
  [
    /CERT|^(UNABLE_TO_|CRL_|INVALID_(CA|PURPOSE)|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|PIN_MISMATCH)/,
    'TLS_FAILED',
    'a certificate was not accepted',
  ],
  [/^(ERR_SSL_|ERR_TLS_|EPROTO$)/, 'TLS_FAILED', 'the TLS handshake failed'],
];

/** Turns what the network threw into the one typed error. Nothing of the request or of the answer gets into it. */
export function networkError(error: unknown, reached: Reached): ProviderError {
  const code = codeOf(error);
  const fallback = reached.started
    ? (['CONNECTION_LOST', 'the connection ended before the whole answer was here'] as const)
    : (['CONNECT_FAILED', 'no connection'] as const);
  const known = meanings.find(([pattern]) => pattern.test(code));
  const [reason, says] = known ? [known[1], known[2]] : fallback;
  return new ProviderError({
    httpStatus: reached.status,
    reason,
    message: `${says} (${code})`,
    origin: 'transport',
    recoverable: reason !== 'TLS_FAILED',
    sent: reached.started,
    cause: bare(error, code),
  });
}

/** The authenticator could not prove who asks, so that nothing was sent. */
export function unproven(error: unknown): ProviderError {
  const known = error instanceof SigningError;
  return new ProviderError({
    httpStatus: 0,
    reason: 'NOT_AUTHENTICATED' satisfies TransportReason,
    message: known ? redactText(error.message) : 'the authenticator failed',
    origin: 'transport',
    recoverable: known && error.code === 'token-unavailable',
    sent: false,
    cause: known ? error : bare(error, codeOf(error)),
  });
}

function codeOf(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'DEADLINE';
  if (!(error instanceof Error)) return 'UNKNOWN';
  const code = 'code' in error ? error.code : undefined;
  return redactText(typeof code === 'string' ? code : error.name, longestCode);
}

/** undici's errors carry pieces of the answer as properties: only the text is kept. */
function bare(error: unknown, code: string): Error {
  const text = error instanceof Error ? error.message : 'not an error';
  return Object.assign(new Error(redactText(text)), { code });
}
