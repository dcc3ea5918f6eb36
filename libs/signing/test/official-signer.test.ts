import { createVerify, generateKeyPairSync } from 'node:crypto';
import * as fc from 'fast-check';
import OfficialSigner from 'mastercard-oauth1-signer';
import { describe, expect, test } from 'vitest';
import {
  oauth1,
  parseAuthorizationHeader,
  requestBaseString,
  verify,
  type SignatureMethod,
} from '../src/index.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
const consumerKey = `${'c'.repeat(48)}!${'0'.repeat(48)}`;

interface Sample {
  readonly url: string;
  readonly method: string;
  readonly payload: string;
}

function official({ url, method, payload }: Sample, signatureMethod?: SignatureMethod): string {
  const named =
    signatureMethod === 'RSA-PSS'
      ? OfficialSigner.SignatureMethod.RSA_PSS_SHA256
      : OfficialSigner.SignatureMethod.RSA_SHA256;
  return OfficialSigner.getAuthorizationHeader(url, method, payload, consumerKey, pem, named);
}

/** What we send for the same request at the same second with the same nonce. */
async function ours(
  { url, method, payload }: Sample,
  { oauth_nonce = '', oauth_timestamp = '' }: Readonly<Record<string, string>>,
): Promise<string> {
  const signer = oauth1({
    consumerKey,
    key: privateKey,
    nonce: () => oauth_nonce,
    clock: () => Number(oauth_timestamp) * 1000,
  });
  return (
    (await signer.authenticate({ method, url: new URL(url), body: Buffer.from(payload) }))['authorization'] ??
    ''
  );
}

describe('mastercard-oauth1-signer 1.2.0', () => {
  // Where that library is right: no reserved character it forgets, no pair twice, names whose order it gets
  // right, and a query that is encoded throughout or needs no encoding.
  const word = fc.string({ unit: fc.constantFrom(...'abcXYZ019-._~'), minLength: 1, maxLength: 6 });
  const encoded = fc.string({
    unit: fc.constantFrom('a', 'Z', '9', '%20', '%C3%A9', '%3A', '%2B', '%26'),
    maxLength: 5,
  });
  const sample = fc.record({
    path: fc
      .array(word, { maxLength: 3 })
      .map((parts) => `/${parts.join('/')}`)
      .filter((path) => !/\/\.{1,2}(?:\/|$)/.test(path)),
    query: fc.uniqueArray(
      fc.tuple(fc.string({ unit: fc.constantFrom(...'abcXYZ019'), minLength: 1, maxLength: 4 }), encoded),
      { selector: ([name]) => name, maxLength: 4 },
    ),
    port: fc.constantFrom('', ':8443'),
    method: fc.constantFrom('GET', 'post', 'PUT', 'DELETE'),
    payload: fc.oneof(fc.constant(''), fc.json()),
  });

  test('equals ours in every parameter and in the signature wherever it is right', async () => {
    await fc.assert(
      fc.asyncProperty(sample, async ({ path, query, port, method, payload }) => {
        const search = query.map(([name, value]) => `${name}=${value}`).join('&');
        const request = {
          url: `https://sandbox.api.mastercard.com${port}${path}${search === '' ? '' : `?${search}`}`,
          method,
          payload,
        };
        const theirs = official(request);
        expect(await ours(request, parseAuthorizationHeader(theirs).decoded)).toBe(theirs);
      }),
      { numRuns: 60 },
    );
  });

  test.each<SignatureMethod>(['RSA-SHA256', 'RSA-PSS'])('is accepted by our verifier, %s', async (method) => {
    const request = {
      url: 'https://sandbox.api.mastercard.com/src/api/cards/batch?a=1',
      method: 'POST',
      payload: '{"a":"é"}',
    };
    const verdict = await verify(
      {
        method: 'POST',
        url: request.url,
        authorization: official(request, method),
        body: Buffer.from(request.payload),
      },
      { publicKeyFor: () => publicKey },
    );
    expect(verdict).toMatchObject({ ok: true });
  });

  const rules: readonly { rule: string; url: string; right: string }[] = [
    {
      rule: 'RFC 5849 3.6: every "!" is encoded; it encodes only the first of the whole string',
      url: 'https://x.example/p?a=1!2',
      right: 'a%3D1%212',
    },
    {
      rule: 'RFC 5849 3.6: every "*" is encoded; it encodes only the first',
      url: 'https://x.example/p?a=**',
      right: 'a%3D%2A%2A',
    },
    { rule: 'RFC 5849 3.6: "*" is encoded in the path too', url: 'https://x.example/p*', right: 'p%2A' },
    { rule: 'RFC 5849 3.6: "\'" is encoded', url: "https://x.example/it's", right: 'it%27s' },
    {
      rule: 'RFC 5849 3.6: "(" and ")" are encoded',
      url: 'https://x.example/p?a=(ok)',
      right: 'a%3D%28ok%29',
    },
    {
      rule: 'RFC 5849 3.4.1.3.2: a pair that occurs twice stays twice; it keeps values in a Set',
      url: 'https://x.example/p?a=1&a=1',
      right: 'a%3D1%26a%3D1',
    },
    {
      rule: 'RFC 5849 3.4.1.3.2: names are sorted as names; it sorts "name,[object Set]"',
      url: 'https://x.example/p?a=1&a%20b=2',
      right: 'a%3D1%26a%2520b%3D2',
    },
    {
      rule: 'RFC 5849 3.4.1.3.1: the name before "=" may be empty; it moves the "=" behind the value',
      url: 'https://x.example/p?=v',
      right: '%3Dv%26oauth',
    },
    {
      rule: 'RFC 5849 3.4.1.3.1: empty pairs are none; it makes one of nothing',
      url: 'https://x.example/p?a=1&&b=2',
      right: 'example%2Fp&a%3D1%26b%3D2',
    },
    {
      rule: 'reference 8.2, item 4: with any escape in it, a query is decoded and encoded again; it never does',
      url: 'https://x.example/p?a=:&b=%20',
      right: 'a%3D%253A%26b%3D%2520',
    },
    {
      rule: 'RFC 5849 3.6: hexadecimal digits are upper case; it keeps the caller’s',
      url: 'https://x.example/p?a=%3a',
      right: 'a%3D%253A',
    },
    {
      rule: 'RFC 5849 3.4.1.2: the default port is removed; it compares text with a number',
      url: 'https://x.example:443/p',
      right: 'https%3A%2F%2Fx.example%2Fp&',
    },
  ];
  test.each(rules)('is wrong where we are right: $rule', async ({ url, right }) => {
    const theirs = official({ url, method: 'GET', payload: '' });
    const { written, signature } = parseAuthorizationHeader(theirs);
    const base = requestBaseString({ method: 'GET', url }, written);
    expect(base).toContain(right);
    expect(createVerify('sha256').update(base).verify(publicKey, signature)).toBe(false);
    const request = { method: 'GET', url, body: new Uint8Array() };
    expect(
      await verify({ ...request, authorization: theirs }, { publicKeyFor: () => publicKey }),
    ).toMatchObject({ code: 'signature-mismatch' });
    const mine = await ours({ url, method: 'GET', payload: '' }, written);
    expect(
      await verify({ ...request, authorization: mine }, { publicKeyFor: () => publicKey }),
    ).toMatchObject({ ok: true });
  });

  test('swallows the cause of a bad key, where ours says what was found', () => {
    const sample = { url: 'https://x.example/', method: 'GET', payload: '' };
    expect(() =>
      OfficialSigner.getAuthorizationHeader(
        sample.url,
        'GET',
        '',
        consumerKey,
        String(publicKey.export({ type: 'spki', format: 'pem' })),
      ),
    ).toThrow(/^Unable to sign the signature base string\.$/);
    expect(() => oauth1({ consumerKey, key: publicKey })).toThrow(
      'key for RSA-SHA256 must be a private key; found a public key',
    );
  });
});
