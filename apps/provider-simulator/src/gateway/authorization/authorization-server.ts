import { createPublicKey, type KeyObject, randomBytes, type webcrypto } from 'node:crypto';
import { type Answer, jsonAnswer } from '../../http/answer.ts';
import { NonceMemory } from '../nonce-memory.ts';
import { type Jwt, readJwt, sha256, signatureHolds, thumbprint } from './jwt.ts';

/** A client as the authorization server knows it. */
export interface TokenClient {
  readonly clientId: string;
  /** Id of its key, which a client assertion names. */
  readonly kid: string;
  readonly publicKey: KeyObject;
}

/** How the authorization server is set up. */
export interface AuthorizationOptions {
  readonly client: TokenClient;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** How far a proof's or an assertion's time may lie off. */
  readonly skewSeconds: number;
  /** How long a token lives. */
  readonly tokenSeconds: number;
}

/** A request as the authorization server sees it. */
export interface AuthorizedRequest {
  readonly method: string;
  /** Absolute, as the client wrote it. */
  readonly url: URL;
  readonly header: (name: string) => string | undefined;
  readonly body: string;
}

/** Either the client that holds the token, or the answer that refuses it. */
export type TokenAdmission = { readonly clientId: string } | { readonly answer: Answer };

/** An OAuth error on its way to an answer (RFC 6749 section 5.2). */
class OAuthError extends Error {
  readonly error: string;
  readonly status: number;

  constructor(status: number, error: string, description: string) {
    super(description);
    this.status = status;
    this.error = error;
  }
}

/** Longest life of a client assertion: an older one could have been kept by somebody. */
const longestAssertionSeconds = 300;
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/**
 * The OAuth 2.0 side of the gateway: client credentials with a signed client assertion (RFC 7523), tokens bound to a
 * key by DPoP (RFC 9449), nonces in every proof. Any scope is granted, since those of the product are not known.
 */
export class AuthorizationServer {
  readonly #options: AuthorizationOptions;
  readonly #seen: NonceMemory;
  readonly #tokens = new Map<string, { readonly jkt: string; readonly expires: number }>();
  #nonce = newNonce();

  constructor(options: AuthorizationOptions) {
    this.#options = options;
    this.#seen = new NonceMemory(options.skewSeconds + longestAssertionSeconds);
  }

  /** Makes every nonce handed out so far stale. */
  rotateNonce(): void {
    this.#nonce = newNonce();
  }

  /** Makes every token handed out so far unknown. */
  revokeTokens(): void {
    this.#tokens.clear();
  }

  /** Answers the token endpoint. */
  token(request: AuthorizedRequest): Answer {
    const headers = { 'dpop-nonce': this.#nonce, 'cache-control': 'no-store' };
    try {
      return jsonAnswer(200, this.#issue(request), headers);
    } catch (error) {
      return refused(error, headers);
    }
  }

  /** Judges a call of the API that carries `Authorization: DPoP`. */
  admit(request: AuthorizedRequest): TokenAdmission {
    try {
      const [, token = ''] = (request.header('authorization') ?? '').split(' ');
      const held = this.#tokens.get(token);
      if (held === undefined || held.expires <= this.#seconds())
        throw new OAuthError(401, 'invalid_token', 'The token is unknown or has expired');
      if (this.#judgeProof(request, { status: 401, token }) !== held.jkt)
        throw new OAuthError(401, 'invalid_token', 'The token is bound to another key');
      return { clientId: this.#options.client.clientId };
    } catch (error) {
      const challenge = error instanceof OAuthError ? `DPoP error="${error.error}", algs="PS256 ES256"` : '';
      return { answer: refused(error, { 'dpop-nonce': this.#nonce, 'www-authenticate': challenge }) };
    }
  }

  #issue(request: AuthorizedRequest): object {
    if (request.header('content-type')?.split(';', 1)[0] !== 'application/x-www-form-urlencoded')
      throw new OAuthError(400, 'invalid_request', 'The body is not a form');
    const form = new URLSearchParams(request.body);
    if (form.get('grant_type') !== 'client_credentials')
      throw new OAuthError(400, 'unsupported_grant_type', 'Only client_credentials is supported');
    this.#judgeAssertion(form, request.url.origin);
    const jkt = this.#judgeProof(request, { status: 400 });
    const token = randomBytes(24).toString('base64url');
    const { tokenSeconds } = this.#options;
    for (const [old, { expires }] of this.#tokens) if (expires <= this.#seconds()) this.#tokens.delete(old);
    this.#tokens.set(token, { jkt, expires: this.#seconds() + tokenSeconds });
    return {
      access_token: token,
      token_type: 'DPoP',
      expires_in: tokenSeconds,
      scope: form.get('scope') ?? '',
    };
  }

  #judgeAssertion(form: URLSearchParams, issuer: string): void {
    const { client } = this.#options;
    const wrong = (description: string): OAuthError => new OAuthError(401, 'invalid_client', description);
    if (form.get('client_id') !== client.clientId) throw wrong('The client is unknown');
    if (form.get('client_assertion_type') !== assertionType) throw wrong('client_assertion_type is wrong');
    const jwt = readJwt(form.get('client_assertion') ?? '');
    if (jwt === undefined || jwt.header['kid'] !== client.kid || !signatureHolds(jwt, client.publicKey))
      throw wrong('client_assertion is not signed by a key of this client');
    const { iss, sub, aud, exp, nbf, iat } = jwt.claims;
    const now = this.#seconds();
    if (iss !== client.clientId || sub !== client.clientId) throw wrong('iss and sub must be the client id');
    if (aud !== issuer) throw wrong(`aud must be the issuer, ${issuer}, as a single text`);
    if (typeof exp !== 'number' || exp <= now || exp > now + longestAssertionSeconds)
      throw wrong('exp is past or too far away');
    if (typeof nbf !== 'number' || typeof iat !== 'number' || nbf > now)
      throw wrong('nbf or iat is missing, or nbf lies ahead');
    if (this.#usedBefore(jwt)) throw wrong('jti is missing or was used before');
  }

  /** Judges the DPoP proof (RFC 9449 section 4.3) and returns the thumbprint of its key. */
  #judgeProof(
    { method, url, header }: AuthorizedRequest,
    { status, token }: { readonly status: 400 | 401; readonly token?: string },
  ): string {
    const wrong = (description: string): OAuthError =>
      new OAuthError(status, 'invalid_dpop_proof', description);
    const jwt = readJwt(header('dpop') ?? '');
    if (jwt === undefined || jwt.header['typ'] !== 'dpop+jwt') throw wrong('There is no DPoP proof');
    const jwk = publicJwk(jwt.header['jwk']);
    if (jwk === undefined || !signatureHolds(jwt, jwk.key))
      throw wrong('The proof is not signed by the key in it');
    const { htm, htu, iat, ath, nonce } = jwt.claims;
    if (htm !== method) throw wrong('htm is not the method');
    if (htu !== url.origin + url.pathname) throw wrong('htu is not the URL without query and fragment');
    if (typeof iat !== 'number' || Math.abs(iat - this.#seconds()) > this.#options.skewSeconds)
      throw wrong('iat is too far from our clock');
    if (token !== undefined && ath !== sha256(token)) throw wrong('ath is not the hash of the token');
    if (nonce !== this.#nonce)
      throw new OAuthError(
        status,
        'use_dpop_nonce',
        'The proof must carry the nonce of the header DPoP-Nonce',
      );
    if (this.#usedBefore(jwt)) throw wrong('jti is missing or was used before');
    return jwk.jkt;
  }

  #usedBefore({ claims: { jti } }: Jwt): boolean {
    return typeof jti !== 'string' || jti.length < 8 || this.#seen.seen(jti, this.#options.now());
  }

  #seconds(): number {
    return Math.floor(this.#options.now() / 1000);
  }
}

function publicJwk(jwk: unknown): { readonly key: KeyObject; readonly jkt: string } | undefined {
  if (typeof jwk !== 'object' || jwk === null || 'd' in jwk) return undefined;
  try {
    return {
      key: createPublicKey({ key: jwk as webcrypto.JsonWebKey, format: 'jwk' }),
      jkt: thumbprint({ ...jwk }),
    };
  } catch {
    return undefined;
  }
}

function refused(error: unknown, headers: Readonly<Record<string, string>>): Answer {
  if (!(error instanceof OAuthError)) throw error;
  return jsonAnswer(error.status, { error: error.error, error_description: error.message }, headers);
}

function newNonce(): string {
  return randomBytes(12).toString('base64url');
}
