import { sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { oauth2, TokenCache } from '../src/oauth2/index.ts';
import { rsa, ec, startServer, rsaOptions, send, request, signPss } from './oauth2-parties.ts';

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
