import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { inspect } from 'node:util';
import { createSigner, type JwsAlgorithm, type SignFunction } from '../algorithms.ts';
import type {
  AuthenticationHeaders,
  Authenticator,
  IncomingAnswer,
  OutgoingRequest,
} from '../authenticator.ts';
import { algorithmOf, DpopProver } from './dpop.ts';
import { InvalidOptionError, InvalidRequestError } from '../errors.ts';
import { notNegative } from '../limits.ts';
import { TokenCache, type AccessToken } from './token-cache.ts';
import { requestToken, type TokenClient } from './token-request.ts';

/** What {@link oauth2} needs to know. */
export interface OAuth2Options {
  /** The project's client id. */
  readonly clientId: string;
  /** The id under which the client's public key is registered. */
  readonly kid: string;
  /**
   * The client's private key (RSA of at least 2048 bits, or EC on P-256), or a function that signs elsewhere.
   */
  readonly key: KeyObject | SignFunction;
  /** Default: PS256 for an RSA key or a function, ES256 for an EC key. */
  readonly algorithm?: JwsAlgorithm;
  /**
   * The authorization server's issuer identifier, which is the assertion's audience, e.g.
   * `https://api.mastercard.com`.
   */
  readonly issuer: string;
  /** Default: the issuer followed by `/oauth/token`. */
  readonly tokenEndpoint?: URL | string;
  /** Scopes to ask for. */
  readonly scopes: readonly string[];
  /**
   * The private key that tokens are bound to. Default: a P-256 key made now, which lives as long as this
   * authenticator.
   */
  readonly dpopKey?: KeyObject;
  /** Default: a cache of its own. */
  readonly tokens?: TokenCache;
  /** Milliseconds since 1970, UTC. Default `Date.now`. */
  readonly clock?: () => number;
  /** By how much our clock and the provider's may differ, in seconds. Default 5. */
  readonly clockSkewSeconds?: number;
  /**
   * How long before its expiry a token is not used any more, in seconds, at most half its life. Default 30.
   */
  readonly expiryMarginSeconds?: number;
  /** How long a token request may take, in milliseconds. Default 10,000. */
  readonly timeoutMs?: number;
  /** Default `enrollkit`. */
  readonly userAgent?: string;
  /** Default: the platform's `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
}

const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const ERROR_IN_CHALLENGE = /\berror="?([a-z_]+)/i;

/**
 * OAuth 2.0 as Mastercard profiles it: client credentials, FAPI 2.0 client assertion, DPoP-bound tokens (RFC
 * 9449). Tokens are fetched when first needed, kept until shortly before they expire, and asked for once
 * however many wait.
 *
 * @throws {InvalidKeyError} when a key cannot serve
 * @throws {InvalidOptionError} when another option cannot be used
 */
export function oauth2(options: OAuth2Options): Authenticator {
  return new OAuth2Authenticator(options);
}

class OAuth2Authenticator implements Authenticator {
  readonly #client: TokenClient;
  readonly #tokens: TokenCache;
  readonly #cacheKey: string;

  constructor(options: OAuth2Options) {
    this.#client = tokenClient(options);
    this.#tokens = options.tokens ?? new TokenCache();
    const { tokenEndpoint, clientId, prover, scopes } = this.#client;
    this.#cacheKey = JSON.stringify([tokenEndpoint.href, clientId, prover.jkt, scopes]);
  }

  async authenticate({ method, url, signal }: OutgoingRequest): Promise<AuthenticationHeaders> {
    if (!isPrivateChannel(url))
      throw new InvalidRequestError(
        `an access token is sent over https only; the URL is ${url.origin}`,
        'Use the https address; http is for this machine only.',
      );
    signal?.throwIfAborted();
    const client = this.#client;
    const token = await unlessAborted(
      this.#tokens.get(this.#cacheKey, client.clock(), () => requestToken(client)),
      signal,
    );
    const proof = await client.prover.prove({ method, url, accessToken: token.value });
    return { authorization: `DPoP ${token.value}`, dpop: proof };
  }

  learn({ url, status, headers, body, sent }: IncomingAnswer): boolean {
    const nonceLearnt = this.#client.prover.learnNonce(url, headers);
    if (status !== 400 && status !== 401) return false;
    const error = ERROR_IN_CHALLENGE.exec(headers.get('www-authenticate') ?? '')?.[1] ?? errorInBody(body);
    if (error === 'use_dpop_nonce') return nonceLearnt;
    if (status !== 401 || error !== 'invalid_token') return false;
    // True also when another request has dropped this token already: the next one will be a new one.
    this.#tokens.drop(this.#cacheKey, sent['authorization']?.replace(/^DPoP /, '') ?? '');
    return true;
  }

  toJSON(): Readonly<Record<string, unknown>> {
    const { clientId, kid, algorithm, issuer, tokenEndpoint, scopes, prover } = this.#client;
    return {
      scheme: 'OAuth 2.0',
      clientId,
      kid,
      algorithm,
      issuer,
      tokenEndpoint: tokenEndpoint.href,
      scopes,
      jkt: prover.jkt,
      key: '[hidden]',
    };
  }

  [inspect.custom](): string {
    return `OAuth2Authenticator ${inspect(this.toJSON())}`;
  }
}

function tokenClient(options: OAuth2Options): TokenClient {
  const { clientId, kid, key, issuer, scopes, clock = Date.now, clockSkewSeconds: skewSeconds = 5 } = options;
  notNegative('clockSkewSeconds', skewSeconds);
  for (const [name, value] of Object.entries({ clientId, kid, issuer })) {
    if (value === '') throw new InvalidOptionError(`${name} must not be empty`);
  }
  const unusable = scopes.find((scope) => !SCOPE.test(scope));
  if (unusable !== undefined)
    throw new InvalidOptionError(
      `scopes has ${JSON.stringify(unusable)}: a scope is one word without quotes or backslashes`,
    );
  const algorithm = options.algorithm ?? (typeof key === 'function' ? 'PS256' : algorithmOf(key));
  return {
    tokenEndpoint: endpointOf(options.tokenEndpoint ?? `${issuer.replace(/\/$/, '')}/oauth/token`),
    issuer,
    clientId,
    kid,
    algorithm,
    sign: createSigner(key, algorithm),
    scopes: [...new Set(scopes)].sort(),
    prover: new DpopProver(options.dpopKey ?? freshKey(), { clock, skewSeconds }),
    clock,
    skewSeconds,
    expiryMarginSeconds: notNegative('expiryMarginSeconds', options.expiryMarginSeconds ?? 30),
    timeoutMs: notNegative('timeoutMs', options.timeoutMs ?? 10_000),
    userAgent: options.userAgent ?? 'enrollkit',
    fetch: options.fetch ?? globalThis.fetch,
  };
}

function endpointOf(endpoint: URL | string): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !isPrivateChannel(url)) {
    throw new InvalidOptionError(
      'tokenEndpoint (or issuer) must be an absolute https URL; http is allowed on this machine only',
    );
  }
  return url;
}

function isPrivateChannel(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
}

function freshKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

function errorInBody(body: string | undefined): string | undefined {
  return body === undefined ? undefined : /"error"\s*:\s*"([a-z_]+)"/.exec(body.slice(0, 4096))?.[1];
}

async function unlessAborted(
  token: Promise<AccessToken>,
  signal: AbortSignal | undefined,
): Promise<AccessToken> {
  if (signal === undefined) return token;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([token, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
