import type { JwsAlgorithm, SignFunction } from '../algorithms.ts';
import { JWT_LIFETIME_SECONDS, randomId, type DpopProver } from './dpop.ts';
import { defined, redactText } from '@enrollkit/base';
import { TokenError, type TokenErrorParts } from '../errors.ts';
import { signJwt, type JsonObject } from './jws.ts';
import type { AccessToken } from './token-cache.ts';

/** Everything a token request needs; built once per authenticator. */
export interface TokenClient {
  readonly tokenEndpoint: URL;
  readonly issuer: string;
  readonly clientId: string;
  readonly kid: string;
  readonly algorithm: JwsAlgorithm;
  readonly sign: SignFunction;
  readonly scopes: readonly string[];
  readonly prover: DpopProver;
  readonly clock: () => number;
  readonly skewSeconds: number;
  readonly expiryMarginSeconds: number;
  readonly timeoutMs: number;
  readonly userAgent: string;
  readonly fetch: typeof globalThis.fetch;
}

interface TokenAnswer {
  readonly status: number;
  readonly body: JsonObject;
  readonly nonceLearnt: boolean;
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const LARGEST_ANSWER = 65_536;
const TOKEN = /^[\x21-\x7e]{1,16384}$/;

/**
 * Asks the token endpoint for a DPoP-bound token: client credentials grant, authenticated by a private key
 * JWT (FAPI 2.0 Security Profile section 5.3.3; RFC 7523; RFC 9449 section 5). When it demands a nonce, asks
 * once more.
 *
 * @throws {TokenError} when there is no token to be had
 */
export async function requestToken(client: TokenClient): Promise<AccessToken> {
  const askedAt = client.clock();
  let answer = await askOnce(client);
  if (wantsNonce(answer)) answer = await askOnce(client);
  if (answer.status >= 200 && answer.status < 300) return readToken(answer, { askedAt, client });
  throw refusal(answer, client);
}

async function askOnce(client: TokenClient): Promise<TokenAnswer> {
  const { tokenEndpoint, prover } = client;
  const proof = await prover.prove({ method: 'POST', url: tokenEndpoint });
  const form = new URLSearchParams({
    client_id: client.clientId,
    grant_type: 'client_credentials',
    scope: client.scopes.join(' '),
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: await clientAssertion(client),
  });
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
    'user-agent': client.userAgent,
    dpop: proof,
  };
  try {
    const response = await client.fetch(tokenEndpoint, {
      method: 'POST',
      headers,
      body: form.toString(),
      redirect: 'error',
      signal: AbortSignal.timeout(client.timeoutMs),
    });
    const nonceLearnt = prover.learnNonce(tokenEndpoint, response.headers);
    return { status: response.status, body: parseObject(await readText(response)), nonceLearnt };
  } catch (cause) {
    throw new TokenError({
      code: 'token-unavailable',
      message: `no answer from token endpoint ${tokenEndpoint.href}: ${redactText(reasonOf(cause))}`,
      hint: 'Check the address, the network and the proxy; the request may be tried again.',
      cause,
    });
  }
}

function clientAssertion({
  clientId,
  kid,
  issuer,
  algorithm,
  sign,
  clock,
  skewSeconds,
}: TokenClient): Promise<string> {
  const now = Math.floor(clock() / 1000);
  const claims = {
    jti: randomId(),
    iss: clientId,
    sub: clientId,
    aud: issuer,
    iat: now,
    nbf: now - skewSeconds,
    exp: now + JWT_LIFETIME_SECONDS + skewSeconds,
  };
  return signJwt({ alg: algorithm, typ: 'JWT', kid }, claims, sign);
}

function wantsNonce({ status, body, nonceLearnt }: TokenAnswer): boolean {
  return (status === 400 || status === 401) && body['error'] === 'use_dpop_nonce' && nonceLearnt;
}

function readToken(
  { status, body }: TokenAnswer,
  { askedAt, client }: { askedAt: number; client: TokenClient },
): AccessToken {
  const { access_token: value, token_type: type, expires_in: lifetime } = body;
  const malformed = (problem: string): TokenError =>
    new TokenError({
      code: 'token-malformed',
      message: `token endpoint ${client.tokenEndpoint.href} answered ${status}, but ${problem}`,
      hint: 'Check that the address is the one of the token endpoint, and that it supports DPoP.',
      status,
    });
  if (typeof value !== 'string' || !TOKEN.test(value)) throw malformed('access_token is missing or unusable');
  if (typeof type !== 'string' || type.toLowerCase() !== 'dpop')
    throw malformed('token_type is not DPoP: such a token would not be bound to our key');
  if (lifetime !== undefined && !(typeof lifetime === 'number' && lifetime >= 0))
    throw malformed('expires_in is not a number of seconds');
  // Without a stated lifetime (RFC 6749 section 5.1 only recommends one) the token serves those who wait for
  // it now.
  const usable = lifetime === undefined ? 0 : lifetime - Math.min(client.expiryMarginSeconds, lifetime / 2);
  return { value, usableUntil: askedAt + usable * 1000 };
}

const HINTS: Readonly<Record<string, string>> = {
  invalid_client:
    'Check that client id, kid and signing key belong together, that the issuer is right, and this clock.',
  invalid_dpop_proof: 'Check this clock, and whether a proxy changes the URL.',
  invalid_scope: 'Check the scopes: one is unknown or not granted to this project.',
  unauthorized_client: 'Ask the provider to allow this project the client credentials grant.',
  use_dpop_nonce: 'Report it to the provider: it asked for a nonce again after it had been given one.',
};
const DEFAULT_HINTS = {
  'token-refused': 'Check client id, key, scopes and the environment of the address.',
  'token-unavailable': 'The token endpoint is not well; the request may be tried again later.',
} as const;

function refusal({ status, body }: TokenAnswer, { tokenEndpoint }: TokenClient): TokenError {
  const error = printable(body['error']);
  const description = printable(body['error_description']);
  const code = status === 429 || status >= 500 ? 'token-unavailable' : 'token-refused';
  const said = [`token endpoint ${tokenEndpoint.href} answered ${status}`, error, description];
  return new TokenError(
    defined<TokenErrorParts>({
      code,
      message: said.filter((part) => part !== undefined).join(': '),
      hint: HINTS[error ?? ''] ?? DEFAULT_HINTS[code],
      status,
      error,
    }),
  );
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > LARGEST_ANSWER) throw new Error(`answer is longer than ${LARGEST_ANSWER} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseObject(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
  } catch {
    return {};
  }
}

// RFC 6749 section 5.2 allows only these characters in error and error_description; anything else is dropped.
function printable(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return value.replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, '').slice(0, 200) || undefined;
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown reason';
  const inner = cause.cause instanceof Error ? cause.cause.message : undefined;
  return inner === undefined || inner === '' ? cause.message : inner;
}
