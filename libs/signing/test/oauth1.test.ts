import { createPublicKey, sign, verify as cryptoVerify } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { readPrivateKey } from '@enrollkit/keys';
import { afterEach, describe, expect, test } from 'vitest';
import {
  oauth1,
  parseAuthorizationHeader,
  requestBaseString,
  verify,
  type Verification,
} from '../src/index.ts';
import { vectorFolder } from './vectors.ts';
import { privateKey, publicKey, consumerKey, body, url, options, judge, signed } from './oauth1-parties.ts';

describe('signer and verifier', () => {
  test.each([
    ['RSA-SHA256', 'mastercard'],
    ['RSA-SHA256', 'rfc5849'],
    ['RSA-PSS', 'mastercard'],
    ['RSA-PSS', 'rfc5849'],
  ] as const)('agree on %s in the %s dialect', async (method, dialect) => {
    expect(await verify(await signed({ method, dialect }), { ...judge, dialect })).toMatchObject({
      ok: true,
      consumerKey,
    });
  });

  test('the mastercard judge takes headers of both dialects, as the gateway does', async () => {
    expect(await verify(await signed({ dialect: 'rfc5849' }), judge)).toMatchObject({ ok: true });
  });

  test('a value that is percent-encoded in the header enters the base string as written', () => {
    const written = parseAuthorizationHeader(
      'OAuth oauth_consumer_key="a%21b", oauth_body_hash="47DEQpj8HBSa%2B%2FTImW%2B5JCeuQeRkm5NMpJWZG3hSuFU%3D", oauth_signature="QUJD"',
    ).written;
    expect(
      requestBaseString(
        { method: 'GET', url: 'https://sandbox.api.mastercard.com/settlement?date=2020-09-01' },
        written,
      ),
    ).toBe(
      'GET&https%3A%2F%2Fsandbox.api.mastercard.com%2Fsettlement&date%3D2020-09-01%26oauth_body_hash%3D47DEQpj8HBSa%252B%252FTImW%252B5JCeuQeRkm5NMpJWZG3hSuFU%253D%26oauth_consumer_key%3Da%2521b',
    );
  });

  test('node:crypto alone agrees with each signature', async () => {
    for (const [method, input] of [
      ['RSA-SHA256', publicKey],
      ['RSA-PSS', { key: publicKey, padding: 6, saltLength: 32 }],
    ] as const) {
      const request = await signed({ method });
      const { written, signature } = parseAuthorizationHeader(request.authorization ?? '');
      const base = requestBaseString(request, written);
      expect(cryptoVerify('sha256', Buffer.from(base), input, signature)).toBe(true);
    }
  });

  test('a signer function stands in for the key', async () => {
    const key = async (data: Uint8Array): Promise<Uint8Array> => sign('sha256', data, privateKey);
    expect(await verify(await signed({ key }), judge)).toMatchObject({ ok: true });
  });

  test('every request gets its own nonce of sixteen letters and digits', async () => {
    const signer = oauth1(options());
    const headers = await Promise.all(
      Array.from({ length: 200 }, () => signer.authenticate({ method: 'GET', url, body })),
    );
    const nonces = headers.map(
      ({ authorization = '' }) => parseAuthorizationHeader(authorization).decoded['oauth_nonce'] ?? '',
    );
    expect(new Set(nonces).size).toBe(200);
    expect(nonces.every((nonce) => /^[0-9A-Za-z]{16}$/.test(nonce))).toBe(true);
  });

  test('the hash of no bytes is sent when there is no body', async () => {
    const { authorization = '' } = await oauth1(options()).authenticate({
      method: 'GET',
      url,
      body: new Uint8Array(),
    });
    expect(parseAuthorizationHeader(authorization).decoded['oauth_body_hash']).toBe(
      '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
    );
  });

  test.skipIf(vectorFolder === undefined)(
    "the portal's P12 signs, once @enrollkit/keys has read it",
    async () => {
      const loaded = await readPrivateKey(
        { file: join(vectorFolder ?? '', 'keys/mc-oauth1-signing.p12') },
        { password: 'Password1', alias: 'mykeyalias', allowReadableByOthers: true },
      );
      expect(
        await verify(await signed({ key: loaded.key }), {
          ...judge,
          publicKeyFor: () => createPublicKey(loaded.key),
        }),
      ).toMatchObject({ ok: true });
    },
  );
});

describe('over real HTTP', () => {
  const servers: Server[] = [];
  afterEach(() => servers.splice(0).forEach((server) => server.close()));

  test('what is signed is what arrives, for every oddity a URL can carry', async () => {
    const verdicts: Promise<Verification>[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const target = `http://${request.headers.host ?? ''}${request.url ?? ''}`;
        const arrived = {
          method: request.method ?? '',
          url: target,
          authorization: request.headers.authorization,
          body: Buffer.concat(chunks),
        };
        verdicts.push(verify(arrived, { publicKeyFor: () => publicKey }));
        response.writeHead(204, { connection: 'close' }).end();
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const origin = `http://LOCALHOST:${(server.address() as AddressInfo).port}`.replace(
      'LOCALHOST',
      '127.0.0.1',
    );
    const targets = [
      '',
      '/',
      '/a%20b/ü',
      "/it's(ok)!*?q=it's(ok)!*",
      '/x?a=1&a=1&b',
      '/x?a=%2a&b=:&c=+',
      '/x?',
      '/x#fragment',
      '/a/../b?é=1',
      '/a;b=c@d',
    ];
    const signer = oauth1({ consumerKey, key: privateKey });
    for (const target of targets) {
      const parsed = new URL(`${origin}${target}`);
      const headers = await signer.authenticate({ method: 'POST', url: parsed, body });
      await fetch(parsed, { method: 'POST', headers, body });
    }
    expect(await Promise.all(verdicts)).toEqual(targets.map(() => expect.objectContaining({ ok: true })));
  });
});
