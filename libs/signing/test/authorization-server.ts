import { createHash, createPublicKey, randomBytes, verify, constants, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A client as the authorization server knows it. */
export interface RegisteredClient {
  readonly kid: string;
  readonly publicKey: KeyObject;
  readonly scopes: readonly string[];
}

export interface AuthorizationServerOptions {
  readonly clients: Readonly<Record<string, RegisteredClient>>;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** Seconds a token lives. Default 900. */
  readonly tokenLifetime?: number;
  /** Whether proofs must carry the server's nonce, at the token endpoint and at the resource. Default true. */
  readonly requireNonce?: boolean;
  /** How far `iat` may lie from our clock, in seconds. Default 60. */
  readonly skewSeconds?: number;
}

/** One request as seen by the judge; the HTTP layer around it is replaceable. */
export interface JudgedRequest {
  readonly method: string;
  /** Absolute URL. */
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface JudgedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An OAuth error on its way to an answer. */
class Refused extends Error {
  readonly error: string;
  readonly status: number;

  constructor(error: string, description: string, status = 400) {
    super(description);
    this.error = error;
    this.status = status;
  }
}

type Jwk = Readonly<Record<string, string>>;

interface Jwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly signed: Buffer;
  readonly signature: Buffer;
}

const LONGEST_ASSERTION_SECONDS = 300;
const BASE64URL_PARTS = /^[A-Za-z0-9_.-]+$/;

/**
 * A small OAuth 2.0 authorization server with a resource to protect: client credentials, private key JWT, DPoP with
 * nonces (FAPI 2.0; RFC 7523; RFC 9449). It judges with node:crypto and shares no code with what it judges.
 * `judgeToken` and `judgeResource` are plain functions over requests, for another server to mount; `listen` serves both.
 */
export function createAuthorizationServer(options: AuthorizationServerOptions) {
  const { clients, clock = Date.now, tokenLifetime = 900, requireNonce = true, skewSeconds = 60 } = options;
  const seconds = (): number => Math.floor(clock() / 1000);
  const tokens = new Map<string, { jkt: string; scope: string; expires: number }>();
  const seenIds = new Set<string>();
  let nonce = randomBytes(12).toString('base64url');
  let issuer = 'http://127.0.0.1';
  let tokenRequests = 0;

  function once(id: unknown, where: string): void {
    if (typeof id !== 'string' || id.length < 8) throw new Refused(where, 'jti is missing or too short');
    if (seenIds.has(id)) throw new Refused(where, 'jti was used before');
    seenIds.add(id);
  }

  function judgeProof({ method, url, headers }: JudgedRequest, accessToken?: string): string {
    const wrong = (description: string): Refused =>
      new Refused('invalid_dpop_proof', description, accessToken === undefined ? 400 : 401);
    const proof = headers['dpop'];
    if (typeof proof !== 'string') throw wrong('DPoP header is missing');
    const jwt = readJwt(proof, 'invalid_dpop_proof');
    const { alg, typ, jwk } = jwt.header;
    if (typ !== 'dpop+jwt') throw wrong('typ is not dpop+jwt');
    if (typeof jwk !== 'object' || jwk === null || 'd' in jwk) throw wrong('jwk is missing or private');
    if (!signatureHolds(jwt, createPublicKey({ key: jwk as Jwk, format: 'jwk' }), alg))
      throw wrong('signature is wrong');
    const { htm, htu, iat, ath, jti, nonce: given } = jwt.claims;
    if (htm !== method) throw wrong('htm is not the method');
    if (htu !== url.origin + url.pathname) throw wrong('htu is not the URL without query and fragment');
    if (typeof iat !== 'number' || Math.abs(iat - seconds()) > skewSeconds)
      throw wrong('iat is too far from our clock');
    if (accessToken !== undefined && ath !== digest(accessToken))
      throw wrong('ath is not the hash of the token');
    if (requireNonce && given !== nonce)
      throw new Refused('use_dpop_nonce', 'a nonce is needed', accessToken === undefined ? 400 : 401);
    once(jti, 'invalid_dpop_proof');
    return jktOf(jwk as Jwk);
  }

  function judgeAssertion(form: URLSearchParams): RegisteredClient {
    const wrong = (description: string): Refused => new Refused('invalid_client', description, 401);
    const clientId = form.get('client_id') ?? '';
    const client = clients[clientId];
    if (client === undefined) throw wrong('client is unknown');
    if (form.get('client_assertion_type') !== 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
      throw wrong('client_assertion_type is wrong');
    const jwt = readJwt(form.get('client_assertion') ?? '', 'invalid_client');
    if (jwt.header['kid'] !== client.kid) throw wrong('kid is unknown');
    if (!signatureHolds(jwt, client.publicKey, jwt.header['alg']))
      throw wrong('client_assertion signature could not be verified');
    const { iss, sub, aud, exp, nbf, iat, jti } = jwt.claims;
    if (iss !== clientId || sub !== clientId) throw wrong('iss and sub must be the client id');
    if (aud !== issuer) throw wrong('aud must be the issuer, as a single string');
    if (typeof exp !== 'number' || exp <= seconds() || exp > seconds() + LONGEST_ASSERTION_SECONDS)
      throw wrong('exp is past or too far away');
    if (typeof nbf !== 'number' || nbf > seconds() || typeof iat !== 'number')
      throw wrong('nbf or iat is missing or in the future');
    once(jti, 'invalid_client');
    return client;
  }

  function issue(request: JudgedRequest): JudgedAnswer {
    if (request.headers['content-type'] !== 'application/x-www-form-urlencoded')
      throw new Refused('invalid_request', 'not a form');
    const form = new URLSearchParams(request.body);
    if (form.get('grant_type') !== 'client_credentials')
      throw new Refused('unsupported_grant_type', 'only client_credentials');
    const client = judgeAssertion(form);
    const jkt = judgeProof(request);
    const scope = form.get('scope') ?? '';
    const foreign = scope.split(' ').find((each) => !client.scopes.includes(each));
    if (foreign !== undefined) throw new Refused('invalid_scope', 'scope is not granted');
    const token = randomBytes(24).toString('base64url');
    tokens.set(token, { jkt, scope, expires: seconds() + tokenLifetime });
    return {
      status: 200,
      headers: {},
      body: { access_token: token, token_type: 'DPoP', expires_in: tokenLifetime, scope },
    };
  }

  function judgeToken(request: JudgedRequest): JudgedAnswer {
    tokenRequests += 1;
    return answering(
      () => issue(request),
      () => ({ 'dpop-nonce': nonce, 'cache-control': 'no-store' }),
    );
  }

  function judgeResource(request: JudgedRequest): JudgedAnswer {
    return answering(
      () => {
        const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ');
        if (scheme !== 'DPoP') throw new Refused('invalid_request', 'no DPoP token', 401);
        const held = tokens.get(token);
        if (held === undefined || held.expires <= seconds())
          throw new Refused('invalid_token', 'token is unknown or expired', 401);
        if (judgeProof(request, token) !== held.jkt)
          throw new Refused('invalid_token', 'token is bound to another key', 401);
        return { status: 200, headers: {}, body: { scope: held.scope, body: request.body } };
      },
      (error) => ({
        'dpop-nonce': nonce,
        ...(error && { 'www-authenticate': `DPoP error="${error}", algs="PS256 ES256"` }),
      }),
    );
  }

  return {
    judgeToken,
    judgeResource,
    /** How many token requests were judged. */
    tokenRequests: (): number => tokenRequests,
    /** Makes every nonce handed out so far stale. */
    rotateNonce: (): void => void (nonce = randomBytes(12).toString('base64url')),
    /** Makes every token handed out so far unknown. */
    revokeTokens: (): void => tokens.clear(),
    /** Serves `POST /oauth/token` and, everywhere else, the resource, on a free port of this machine. */
    listen: async () => {
      const server = createServer((request, response) => {
        void serve(request, response, (judged) =>
          judged.url.pathname === '/oauth/token' ? judgeToken(judged) : judgeResource(judged),
        );
      });
      await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
      issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      return {
        issuer,
        close: (): Promise<void> => new Promise((resolve) => void server.close(() => resolve())),
      };
    },
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  judge: (request: JudgedRequest) => JudgedAnswer,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(`http://${request.headers.host ?? ''}${request.url ?? '/'}`);
  const answer = judge({
    method: request.method ?? '',
    url,
    headers: request.headers,
    body: Buffer.concat(chunks).toString(),
  });
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    connection: 'close',
    ...answer.headers,
  });
  response.end(JSON.stringify(answer.body));
}

function answering(
  judge: () => JudgedAnswer,
  headers: (error?: string) => Readonly<Record<string, string>>,
): JudgedAnswer {
  try {
    const answer = judge();
    return { ...answer, headers: { ...headers(), ...answer.headers } };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return {
      status: error.status,
      headers: headers(error.error),
      body: { error: error.error, error_description: error.message },
    };
  }
}

function readJwt(text: string, error: string): Jwt {
  const [header = '', claims = '', signature = '', ...rest] = text.split('.');
  try {
    if (rest.length > 0 || !BASE64URL_PARTS.test(text)) throw new Error('not three parts of base64url');
    const json = (part: string): Readonly<Record<string, unknown>> =>
      JSON.parse(Buffer.from(part, 'base64url').toString());
    return {
      header: json(header),
      claims: json(claims),
      signed: Buffer.from(`${header}.${claims}`),
      signature: Buffer.from(signature, 'base64url'),
    };
  } catch {
    throw new Refused(error, 'not a JWT');
  }
}

function signatureHolds({ signed, signature }: Jwt, key: KeyObject, alg: unknown): boolean {
  if (alg === 'PS256' && key.asymmetricKeyType === 'rsa') {
    return verify(
      'sha256',
      signed,
      { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
      signature,
    );
  }
  return (
    alg === 'ES256' &&
    key.asymmetricKeyType === 'ec' &&
    verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature)
  );
}

function jktOf({ kty, crv, x, y, e, n }: Jwk): string {
  return digest(JSON.stringify(kty === 'EC' ? { crv, kty, x, y } : { e, kty, n }));
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
