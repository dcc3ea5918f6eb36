import { createHmac, createPublicKey, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  authorizationHeader,
  baseString,
  baseUri,
  bodyHash,
  oauth1,
  parameterString,
  parseAuthorizationHeader,
  percentEncode,
  requestBaseString,
  verify,
  verifySignature,
  type Dialect,
} from '../src/index.ts';
import { casesOf, readVectors, signingKeys, vectorFolder } from './vectors.ts';

interface QueryParams {
  readonly [name: string]: readonly string[];
}
interface BaseStringCase {
  readonly id: string;
  readonly dialect: Dialect;
  readonly method?: string;
  readonly baseUri?: string;
  readonly url?: string;
  readonly queryParams?: QueryParams;
  readonly payload?: string;
  readonly formBody?: string;
  readonly oauthParams?: Record<string, string>;
  readonly paramString?: string;
  readonly expectedParamString?: string;
  readonly expected?: string;
  readonly rfc5849Expected?: string;
  readonly hmacSha1?: { key: string; signatureBase64: string };
}
interface QueryCase {
  readonly url: string;
  readonly expected?: QueryParams;
  readonly paramString?: string;
  readonly rfc5849?: QueryParams;
}
interface EdgeCase {
  readonly url: string;
  readonly rfc5849ParamString?: string;
  readonly expectedSbsTail?: string;
  readonly mastercardDialectSbsTail?: string;
}
interface HeaderCase {
  readonly url: string;
  readonly method: string;
  readonly payload: string | null;
  readonly consumerKey: string;
  readonly nonce: string;
  readonly timestamp: number;
  readonly authorizationHeaderPython: string;
  readonly oauth_signature_decoded: string;
  readonly baseString: string;
}
type UnsignedCase = Omit<HeaderCase, 'timestamp'> & {
  readonly timestamp: string;
  readonly signatureStub: string;
  readonly expected: string;
};
interface Wycheproof {
  readonly testGroups: readonly {
    readonly publicKeyPem: string;
    readonly tests: readonly {
      tcId: number;
      comment: string;
      msg: string;
      sig: string;
      result: 'valid' | 'invalid' | 'acceptable';
    }[];
  }[];
}

const queryOf = (url: string): string => url.split('?')[1]?.split('#')[0] ?? '';
const asQuery = (params: QueryParams = {}): string =>
  Object.entries(params)
    .flatMap(([name, values]) => values.map((value) => `${name}=${value}`))
    .join('&');
const sorted = (params: QueryParams): string => parameterString(asQuery(params), {}, 'mastercard');

/** What a base string vector says, beside what we make of it: only the facts the vector states. */
function factsOf(vector: BaseStringCase): (readonly [stated: string | undefined, computed: string])[] {
  const query = vector.url === undefined ? asQuery(vector.queryParams) : queryOf(vector.url);
  const parts = vector.formBody === undefined ? query : `${query}&${vector.formBody}`;
  const { oauthParams = {}, dialect, method } = vector;
  const uri = vector.baseUri ?? (vector.url === undefined ? '' : baseUri(vector.url));
  const parameters =
    vector.oauthParams === undefined
      ? (vector.paramString ?? '')
      : parameterString(parts, oauthParams, dialect);
  const whole = baseString(method ?? 'GET', uri, parameters);
  return [
    [vector.expectedParamString ?? vector.paramString, parameters],
    [vector.expected, whole],
    [
      vector.rfc5849Expected,
      baseString(method ?? 'GET', uri, parameterString(parts, oauthParams, 'rfc5849')),
    ],
    [vector.payload && oauthParams['oauth_body_hash'], bodyHash(Buffer.from(vector.payload ?? ''))],
    [
      vector.hmacSha1?.signatureBase64,
      createHmac('sha1', vector.hmacSha1?.key ?? '')
        .update(whole)
        .digest('base64'),
    ],
  ];
}

/** What was computed otherwise than stated; a vector that states nothing is a fault too. */
function disagreements(
  facts: readonly (readonly [stated: string | undefined, computed: string])[],
): readonly string[] {
  const stated = facts.filter(([fact]) => fact !== undefined);
  if (stated.length === 0) return ['the vector states nothing'];
  return stated
    .filter(([fact, computed]) => fact !== computed)
    .map(([fact, computed]) => `stated ${fact}, computed ${computed}`);
}

describe.skipIf(vectorFolder === undefined)('published vectors', () => {
  test('percent-encoding', () => {
    const { cases } = readVectors<{ cases: { input: string; expected: string }[] }>(
      'oauth1-percent-encoding.json',
    );
    expect(cases.map(({ input }) => percentEncode(input))).toEqual(cases.map(({ expected }) => expected));
    expect(cases).toHaveLength(16);
  });

  test('base string URIs, from text and from a parsed URL', () => {
    const { cases } = readVectors<{ cases: { url: string; expected: string }[] }>('oauth1-base-uri.json');
    const expected = cases.map((each) => each.expected);
    expect(cases.map(({ url }) => baseUri(url))).toEqual(expected);
    expect(cases.map(({ url }) => baseUri(new URL(url)))).toEqual(expected);
    expect(cases).toHaveLength(21);
  });

  test('body hashes', () => {
    const { cases } = readVectors<{ cases: { payload: string | null; expected: string }[] }>(
      'oauth1-body-hash.json',
    );
    expect(cases.map(({ payload }) => bodyHash(Buffer.from(payload ?? '')))).toEqual(
      cases.map(({ expected }) => expected),
    );
    expect(bodyHash(Buffer.from('123'))).toBe('pmWkWSBCL51Bfkhn79xPuKBKHz//H6B+mY6G9/eieuM=');
    expect(cases).toHaveLength(8);
  });

  test.each(casesOf<BaseStringCase>('oauth1-base-strings.json'))('base string $id', (vector) => {
    expect(disagreements(factsOf(vector))).toEqual([]);
  });

  test.each(casesOf<QueryCase>('oauth1-query-params.json'))(
    'query parameters of $url',
    ({ url, expected, paramString, rfc5849 }) => {
      const computed = parameterString(queryOf(url), {}, 'mastercard');
      expect(
        disagreements([
          [paramString, computed],
          [expected && sorted(expected), computed],
          [rfc5849 && sorted(rfc5849), parameterString(queryOf(url), {}, 'rfc5849')],
        ]),
      ).toEqual([]);
    },
  );

  test.each(casesOf<EdgeCase>('oauth1-query-params.json', 'edgeCasesWrittenHere'))(
    'query edge case $url',
    (vector) => {
      expect(
        disagreements([
          [vector.rfc5849ParamString, parameterString(queryOf(vector.url), {}, 'rfc5849')],
          [vector.rfc5849ParamString, parameterString(queryOf(vector.url), {}, 'mastercard')],
          [
            vector.expectedSbsTail ?? vector.mastercardDialectSbsTail,
            requestBaseString({ method: 'GET', url: vector.url }, {}).split('&')[2] ?? '',
          ],
        ]),
      ).toEqual([]);
    },
  );

  test('PKCS#1 v1.5 signatures: node:crypto alone makes them, our verification takes them and nothing else', () => {
    const { privateKey, publicKey } = signingKeys();
    const { cases } = readVectors<{ cases: { baseString: string; signatureBase64: string }[] }>(
      'oauth1-signatures.json',
    );
    for (const vector of cases) {
      const data = Buffer.from(vector.baseString);
      const signature = Buffer.from(vector.signatureBase64, 'base64');
      expect(sign('sha256', data, privateKey).equals(signature)).toBe(true);
      expect(verifySignature('RSA-SHA256', publicKey, { data, signature })).toBe(true);
      expect(verifySignature('RSA-PSS', publicKey, { data, signature })).toBe(false);
      expect(verifySignature('RSA-SHA256', publicKey, { data: Buffer.concat([data, data]), signature })).toBe(
        false,
      );
    }
    expect(cases).toHaveLength(2);
  });

  test.each(casesOf<HeaderCase>('oauth1-signed-headers.json'))('signed header for $url', async (vector) => {
    const { privateKey, publicKey } = signingKeys();
    const body = Buffer.from(vector.payload ?? '');
    const clock = () => vector.timestamp * 1000;
    const signer = oauth1({
      consumerKey: vector.consumerKey,
      key: privateKey,
      clock,
      nonce: () => vector.nonce,
    });
    const ours = await signer.authenticate({ method: vector.method, url: new URL(vector.url), body });
    const theirs = parseAuthorizationHeader(vector.authorizationHeaderPython);
    const parsed = parseAuthorizationHeader(ours['authorization'] ?? '');
    expect(parsed.written).toEqual(theirs.written);
    expect(Buffer.from(parsed.signature).toString('base64')).toBe(vector.oauth_signature_decoded);
    const verdict = await verify(
      { method: vector.method, url: vector.url, authorization: vector.authorizationHeaderPython, body },
      { publicKeyFor: () => publicKey, clock },
    );
    expect(verdict).toMatchObject({ ok: true, baseString: vector.baseString });
  });
  test.each(casesOf<UnsignedCase>('oauth1-signed-headers.json', 'unsignedHeaders'))(
    'header layout of the $library signer',
    (vector) => {
      const oauth = {
        oauth_body_hash: bodyHash(Buffer.from(vector.payload ?? '')),
        oauth_consumer_key: vector.consumerKey,
        oauth_nonce: vector.nonce,
        oauth_signature_method: 'RSA-SHA256',
        oauth_timestamp: vector.timestamp,
        oauth_version: '1.0',
      };
      const written = authorizationHeader(oauth, Buffer.from('signature'));
      expect(written.replace(/oauth_signature="[^"]*"/, `oauth_signature="${vector.signatureStub}"`)).toBe(
        vector.expected,
      );
    },
  );

  test.each([
    ['RSA-SHA256', 'wycheproof-rsa_signature_2048_sha256_test.json', 259],
    ['RSA-PSS', 'wycheproof-rsa_pss_2048_sha256_mgf1_32_test.json', 108],
  ] as const)('Wycheproof, %s', (method, file, count) => {
    const wrong: number[] = [];
    let seen = 0;
    for (const group of readVectors<Wycheproof>(file).testGroups) {
      const key = createPublicKey(group.publicKeyPem);
      for (const { tcId, msg, sig, result } of group.tests) {
        seen += 1;
        const verdict = verifySignature(method, key, {
          data: Buffer.from(msg, 'hex'),
          signature: Buffer.from(sig, 'hex'),
        });
        if (result !== 'acceptable' && verdict !== (result === 'valid')) wrong.push(tcId);
      }
    }
    expect(wrong).toEqual([]);
    expect(seen).toBe(count);
  });
});
