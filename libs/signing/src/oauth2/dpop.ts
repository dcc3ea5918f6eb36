import { createPublicKey, hash, KeyObject, randomBytes } from 'node:crypto';
import { quoted } from '@enrollkit/base';
import { InvalidRequestError } from '../errors.ts';
import { createSigner, type JwsAlgorithm, type SignFunction } from '../algorithms.ts';
import { publicJwk, signJwt, thumbprint } from './jws.ts';

/** What a proof is made for. */
export interface ProvenRequest {
  readonly method: string;
  readonly url: URL;
  /** The token the proof belongs to; absent at the token endpoint. */
  readonly accessToken?: string;
}

/** How long a JWT we sign is good for, before the clock skew is added. */
export const JWT_LIFETIME_SECONDS = 90;
const NONCE = /^[\x21\x23-\x5b\x5d-\x7e]{1,1024}$/;

/** Methods that fetch (WHATWG) sends in upper case, however they are given. */
const NORMALISED = /^(?:delete|get|head|options|post|put)$/i;

/**
 * The method as it goes on the wire, which is what a proof must name (RFC 9449 section 4.2). Throws
 * {@link InvalidRequestError}.
 */
function sentMethod(method: string): string {
  if (NORMALISED.test(method)) return method.toUpperCase();
  if (/^[A-Z]+$/.test(method)) return method;
  throw new InvalidRequestError(
    `method ${quoted(String(method))} is not an HTTP method in upper case, and is sent as it is given`,
    'Give the method in upper case, for example PATCH.',
  );
}

/** Twelve random bytes, base64url: the `jti` of a JWT. */
export function randomId(): string {
  return randomBytes(12).toString('base64url');
}

/** The JWS algorithm a key is used with: PS256 for RSA, ES256 for P-256. */
export function algorithmOf(key: KeyObject): JwsAlgorithm {
  return key instanceof KeyObject && key.asymmetricKeyType === 'ec' ? 'ES256' : 'PS256';
}

/**
 * Makes DPoP proofs (RFC 9449 section 4.2) with one key, and remembers the nonce each origin handed out last
 * (sections 8 and 9).
 */
export class DpopProver {
  /** The key's thumbprint, to which tokens are bound. */
  readonly jkt: string;
  readonly #sign: SignFunction;
  readonly #header: {
    readonly alg: JwsAlgorithm;
    readonly typ: string;
    readonly kid: string;
    readonly jwk: Readonly<Record<string, string>>;
  };
  readonly #clock: () => number;
  readonly #skewSeconds: number;
  readonly #nonces = new Map<string, string>();

  constructor(
    key: KeyObject,
    { clock, skewSeconds }: { readonly clock: () => number; readonly skewSeconds: number },
  ) {
    const alg = algorithmOf(key);
    this.#sign = createSigner(key, alg);
    const jwk = publicJwk(createPublicKey(key));
    this.jkt = thumbprint(jwk);
    this.#header = { alg, typ: 'dpop+jwt', kid: this.jkt, jwk };
    this.#clock = clock;
    this.#skewSeconds = skewSeconds;
  }

  /** A fresh proof; each is good for one request. */
  prove({ method, url, accessToken }: ProvenRequest): Promise<string> {
    const now = Math.floor(this.#clock() / 1000);
    const nonce = this.#nonces.get(url.origin);
    const claims = {
      jti: randomId(),
      htm: sentMethod(method),
      htu: `${url.origin}${url.pathname}`,
      iat: now,
      exp: now + JWT_LIFETIME_SECONDS + this.#skewSeconds,
      ...(accessToken !== undefined && { ath: hash('sha256', accessToken, 'base64url') }),
      ...(nonce !== undefined && { nonce }),
    };
    return signJwt(this.#header, claims, this.#sign);
  }

  /** Adopts the nonce an answer brought. True when it brought one. */
  learnNonce(url: URL, headers: Pick<Headers, 'get'>): boolean {
    const nonce = headers.get('dpop-nonce');
    if (nonce === null || !NONCE.test(nonce)) return false;
    this.#nonces.set(url.origin, nonce);
    return true;
  }
}
