import { maskCardNumbers } from '@enrollkit/base';
import * as client from 'openid-client';
import type { ServeConfig } from '../../config/serve-schema.ts';
import { CALLBACK_PATH } from './guard.ts';
import { FLOW_SECONDS } from './cookies.ts';
import { roles, type Principal, type Role } from './principal.ts';
import { newToken, tokenDigest } from './tokens.ts';

/** The identity provider as it is configured, its secret read. */
export type OidcOptions = Omit<NonNullable<ServeConfig['oidc']>, 'clientSecretFile'>;

/** What came of a sign-in at the identity provider. */
export type OidcOutcome =
  | { readonly kind: 'signed-in'; readonly principal: Principal }
  /** The provider knows the person, and none of the configured roles is theirs. */
  | { readonly kind: 'no-role'; readonly name: string }
  /** What came back is not what was asked for; `why` has no secret. */
  | { readonly kind: 'refused'; readonly why: string };

/** Sign-ins that have begun; beyond it the oldest is forgotten. */
const MAX_FLOWS = 1000;
/** How long the identity provider may take to answer, in seconds. */
const TIMEOUT_SECONDS = 10;
const MAX_NAME = 80;

interface Flow {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly until: number;
}

/**
 * Signs people in at an OpenID Connect provider: code flow with PKCE, state and nonce. What was begun in one
 * browser can only be finished there, and once. The provider's tokens are dropped as soon as they were read.
 */
export class OidcSignIn {
  readonly #options: OidcOptions;
  readonly #redirectUri: string;
  readonly #now: () => number;
  #provider: Promise<client.Configuration> | undefined;
  /** By the digest of the id in the browser's cookie, oldest first. */
  readonly #flows = new Map<string, Flow>();

  /** `now`: milliseconds since 1970. */
  constructor(options: OidcOptions, origin: URL, now: () => number) {
    this.#options = options;
    this.#redirectUri = new URL(CALLBACK_PATH, origin).href;
    this.#now = now;
  }

  /**
   * Begins a sign-in: where the browser goes, and what its cookie holds; undefined while the provider is not
   * there.
   */
  async begin(): Promise<{ readonly location: string; readonly flowId: string } | undefined> {
    const provider = await this.#discover().catch(() => undefined);
    if (provider === undefined) return undefined;
    const flow: Flow = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      codeVerifier: client.randomPKCECodeVerifier(),
      until: this.#now() + FLOW_SECONDS * 1000,
    };
    const location = client.buildAuthorizationUrl(provider, {
      redirect_uri: this.#redirectUri,
      scope: this.#options.scopes.join(' '),
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(flow.codeVerifier),
      code_challenge_method: 'S256',
    });
    return { location: location.href, flowId: this.#keep(flow) };
  }

  /** Ends the sign-in that the browser has begun, by the query that it came back with. Throws nothing. */
  async finish(flowId: string | undefined, query: string): Promise<OidcOutcome> {
    const flow = this.#take(flowId);
    if (flow === undefined)
      return { kind: 'refused', why: 'this browser has begun no sign-in, or too long ago' };
    try {
      const provider = await this.#discover();
      const tokens = await client.authorizationCodeGrant(provider, new URL(query, this.#redirectUri), {
        pkceCodeVerifier: flow.codeVerifier,
        expectedState: flow.state,
        expectedNonce: flow.nonce,
        idTokenExpected: true,
      });
      const claims: Claims = tokens.claims() ?? {};
      return this.#principalOf(await this.#withUserInfo(provider, claims, tokens.access_token));
    } catch (error) {
      return { kind: 'refused', why: reasonOf(error) };
    }
  }

  /**
   * Claims that the ID token lacks may be in the answer of the userinfo endpoint (OpenID Connect Core 5.4).
   */
  async #withUserInfo(provider: client.Configuration, claims: Claims, accessToken: string): Promise<Claims> {
    const { rolesClaim, nameClaim } = this.#options;
    const isWhole = claimAt(claims, rolesClaim) !== undefined && claimAt(claims, nameClaim) !== undefined;
    if (isWhole || provider.serverMetadata().userinfo_endpoint === undefined) return claims;
    const more: Claims = await client.fetchUserInfo(provider, accessToken, String(claims['sub']));
    return { ...more, ...claims };
  }

  #principalOf(claims: Claims): OidcOutcome {
    const { nameClaim, rolesClaim } = this.#options;
    const subject = String(claims['sub']);
    const claimed = claimAt(claims, nameClaim);
    const name = printable(typeof claimed === 'string' && claimed !== '' ? claimed : subject);
    const role = this.#roleOf(claimAt(claims, rolesClaim));
    if (role === undefined) return { kind: 'no-role', name };
    return { kind: 'signed-in', principal: { name, role, method: 'oidc', subject: printable(subject) } };
  }

  #roleOf(claimed: unknown): Role | undefined {
    const values: readonly unknown[] = Array.isArray(claimed) ? claimed : [claimed];
    return roles.findLast((role) =>
      this.#options.roles[role].some((value) => values.some((one) => one === value)),
    );
  }

  /** Once; again after a failure. */
  async #discover(): Promise<client.Configuration> {
    this.#provider ??= discovered(this.#options);
    try {
      return await this.#provider;
    } catch (error) {
      this.#provider = undefined;
      throw error;
    }
  }

  #keep(flow: Flow): string {
    for (const digest of this.#flows.keys()) {
      if (this.#flows.size < MAX_FLOWS) break;
      this.#flows.delete(digest);
    }
    const flowId = newToken();
    this.#flows.set(tokenDigest(flowId), flow);
    return flowId;
  }

  #take(flowId: string | undefined): Flow | undefined {
    if (flowId === undefined) return undefined;
    const digest = tokenDigest(flowId);
    const flow = this.#flows.get(digest);
    this.#flows.delete(digest);
    return flow !== undefined && flow.until > this.#now() ? flow : undefined;
  }
}

type Claims = Readonly<Record<string, unknown>>;

/** Reads what the provider says of itself, and settles how the client proves who it is. */
async function discovered({ issuer, clientId, clientSecret }: OidcOptions): Promise<client.Configuration> {
  const address = new URL(issuer);
  const execute = address.protocol === 'http:' ? [client.allowInsecureRequests] : [];
  const found = await client.discovery(address, clientId, undefined, client.None(), {
    execute,
    timeout: TIMEOUT_SECONDS,
  });
  if (clientSecret === undefined) return found;
  const metadata = found.serverMetadata();
  const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  const proof = methods.includes('client_secret_basic')
    ? client.ClientSecretBasic(clientSecret)
    : client.ClientSecretPost(clientSecret);
  const provider = new client.Configuration(metadata, clientId, undefined, proof);
  provider.timeout = TIMEOUT_SECONDS;
  for (const apply of execute) apply(provider);
  return provider;
}

/** A claim by its name, or by a path of names with dots, as `realm_access.roles`. */
function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name
    .split('.')
    .reduce<unknown>(
      (at, key) =>
        typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? (at as Claims)[key] : undefined,
      claims,
    );
}

/**
 * What an identity provider calls somebody, as it can stand in the audit trail and pass for nothing else
 * there.
 */
function printable(text: string): string {
  return maskCardNumbers(text)
    .replaceAll(/[^\p{L}\p{N} ._@+*'-]/gu, '?')
    .slice(0, MAX_NAME);
}

/** Why, without what came along: codes of the library and of the protocol. */
function reasonOf(error: unknown): string {
  if (error instanceof client.AuthorizationResponseError)
    return `the provider answered ${printable(error.error)}`;
  if (error instanceof client.ResponseBodyError) return `the provider answered ${printable(error.error)}`;
  if (error instanceof Error && 'code' in error) return printable(String(error.code));
  return 'what came back could not be used';
}
