import type { KeyObject } from 'node:crypto';
import { bodyHash, type RefusalCode, type Verification, verify } from '@enrollkit/signing';
import type { GatewayRefusal } from './errors.ts';
import { NonceMemory } from './nonce-memory.ts';

/** A request as it came in, with its raw target and raw bytes. */
export interface SignedRequest {
  readonly method: string;
  /** Scheme, host as the client wrote it, and the raw request target. */
  readonly url: string;
  readonly authorization: string | undefined;
  /** The `x-openapi-clientid` header, which may be absent: the gateway can add it itself. */
  readonly clientIdHeader: string | undefined;
  readonly body: Uint8Array;
}

/** What the gateway knows. */
export interface GatewayOptions {
  readonly publicKeyFor: (consumerKey: string) => KeyObject | undefined;
  readonly skewSeconds: number;
}

/** Either the client that was recognised, or why it was turned away. */
export type Admission = { readonly consumerKey: string } | { readonly refusal: GatewayRefusal };

/**
 * How each finding about a signature is answered. Documented are INVALID_AUTH_HEADER, MALFORMED_OAUTH_REQ, DECLINED
 * and AUTHENTICATION_FAILED with the computed base string in its description; which of them a gateway uses for time,
 * nonce, version and method is not, so those take the nearest documented one.
 */
const answers: Readonly<Record<RefusalCode, Omit<GatewayRefusal, 'description'>>> = {
  'header-missing': { status: 400, reasonCode: 'INVALID_AUTH_HEADER', recoverable: false },
  'header-malformed': { status: 400, reasonCode: 'MALFORMED_OAUTH_REQ', recoverable: false },
  'parameter-missing': { status: 400, reasonCode: 'MALFORMED_OAUTH_REQ', recoverable: false },
  'signature-method-unsupported': { status: 400, reasonCode: 'MALFORMED_OAUTH_REQ', recoverable: false },
  'version-unsupported': { status: 400, reasonCode: 'MALFORMED_OAUTH_REQ', recoverable: false },
  'request-unsignable': { status: 400, reasonCode: 'MALFORMED_OAUTH_REQ', recoverable: false },
  'consumer-key-unknown': { status: 401, reasonCode: 'DECLINED', recoverable: false },
  'body-hash-mismatch': { status: 403, reasonCode: 'AUTHENTICATION_FAILED', recoverable: false },
  'signature-mismatch': { status: 403, reasonCode: 'AUTHENTICATION_FAILED', recoverable: false },
  'timestamp-out-of-range': { status: 403, reasonCode: 'AUTHENTICATION_FAILED', recoverable: true },
  'nonce-replayed': { status: 403, reasonCode: 'AUTHENTICATION_FAILED', recoverable: false },
};

/** The gateway in front of the application: OAuth 1.0a over the raw request, time and nonces. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #nonces: NonceMemory;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#nonces = new NonceMemory(options.skewSeconds);
  }

  /** Judges a request by the clock given, in milliseconds since the epoch. */
  async admit(request: SignedRequest, now: number): Promise<Admission> {
    const found = await verify(request, {
      publicKeyFor: this.#options.publicKeyFor,
      skewSeconds: this.#options.skewSeconds,
      clock: () => now,
      isReplay: (seen) => this.#nonces.seen(seen, now),
    });
    if (found.ok) return { consumerKey: found.consumerKey };
    return { refusal: { ...answers[found.code], description: describe(found, request.body) } };
  }
}

function describe({ code, message, baseString, parameters }: Extract<Verification, { ok: false }>, body: Uint8Array): string {
  switch (code) {
    case 'consumer-key-unknown':
      return 'Unauthorized - Access Not Granted';
    case 'body-hash-mismatch':
      return `oauth_body_hash does not match the body. Calculated: ${bodyHash(body)}, Received: ${parameters?.['oauth_body_hash'] ?? ''}`;
    case 'signature-mismatch':
      return `OAuth signatures did not match. The acceptable signature base string is: ${baseString ?? ''}`;
    default:
      return message;
  }
}
