import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AuthorizationServerOptions } from '../src/authorization-server/index.ts';
import type { Authenticator } from '../src/index.ts';
import { oauth2, TokenCache, type OAuth2Options, type TokenError } from '../src/oauth2/index.ts';
import { thumbprint } from '../src/oauth2/jws.ts';
import { serveAuthorization } from './serve-authorization.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const clients = {
  rsaClient: { kid: 'rsa-kid', publicKey: rsa.publicKey, scopes: ['cards:write', 'cards:read'] },
  ecClient: { kid: 'ec-kid', publicKey: ec.publicKey, scopes: ['cards:write', 'cards:read'] },
};
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function startServer(options: Partial<AuthorizationServerOptions> = {}) {
  const served = await serveAuthorization({ clients, ...options });
  closers.push(served.close);
  return served;
}

async function startStub(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => void server.close(() => resolve())));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const rsaOptions = (issuer: string): OAuth2Options => ({
  clientId: 'rsaClient',
  kid: 'rsa-kid',
  key: rsa.privateKey,
  issuer,
  scopes: ['cards:write'],
});

/** Sends as the client does: at most once more, and only when the authenticator says that it is worth it. */
async function send(authenticator: Authenticator, url: URL, body = '{}') {
  for (let attempt = 1; ; attempt += 1) {
    const request = { method: 'POST', url, body: Buffer.from(body) };
    const sent = await authenticator.authenticate(request);
    const response = await fetch(url, { method: 'POST', headers: sent, body });
    const text = await response.text();
    const again =
      authenticator.learn?.({ url, sent, status: response.status, headers: response.headers, body: text }) ??
      false;
    if (!again || attempt === 2) return { status: response.status, attempts: attempt, text };
  }
}

const failure = (promise: Promise<unknown>): Promise<TokenError> =>
  promise.then(
    () => expect.fail('nothing was thrown'),
    (error: TokenError) => error,
  );
const request = (issuer: string) => ({
  method: 'GET',
  url: new URL('/cards', issuer),
  body: new Uint8Array(),
});

describe('against a real authorization server', () => {
  test.each([
    ['PS256 client, P-256 proof key', { clientId: 'rsaClient', kid: 'rsa-kid', key: rsa.privateKey }],
    ['ES256 client, P-256 proof key', { clientId: 'ecClient', kid: 'ec-kid', key: ec.privateKey }],
    [
      'PS256 client, RSA proof key',
      { clientId: 'rsaClient', kid: 'rsa-kid', key: rsa.privateKey, dpopKey: rsa.privateKey },
    ],
    [
      'PS256 by a signer function',
      {
        clientId: 'rsaClient',
        kid: 'rsa-kid',
        key: async (data: Uint8Array) => signPss(data, rsa.privateKey),
      },
    ],
    [
      'ES256 by a signer function',
      {
        clientId: 'ecClient',
        kid: 'ec-kid',
        algorithm: 'ES256' as const,
        key: async (data: Uint8Array) =>
          sign('sha256', data, { key: ec.privateKey, dsaEncoding: 'ieee-p1363' }),
      },
    ],
  ])('%s: token and resource are granted, both nonces learnt on the way', async (_, options) => {
    const { server, issuer } = await startServer();
    const authenticator = oauth2({
      ...options,
      issuer: issuer,
      scopes: ['cards:write', 'cards:read'],
    });
    const url = new URL('/cards/batch?page=1#part', issuer);
    expect(await send(authenticator, url)).toMatchObject({
      status: 200,
      attempts: 1,
      text: expect.stringContaining('cards:read cards:write'),
    });
    expect(server.tokenRequests).toBe(2);
  });

  test('without nonces one token request is enough', async () => {
    const { server, issuer } = await startServer({ requireNonce: false });
    expect(await send(oauth2(rsaOptions(issuer)), new URL('/cards', issuer))).toMatchObject({
      status: 200,
    });
    expect(server.tokenRequests).toBe(1);
  });

  test('a nonce that went stale at the resource is replaced and the request is worth sending once more', async () => {
    const { server, issuer } = await startServer();
    const authenticator = oauth2(rsaOptions(issuer));
    const url = new URL('/cards', issuer);
    await send(authenticator, url);
    server.rotateNonce();
    expect(await send(authenticator, url)).toMatchObject({ status: 200, attempts: 2 });
    expect(await send(authenticator, url)).toMatchObject({ status: 200, attempts: 1 });
  });

  test('a revoked token is dropped and fetched again, once for all who noticed', async () => {
    const { server, issuer } = await startServer({ requireNonce: false });
    const authenticator = oauth2(rsaOptions(issuer));
    const url = new URL('/cards', issuer);
    await send(authenticator, url);
    server.revokeTokens();
    const results = await Promise.all(Array.from({ length: 8 }, () => send(authenticator, url)));
    expect(results.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
    expect(server.tokenRequests).toBe(2);
  });

  test('word that an old token is no longer taken comes late, and the new one stays', async () => {
    const { server, issuer } = await startServer({ requireNonce: false });
    const authenticator = oauth2(rsaOptions(issuer));
    const old = await authenticator.authenticate(request(issuer));
    server.revokeTokens();
    const challenge = {
      url: new URL(issuer),
      status: 401,
      headers: new Headers({ 'www-authenticate': 'DPoP error="invalid_token"' }),
      sent: old,
    };
    expect(authenticator.learn?.(challenge)).toBe(true);
    const fresh = await authenticator.authenticate(request(issuer));
    expect(authenticator.learn?.(challenge)).toBe(true);
    expect((await authenticator.authenticate(request(issuer)))['authorization']).toBe(fresh['authorization']);
    expect(fresh['authorization']).not.toBe(old['authorization']);
  });

  test('fifty requests at once share one token, and no proof is used twice', async () => {
    const { server, issuer } = await startServer({ requireNonce: false });
    const authenticator = oauth2(rsaOptions(issuer));
    const url = new URL('/cards', issuer);
    const results = await Promise.all(Array.from({ length: 50 }, () => send(authenticator, url)));
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set([200]));
    expect(server.tokenRequests).toBe(1);
  });

  test('a token is used until shortly before it expires, then replaced', async () => {
    let now = Date.UTC(2026, 10, 22);
    const clock = (): number => now;
    const { server, issuer } = await startServer({ now: clock, requireNonce: false, tokenSeconds: 900 });
    const authenticator = oauth2({ ...rsaOptions(issuer), clock });
    const url = new URL('/cards', issuer);
    await send(authenticator, url);
    now += 869_000;
    await send(authenticator, url);
    expect(server.tokenRequests).toBe(1);
    now += 1_000;
    expect(await send(authenticator, url)).toMatchObject({ status: 200 });
    expect(server.tokenRequests).toBe(2);
  });

  test('a very short-lived token still serves for half its life', async () => {
    let now = Date.UTC(2026, 10, 22);
    const clock = (): number => now;
    const { server, issuer } = await startServer({ now: clock, requireNonce: false, tokenSeconds: 10 });
    const authenticator = oauth2({ ...rsaOptions(issuer), clock });
    await authenticator.authenticate(request(issuer));
    now += 4_999;
    await authenticator.authenticate(request(issuer));
    expect(server.tokenRequests).toBe(1);
    now += 1;
    await authenticator.authenticate(request(issuer));
    expect(server.tokenRequests).toBe(2);
  });

  test('a shared cache serves authenticators with the same key and scopes, and keeps others apart', async () => {
    const { server, issuer } = await startServer({ requireNonce: false });
    const tokens = new TokenCache();
    const options = { ...rsaOptions(issuer), tokens, dpopKey: ec.privateKey };
    const [first] = await Promise.all([
      oauth2(options).authenticate(request(issuer)),
      oauth2(options).authenticate(request(issuer)),
    ]);
    const again = await oauth2({ ...options, scopes: ['cards:write', 'cards:write'] }).authenticate(
      request(issuer),
    );
    expect(again['authorization']).toBe(first['authorization']);
    expect(server.tokenRequests).toBe(1);
    await oauth2({ ...options, scopes: ['cards:read'] }).authenticate(request(issuer));
    await oauth2({ ...options, dpopKey: rsa.privateKey }).authenticate(request(issuer));
    expect(server.tokenRequests).toBe(3);
  });

  test('a clock a little off is borne, in both directions', async () => {
    for (const off of [-4_000, 4_000]) {
      const { issuer } = await startServer();
      const authenticator = oauth2({ ...rsaOptions(issuer), clock: () => Date.now() + off });
      expect(await send(authenticator, new URL('/cards', issuer))).toMatchObject({ status: 200 });
    }
  });
});

describe('refusals of the token endpoint', () => {
  test.each<[string, Partial<OAuth2Options>, string]>([
    [
      'another signing key',
      { key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey },
      'invalid_client',
    ],
    ['another kid', { kid: 'other' }, 'invalid_client'],
    ['an unknown client', { clientId: 'nobody' }, 'invalid_client'],
    ['a scope that is not granted', { scopes: ['cards:write', 'moon:fly'] }, 'invalid_scope'],
    ['a clock an hour fast', { clock: () => Date.now() + 3_600_000 }, 'invalid_client'],
    ['a clock an hour slow', { clock: () => Date.now() - 3_600_000 }, 'invalid_client'],
  ])('%s is told with the reason and a hint', async (_, change, error) => {
    const { issuer } = await startServer();
    const thrown = await failure(oauth2({ ...rsaOptions(issuer), ...change }).authenticate(request(issuer)));
    expect(thrown).toMatchObject({ name: 'TokenError', code: 'token-refused', error });
    expect(thrown.message).toContain('/oauth/token answered 4');
    expect(thrown.message.split(': ').length).toBeGreaterThanOrEqual(3);
    expect(thrown.hint).toMatch(/^(Check|Ask)/);
  });

  test('a refusal is not remembered: the next request asks again', async () => {
    let healthy = false;
    const issuer = await startStub((_, response) => {
      response.writeHead(healthy ? 200 : 503, { connection: 'close' });
      response.end(
        healthy ? JSON.stringify({ access_token: 'abc', token_type: 'DPoP', expires_in: 60 }) : '',
      );
    });
    const authenticator = oauth2(rsaOptions(issuer));
    expect(await failure(authenticator.authenticate(request(issuer)))).toMatchObject({
      code: 'token-unavailable',
      status: 503,
    });
    healthy = true;
    expect(await authenticator.authenticate(request(issuer))).toMatchObject({ authorization: 'DPoP abc' });
  });

  test('a server that asks for a nonce for ever is asked twice, not more', async () => {
    let asked = 0;
    const issuer = await startStub((_, response) => {
      asked += 1;
      response.writeHead(400, { 'dpop-nonce': `nonce-${asked}`, connection: 'close' });
      response.end('{"error":"use_dpop_nonce"}');
    });
    expect(await failure(oauth2(rsaOptions(issuer)).authenticate(request(issuer)))).toMatchObject({
      code: 'token-refused',
      error: 'use_dpop_nonce',
    });
    expect(asked).toBe(2);
  });

  test.each([
    ['a bearer token', JSON.stringify({ access_token: 'abc', token_type: 'Bearer', expires_in: 60 })],
    ['no token', JSON.stringify({ token_type: 'DPoP' })],
    [
      'a token that would split the header',
      JSON.stringify({ access_token: 'a\r\nx: y', token_type: 'DPoP' }),
    ],
    [
      'a lifetime that is no number',
      JSON.stringify({ access_token: 'abc', token_type: 'DPoP', expires_in: 'soon' }),
    ],
    ['a page', '<html>welcome</html>'],
    ['null', 'null'],
  ])('%s in a 200 is not used', async (_, body) => {
    const issuer = await startStub((_request, response) => {
      response.writeHead(200, { connection: 'close' });
      response.end(body);
    });
    expect(await failure(oauth2(rsaOptions(issuer)).authenticate(request(issuer)))).toMatchObject({
      code: 'token-malformed',
    });
  });

  test.each<[string, RequestListener]>([
    ['a connection that breaks', (incoming) => void incoming.socket.destroy()],
    ['an endless answer', (_, response) => void response.writeHead(200).end('x'.repeat(70_000))],
    [
      'a redirect, even to a token',
      (incoming, response) => {
        if (incoming.url === '/elsewhere')
          response.end(JSON.stringify({ access_token: 'abc', token_type: 'DPoP' }));
        else response.writeHead(307, { location: '/elsewhere' }).end();
      },
    ],
    ['silence', () => {}],
  ])('%s is an unavailable token endpoint', async (_, listener) => {
    const server = createServer(listener);
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const thrown = await failure(
      oauth2({ ...rsaOptions(issuer), timeoutMs: 300 }).authenticate(request(issuer)),
    );
    server.closeAllConnections();
    server.close();
    expect(thrown).toMatchObject({ code: 'token-unavailable', cause: expect.anything() });
  });

  test('who gives up waiting leaves; the token still comes for the others', async () => {
    const gate = Promise.withResolvers<void>();
    const issuer = await startStub((_, response) => {
      void (async () => {
        await gate.promise;
        response.writeHead(200, { connection: 'close' });
        response.end(JSON.stringify({ access_token: 'abc', token_type: 'DPoP', expires_in: 60 }));
      })();
    });
    const authenticator = oauth2(rsaOptions(issuer));
    const givenUp = new AbortController();
    const left = authenticator.authenticate({ ...request(issuer), signal: givenUp.signal });
    const stayed = authenticator.authenticate(request(issuer));
    givenUp.abort(new Error('no more time'));
    await expect(left).rejects.toThrow('no more time');
    gate.resolve();
    expect(await stayed).toMatchObject({ authorization: 'DPoP abc' });
  });
});

describe('what learn says', () => {
  let issuer = '';
  let close = async (): Promise<void> => {};
  beforeAll(async () => ({ issuer, close } = await serveAuthorization({ clients })));
  afterAll(() => close());
  const nonceWanted = { 'www-authenticate': 'DPoP error="use_dpop_nonce"' };

  test.each<{
    what: string;
    again: boolean;
    status: number;
    headers?: Record<string, string>;
    body?: string;
  }>([
    {
      what: 'a nonce demand in the challenge',
      again: true,
      status: 401,
      headers: { 'dpop-nonce': 'n1', ...nonceWanted },
    },
    {
      what: 'a nonce demand in the body',
      again: true,
      status: 401,
      headers: { 'dpop-nonce': 'n2' },
      body: '{"error":"use_dpop_nonce"}',
    },
    { what: 'a nonce demand without a nonce', again: false, status: 401, headers: nonceWanted },
    {
      what: 'a nonce that cannot stand in a proof',
      again: false,
      status: 401,
      headers: { 'dpop-nonce': 'a b', ...nonceWanted },
    },
    {
      what: 'a success that brings a new nonce',
      again: false,
      status: 200,
      headers: { 'dpop-nonce': 'n3' },
      body: '{"error":"use_dpop_nonce"}',
    },
    {
      what: 'a token no longer taken',
      again: true,
      status: 401,
      headers: { 'www-authenticate': 'DPoP error="invalid_token"' },
    },
    {
      what: 'a refusal for another reason',
      again: false,
      status: 401,
      body: '{"error":"insufficient_scope"}',
    },
  ])('$what: $again', ({ again, status, headers = {}, body }) => {
    const answer = {
      url: new URL('/cards', issuer),
      sent: { authorization: 'DPoP x' },
      status,
      headers: new Headers(headers),
      body,
    };
    expect(oauth2(rsaOptions(issuer)).learn?.(answer)).toBe(again);
  });
});

describe('options', () => {
  test.each<[string, Partial<OAuth2Options>, string]>([
    ['an empty client id', { clientId: '' }, 'clientId'],
    ['a scope with a space', { scopes: ['a b'] }, 'scopes'],
    [
      'a token endpoint without TLS',
      { tokenEndpoint: 'http://api.mastercard.com/oauth/token' },
      'tokenEndpoint',
    ],
    ['an issuer that is no URL', { issuer: 'mastercard' }, 'tokenEndpoint'],
  ])('%s is refused by name', (_, change, name) => {
    expect(() => oauth2({ ...rsaOptions('https://api.mastercard.com'), ...change })).toThrow(
      expect.objectContaining({ code: 'invalid-option', message: expect.stringContaining(name) }),
    );
  });

  test('a token never travels without TLS', async () => {
    const authenticator = oauth2(rsaOptions('https://api.mastercard.com'));
    await expect(authenticator.authenticate(request('http://api.mastercard.com'))).rejects.toMatchObject({
      code: 'invalid-request',
    });
  });

  test('the thumbprint is that of RFC 7638 section 3.1', () => {
    const n =
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
    expect(thumbprint({ e: 'AQAB', kty: 'RSA', n })).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  });
});

describe('the method in a proof', () => {
  test.each([
    ['get', 'GET'],
    ['Post', 'POST'],
    ['PATCH', 'PATCH'],
  ])('%s is the one that fetch sends', async (method, sent) => {
    const { issuer } = await startServer();
    const { dpop = '' } = await oauth2(rsaOptions(issuer)).authenticate({ ...request(issuer), method });
    const claims = JSON.parse(Buffer.from(dpop.split('.')[1] ?? '', 'base64url').toString()) as object;
    expect(claims).toMatchObject({ htm: sent });
  });

  test('is refused in lower case where fetch would send it so', async () => {
    const { issuer } = await startServer();
    for (const method of ['patch', 'query', 'a b', ''])
      await expect(
        oauth2(rsaOptions(issuer)).authenticate({ ...request(issuer), method }),
      ).rejects.toMatchObject({ code: 'invalid-request', hint: expect.stringContaining('upper case') });
  });
});

function signPss(data: Uint8Array, key: KeyObject): Uint8Array {
  return sign('sha256', data, { key, padding: 6, saltLength: 32 });
}
