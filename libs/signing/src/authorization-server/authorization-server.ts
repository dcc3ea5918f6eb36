import { createPublicKey, type KeyObject, randomBytes, type webcrypto } from 'node:crypto';
import { NonceMemory } from '../oauth1/nonce-memory.ts';
import { type Jwt, readJwt, sha256, signatureHolds, thumbprint } from './jwt.ts';

/** A client as the authorization server knows it. */
export interface RegisteredClient {
  /** The id of its key, which a client assertion names. */
  readonly kid: string;
  readonly publicKey: KeyObject;
  /** The scopes that it may ask for; any when absent. */
  readonly scopes?: readonly string[];
}

/** How an {@link AuthorizationServer} is set up. */
export interface AuthorizationServerOptions {
  /** By client id. */
  readonly clients: Readonly<Record<string, RegisteredClient>>;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
  /** How far the time of a proof or an assertion may lie from the clock, in seconds. Default 60. */
  readonly skewSeconds?: number;
  /** How long a token lives, in seconds. Default 900. */
  readonly tokenSeconds?: number;
  /**
   * Whether proofs must carry the server's nonce, at the token endpoint and at the resource. Default true.
   */
  readonly requireNonce?: boolean;
}

/** A request as the authorization server sees it. */
export interface AuthorizedRequest {
  readonly method: string;
  /** Absolute, as the client wrote it. */
  readonly url: URL;
  readonly header: (name: string) => string | undefined;
  readonly body: string;
}

/** An answer for the HTTP layer around the server to send. */
export interface AuthorizationAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** To be sent as JSON. */
  readonly body: object;
}

/** The client that holds the token and its scopes, or the answer that refuses it. */
export type TokenAdmission =
  | { readonly clientId: string; readonly scope: string; readonly headers: Readonly<Record<string, string>> }
  | { readonly answer: AuthorizationAnswer };

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

/** Longest life of a client assertion, in seconds: an older one may be a replay. */
const longestAssertionSeconds = 300;
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

interface IssuedToken {
  readonly clientId: string;
  readonly scope: string;
  readonly jkt: string;
  /** Seconds since 1970. */
  readonly expires: number;
}

/**
 * An OAuth 2.0 authorization server and the guard of its resource, for tests and simulators: client
 * credentials with a signed client assertion (RFC 7523), tokens bound to a key by DPoP (RFC 9449), nonces in
 * every proof (FAPI 2.0). Works on plain requests, for an HTTP server to mount. Shares no code with `oauth2`,
 * which it judges.
 */
export class AuthorizationServer {
  readonly #options: Required<AuthorizationServerOptions>;
  readonly #seen: NonceMemory;
  readonly #tokens = new Map<string, IssuedToken>();
  #nonce = newNonce();
  #tokenRequests = 0;

  constructor({
    clients,
    now = Date.now,
    skewSeconds = 60,
    tokenSeconds = 900,
    requireNonce = true,
  }: AuthorizationServerOptions) {
    this.#options = { clients, now, skewSeconds, tokenSeconds, requireNonce };
    this.#seen = new NonceMemory(skewSeconds + longestAssertionSeconds);
  }

  /** How many token requests were answered. */
  get tokenRequests(): number {
    return this.#tokenRequests;
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
  token(request: AuthorizedRequest): AuthorizationAnswer {
    this.#tokenRequests += 1;
    const headers = { 'dpop-nonce': this.#nonce, 'cache-control': 'no-store' };
    try {
      return { status: 200, body: this.#issue(request), headers };
    } catch (error) {
      return refused(error, headers);
    }
  }

  /** Judges a request for the resource, which must carry `Authorization: DPoP`. */
  admit(request: AuthorizedRequest): TokenAdmission {
    const headers = { 'dpop-nonce': this.#nonce };
    try {
      const [scheme, token = ''] = (request.header('authorization') ?? '').split(' ');
      const held = scheme === 'DPoP' ? this.#tokens.get(token) : undefined;
      if (held === undefined || held.expires <= this.#seconds())
        throw new OAuthError(401, 'invalid_token', 'The token is unknown or has expired');
      if (this.#judgeProof(request, { status: 401, token }) !== held.jkt)
        throw new OAuthError(401, 'invalid_token', 'The token is bound to another key');
      return { clientId: held.clientId, scope: held.scope, headers };
    } catch (error) {
      const challenge = error instanceof OAuthError ? `DPoP error="${error.error}", algs="PS256 ES256"` : '';
      return { answer: refused(error, { ...headers, 'www-authenticate': challenge }) };
    }
  }

  #issue(request: AuthorizedRequest): object {
    if (request.header('content-type')?.split(';', 1)[0] !== 'application/x-www-form-urlencoded')
      throw new OAuthError(400, 'invalid_request', 'The body is not a form');
    const form = new URLSearchParams(request.body);
    if (form.get('grant_type') !== 'client_credentials')
      throw new OAuthError(400, 'unsupported_grant_type', 'Only client_credentials is supported');
    const clientId = form.get('client_id') ?? '';
    const client = this.#judgeAssertion(clientId, form, request.url.origin);
    const jkt = this.#judgeProof(request, { status: 400 });
    const scope = form.get('scope') ?? '';
    const { scopes } = client;
    if (scopes !== undefined && scope.split(' ').some((one) => !scopes.includes(one)))
      throw new OAuthError(400, 'invalid_scope', 'A scope is not granted to this client');
    return this.#newToken({ clientId, scope, jkt });
  }

  #newToken(granted: Omit<IssuedToken, 'expires'>): object {
    const token = randomBytes(24).toString('base64url');
    const { tokenSeconds } = this.#options;
    for (const [old, { expires }] of this.#tokens) if (expires <= this.#seconds()) this.#tokens.delete(old);
    this.#tokens.set(token, { ...granted, expires: this.#seconds() + tokenSeconds });
    return { access_token: token, token_type: 'DPoP', expires_in: tokenSeconds, scope: granted.scope };
  }

  #judgeAssertion(clientId: string, form: URLSearchParams, issuer: string): RegisteredClient {
    const client = this.#options.clients[clientId];
    const wrong = (description: string): OAuthError => new OAuthError(401, 'invalid_client', description);
    if (client === undefined) throw wrong('The client is unknown');
    if (form.get('client_assertion_type') !== assertionType) throw wrong('client_assertion_type is wrong');
    const jwt = readJwt(form.get('client_assertion') ?? '');
    if (jwt === undefined || jwt.header['kid'] !== client.kid || !signatureHolds(jwt, client.publicKey))
      throw wrong('client_assertion is not signed by a key of this client');
    const { iss, sub, aud, exp, nbf, iat } = jwt.claims;
    const now = this.#seconds();
    if (iss !== clientId || sub !== clientId) throw wrong('iss and sub must be the client id');
    if (aud !== issuer) throw wrong(`aud must be the issuer, ${issuer}, as a single text`);
    if (typeof exp !== 'number' || exp <= now || exp > now + longestAssertionSeconds)
      throw wrong('exp is past or too far away');
    if (typeof nbf !== 'number' || typeof iat !== 'number' || nbf > now)
      throw wrong('nbf or iat is missing, or nbf is in the future');
    if (this.#usedBefore(jwt)) throw wrong('jti is missing or was used before');
    return client;
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
    if (this.#options.requireNonce && nonce !== this.#nonce)
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

function refused(error: unknown, headers: Readonly<Record<string, string>>): AuthorizationAnswer {
  if (!(error instanceof OAuthError)) throw error;
  return { status: error.status, body: { error: error.error, error_description: error.message }, headers };
}

function newNonce(): string {
  return randomBytes(12).toString('base64url');
}
