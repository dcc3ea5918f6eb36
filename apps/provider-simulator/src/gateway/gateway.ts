import type { KeyObject } from 'node:crypto';
import { bodyHash, NonceMemory, type RefusalCode, type Verification, verify } from '@enrollkit/signing';
import { type Answer, jsonAnswer } from '../http/answer.ts';
import type { AuthorizationServer, AuthorizedRequest } from '@enrollkit/signing/authorization-server';
import { clientIdOf } from './credentials.ts';
import { gatewayAnswer, type GatewayRefusal } from './errors.ts';

/** A request as it came in, with its raw target and raw bytes. */
export interface SignedRequest {
  readonly method: string;
  /** Scheme, host as the client wrote it, and the raw request target. */
  readonly url: string;
  readonly header: (name: string) => string | undefined;
  readonly body: Buffer;
}

/** What the gateway knows. */
export interface GatewayOptions {
  readonly publicKeyFor: (consumerKey: string) => KeyObject | undefined;
  readonly skewSeconds: number;
  readonly authorization: AuthorizationServer;
}

/** Either the client that was recognised, or the answer that refuses it. */
export type Admission = { readonly clientId: string } | { readonly answer: Answer };

/**
 * The answer to each finding about a signature. Seen at the gateway: INVALID_AUTH_HEADER,
 * MALFORMED_OAUTH_REQ, DECLINED, 400 INVALID_BODY_HASH (before the signature is looked at), INVALID_OAUTH_SBS
 * for a missing parameter (its status is assumed), and AUTHENTICATION_FAILED with the computed base string.
 * Its codes for time, nonce, version and method are not known, so those take the nearest known one.
 */
const answers: Readonly<Record<RefusalCode, Omit<GatewayRefusal, 'description'>>> = {
  'header-missing': { status: 400, reasonCode: 'INVALID_AUTH_HEADER', recoverable: false },
  'header-malformed': { status: 400, reasonCode: 'MALFORMED_OAUTH_REQ', recoverable: false },
  'parameter-missing': { status: 400, reasonCode: 'INVALID_OAUTH_SBS', recoverable: false },
  'signature-method-unsupported': { status: 400, reasonCode: 'MALFORMED_OAUTH_REQ', recoverable: false },
  'version-unsupported': { status: 400, reasonCode: 'MALFORMED_OAUTH_REQ', recoverable: false },
  'request-unsignable': { status: 400, reasonCode: 'MALFORMED_OAUTH_REQ', recoverable: false },
  'consumer-key-unknown': { status: 401, reasonCode: 'DECLINED', recoverable: false },
  'body-hash-mismatch': { status: 400, reasonCode: 'INVALID_BODY_HASH', recoverable: false },
  'signature-mismatch': { status: 403, reasonCode: 'AUTHENTICATION_FAILED', recoverable: false },
  'timestamp-out-of-range': { status: 403, reasonCode: 'AUTHENTICATION_FAILED', recoverable: true },
  'nonce-replayed': { status: 403, reasonCode: 'AUTHENTICATION_FAILED', recoverable: false },
};

/**
 * The gateway in front of the application: OAuth 1.0a over the raw request, time and nonces; or OAuth 2.0
 * with DPoP.
 */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #nonces: NonceMemory;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#nonces = new NonceMemory(options.skewSeconds);
  }

  /** Judges a request by the clock given, in milliseconds since the epoch. */
  async admit({ method, url, header, body }: SignedRequest, now: number): Promise<Admission> {
    const authorization = header('authorization');
    if (authorization?.startsWith('DPoP ') === true)
      return this.#admitToken({ method, url: new URL(url), header, body: '' });
    const found = await verify(
      { method, url, authorization, body },
      {
        publicKeyFor: this.#options.publicKeyFor,
        skewSeconds: this.#options.skewSeconds,
        clock: () => now,
        isReplay: ({ consumerKey, timestamp, nonce }) =>
          this.#nonces.seen(`${consumerKey} ${timestamp} ${nonce}`, now),
      },
    );
    if (found.ok) return { clientId: clientIdOf(found.consumerKey) };
    return { answer: gatewayAnswer({ ...answers[found.code], description: describe(found, body) }) };
  }

  #admitToken(request: AuthorizedRequest): Admission {
    const admission = this.#options.authorization.admit(request);
    if (!('answer' in admission)) return { clientId: admission.clientId };
    const { status, body, headers } = admission.answer;
    return { answer: jsonAnswer(status, body, headers) };
  }
}

function describe(
  { code, message, baseString, parameters }: Extract<Verification, { ok: false }>,
  body: Uint8Array,
): string {
  switch (code) {
    case 'consumer-key-unknown':
      return 'Unauthorized - Access Not Granted';
    case 'body-hash-mismatch':
      return `Bad Request - The RSA-SHA256 hash of the body does not match. Calculated: ${bodyHash(body)}, Received: ${parameters?.['oauth_body_hash'] ?? ''}`;
    case 'parameter-missing':
      return `OAuth signature base string is not valid: ${message}`;
    case 'signature-mismatch':
      return `OAuth signatures did not match. The acceptable signature base string is: ${baseString ?? ''}`;
    default:
      return message;
  }
}
