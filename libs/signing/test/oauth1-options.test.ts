import { constants, createSecretKey, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  baseUri,
  bodyHash,
  oauth1,
  parameterString,
  SigningError,
  verify,
  verifySignature,
  type OAuth1Options,
} from '../src/index.ts';
import { privateKey, publicKey, body, url, options, judge, signed } from './oauth1-parties.ts';

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

  test.each([Number.NaN, -1, Number.POSITIVE_INFINITY])('a time or a limit of %s is refused', async (bad) => {
    const url = new URL('https://x.example/');
    await expect(
      oauth1(options({ clock: () => bad })).authenticate({ method: 'GET', url, body: undefined }),
    ).rejects.toMatchObject({ code: 'invalid-option' });
    await expect(verify(await signed(), { ...judge, skewSeconds: bad })).rejects.toMatchObject({
      code: 'invalid-option',
      message: expect.stringContaining('skewSeconds'),
    });
  });
});
