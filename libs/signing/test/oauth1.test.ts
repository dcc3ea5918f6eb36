import {
  constants,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  sign,
  verify as cryptoVerify,
} from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { readPrivateKey } from '@enrollkit/keys';
import { afterEach, describe, expect, test } from 'vitest';
import {
  baseUri,
  bodyHash,
  oauth1,
  parameterString,
  parseAuthorizationHeader,
  requestBaseString,
  SigningError,
  verify,
  verifySignature,
  type OAuth1Options,
  type ReceivedRequest,
  type Verification,
  type VerifyOptions,
} from '../src/index.ts';
import { vectorFolder } from './vectors.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const consumerKey = 'client!key';
const NOW = Date.UTC(2026, 10, 22, 12);
const clock = (): number => NOW;
const body = Buffer.from('{"a":"é"}');
const url = new URL('https://sandbox.api.mastercard.com/src/api/cards/batch?x=1&y=%20');
const options = (change: Partial<OAuth1Options> = {}): OAuth1Options => ({
  consumerKey,
  key: privateKey,
  clock,
  ...change,
});
const judge: VerifyOptions = { publicKeyFor: (key) => (key === consumerKey ? publicKey : undefined), clock };

async function signed(change: Partial<OAuth1Options> = {}): Promise<ReceivedRequest> {
  const { authorization = '' } = await oauth1(options(change)).authenticate({ method: 'POST', url, body });
  return { method: 'POST', url, body, authorization };
}

function rewritten(request: ReceivedRequest, change: (header: string) => string): ReceivedRequest {
  return { ...request, authorization: change(request.authorization ?? '') };
}

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

describe('verify refuses', () => {
  test.each<[string, string, (request: ReceivedRequest) => ReceivedRequest]>([
    ['no header', 'header-missing', (request) => ({ ...request, authorization: undefined })],
    ['a bearer token', 'header-malformed', (request) => ({ ...request, authorization: 'Bearer abc' })],
    [
      'a parameter twice',
      'header-malformed',
      (request) => rewritten(request, (header) => `${header},oauth_version="1.0"`),
    ],
    [
      'a foreign parameter',
      'header-malformed',
      (request) => rewritten(request, (header) => `${header},colour="red"`),
    ],
    [
      'a separator hidden in a value',
      'header-malformed',
      (request) =>
        rewritten(request, (header) => header.replace('oauth_version="1.0"', 'oauth_version="1.0&x=1"')),
    ],
    [
      'a value encoded in part',
      'header-malformed',
      (request) => rewritten(request, (header) => header.replace('client!key', '%63lient!key')),
    ],
    [
      'a signature in uncanonical base64',
      'header-malformed',
      (request) =>
        rewritten(request, (header) =>
          header.replace(/.%3D%3D"/, (end) => `${end[0] === 'B' ? 'C' : 'B'}%3D%3D"`),
        ),
    ],
    [
      'a missing nonce',
      'parameter-missing',
      (request) => rewritten(request, (header) => header.replace(/oauth_nonce="[^"]*",/, '')),
    ],
    [
      'an empty body hash',
      'header-malformed',
      (request) =>
        rewritten(request, (header) => header.replace(/oauth_body_hash="[^"]*"/, 'oauth_body_hash=""')),
    ],
    [
      'a missing body hash',
      'parameter-missing',
      (request) => rewritten(request, (header) => header.replace(/oauth_body_hash="[^"]*",/, '')),
    ],
    [
      'HMAC-SHA1',
      'signature-method-unsupported',
      (request) => rewritten(request, (header) => header.replace('RSA-SHA256', 'HMAC-SHA1')),
    ],
    [
      'version 2.0',
      'version-unsupported',
      (request) => rewritten(request, (header) => header.replace('"1.0"', '"2.0"')),
    ],
    [
      'another consumer',
      'consumer-key-unknown',
      (request) => rewritten(request, (header) => header.replace('client!key', 'client!kez')),
    ],
    ['another body', 'body-hash-mismatch', (request) => ({ ...request, body: Buffer.from('{"a":"e"}') })],
    ['another method', 'signature-mismatch', (request) => ({ ...request, method: 'PUT' })],
    [
      'another host',
      'signature-mismatch',
      (request) => ({
        ...request,
        url: new URL('/src/api/cards/batch?x=1&y=%20', 'https://api.mastercard.com'),
      }),
    ],
    [
      'another path',
      'signature-mismatch',
      (request) => ({ ...request, url: `${url.origin}${url.pathname}/${url.search}` }),
    ],
    ['another query', 'signature-mismatch', (request) => ({ ...request, url: `${url.href}&z` })],
    [
      'another signature method',
      'signature-mismatch',
      (request) => rewritten(request, (header) => header.replace('RSA-SHA256', 'RSA-PSS')),
    ],
    [
      'a protocol parameter in the query',
      'request-unsignable',
      (request) => ({ ...request, url: `${url.href}&oauth_nonce=1` }),
    ],
    [
      'a protocol parameter in disguise in the query',
      'request-unsignable',
      (request) => ({ ...request, url: `${url.href}&o%61uth_nonce=1` }),
    ],
    [
      'a URL with a user name',
      'request-unsignable',
      (request) => ({ ...request, url: 'https://me@sandbox.api.mastercard.com/' }),
    ],
    ['a method that is none', 'request-unsignable', (request) => ({ ...request, method: 'POST&' })],
  ])('%s as %s', async (_, code, change) => {
    const refusal = await verify(change(await signed()), judge);
    expect(refusal).toMatchObject({ ok: false, code, message: expect.stringMatching(/.{10}/) });
  });

  test.each([
    [301, 'ahead of our clock'],
    [-301, 'behind our clock'],
  ])('a timestamp %i s away, %s', async (seconds, words) => {
    const refusal = await verify(await signed({ clock: () => NOW + seconds * 1000 }), judge);
    expect(refusal).toMatchObject({
      ok: false,
      code: 'timestamp-out-of-range',
      message: expect.stringContaining(words),
    });
    expect(
      await verify(await signed({ clock: () => NOW + seconds * 1000 }), { ...judge, skewSeconds: 301 }),
    ).toMatchObject({ ok: true });
  });

  test('a nonce the second time, and only when the signature was right', async () => {
    const seen = new Set<string>();
    const isReplay = ({
      consumerKey: key,
      nonce,
      timestamp,
    }: {
      consumerKey: string;
      nonce: string;
      timestamp: number;
    }): boolean => {
      const id = `${key} ${nonce} ${timestamp}`;
      return seen.has(id) || !seen.add(id);
    };
    const request = await signed();
    expect(await verify({ ...request, method: 'PUT' }, { ...judge, isReplay })).toMatchObject({
      code: 'signature-mismatch',
    });
    expect(await verify(request, { ...judge, isReplay })).toMatchObject({ ok: true });
    expect(await verify(request, { ...judge, isReplay })).toMatchObject({
      ok: false,
      code: 'nonce-replayed',
    });
  });

  test('a method that is not allowed here', async () => {
    expect(await verify(await signed(), { ...judge, methods: ['RSA-PSS'] })).toMatchObject({
      code: 'signature-method-unsupported',
    });
  });

  test('with the base string it computed, for the gateway to quote', async () => {
    const refusal = await verify({ ...(await signed()), method: 'PUT' }, judge);
    expect(refusal.baseString).toMatch(
      /^PUT&https%3A%2F%2Fsandbox\.api\.mastercard\.com%2Fsrc%2Fapi%2Fcards%2Fbatch&oauth_body_hash%3D/,
    );
    expect(refusal.baseString).toContain(encodeURIComponent(bodyHash(body)));
  });
});

describe('keys and options that cannot serve are refused with what was found', () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  test.each<[string, Partial<OAuth1Options>, RegExp]>([
    ['a public key', { key: publicKey }, /invalid-key.*must be a private key; found a public key/],
    ['a secret key', { key: createSecretKey(Buffer.alloc(32)) }, /invalid-key.*found a secret key/],
    ['an EC key', { key: ec.privateKey }, /invalid-key.*must be of type rsa; found ec/],
    [
      '1024 bits',
      { key: generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey },
      /invalid-key.*has 1024 bits; at least 2048/,
    ],
    [
      'PEM text',
      { key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as never },
      /invalid-key.*found a string.*Load it with readPrivateKey/,
    ],
    ['nothing', { key: undefined as never }, /invalid-key.*found a undefined/],
    [
      'half a consumer key',
      { consumerKey: 'x'.repeat(48) },
      /invalid-option.*found 48 characters in 1 part.*Copy the whole/,
    ],
    ['a consumer key with a separator', { consumerKey: 'a!b&c' }, /invalid-option.*consumerKey/],
    ['an empty consumer key', { consumerKey: '', dialect: 'rfc5849' }, /invalid-option.*empty/],
    [
      'an unknown method',
      { method: 'RSA-SHA1' as never },
      /invalid-option.*RSA-SHA256 or RSA-PSS; found "RSA-SHA1"/,
    ],
  ])('%s', (_, change, refusal) => {
    const refused = (): unknown => {
      try {
        return oauth1(options(change));
      } catch (error) {
        return error instanceof SigningError ? `${error.code}: ${error.message} (${error.hint})` : error;
      }
    };
    expect(refused()).toMatch(refusal);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['fails', () => Promise.reject(new Error('token removed'))],
    ['gives text', () => Promise.resolve('c2ln')],
    ['gives nothing', () => Promise.resolve(new Uint8Array())],
  ])('a signer function that %s', async (_, sign) => {
    const signer = oauth1(options({ key: sign as () => Promise<Uint8Array> }));
    await expect(signer.authenticate({ method: 'POST', url, body })).rejects.toMatchObject({
      code: 'key-failed',
    });
  });

  test('a nonce that could pass for a separator', async () => {
    await expect(
      oauth1(options({ nonce: () => 'a&b=c' })).authenticate({ method: 'POST', url, body }),
    ).rejects.toMatchObject({ code: 'invalid-request' });
  });

  test('an RSA-PSS signature has a salt of 32 bytes, no other', () => {
    const signatureOf = (saltLength: number): Uint8Array =>
      sign('sha256', body, { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
    expect(
      [20, 32, 64].map((salt) =>
        verifySignature('RSA-PSS', publicKey, { data: body, signature: signatureOf(salt) }),
      ),
    ).toEqual([false, true, false]);
  });

  test('an RSA-PSS key serves RSA-PSS and nothing else', async () => {
    const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
    const request = await signed({ key: pss.privateKey, method: 'RSA-PSS' });
    expect(await verify(request, { ...judge, publicKeyFor: () => pss.publicKey })).toMatchObject({
      ok: true,
    });
    expect(() => oauth1(options({ key: pss.privateKey }))).toThrow('must be of type rsa; found rsa-pss');
    expect(() => verifySignature('RSA-SHA256', pss.publicKey, { data: body, signature: body })).toThrow(
      'must be of type rsa',
    );
  });
});

describe('what is easily got wrong', () => {
  test('a port with zeros in front is the port, and the default port is none', () => {
    for (const url of ['https://x.example:0443/a', 'https://x.example:443/a', 'https://x.example/a'])
      expect(baseUri(url)).toBe('https://x.example/a');
    expect(baseUri('https://x.example:08443/a')).toBe('https://x.example:8443/a');
    expect(baseUri('http://x.example:0080/a')).toBe('http://x.example/a');
  });

  test('no body, undefined and no bytes are signed alike, and anything but bytes is refused', () => {
    expect(bodyHash(undefined)).toBe(bodyHash(new Uint8Array()));
    for (const body of ['{}', null, {}])
      expect(() => bodyHash(body as never)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  });

  test('a plus sign stands for itself in a query without escapes, and for a blank beside one', () => {
    expect(parameterString('a=1+2', {})).toBe('a=1+2');
    expect(parameterString('a=1+2&b=%41', {})).toBe('a=1%202&b=A');
  });

  test('a method that is no text is refused', async () => {
    const authenticator = oauth1(options({}));
    const request = { method: undefined as never, url: new URL('https://x.example/'), body: undefined };
    await expect(authenticator.authenticate(request)).rejects.toMatchObject({ code: 'invalid-request' });
  });
});
