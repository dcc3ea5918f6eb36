import { generateKeyPairSync, verify as cryptoVerify } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bodyHash,
  oauth1,
  parseAuthorizationHeader,
  percentEncode,
  requestBaseString,
  verify,
  type Dialect,
} from '../src/index.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const dialects: readonly Dialect[] = ['mastercard', 'rfc5849'];

/** Form-decodes to hex, byte by byte, by the letter of the standard and without the code under test. */
function decodedHex(text: string): string {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const escape = /^%[0-9A-Fa-f]{2}/.exec(text.slice(at));
    if (escape !== null) {
      bytes.push(Number.parseInt(text.slice(at + 1, at + 3), 16));
      at += 2;
    } else bytes.push(...(text[at] === '+' ? [0x20] : Buffer.from(text[at] ?? '')));
  }
  return Buffer.from(bytes).toString('hex');
}

/**
 * What a query means: its pairs, decoded, in no order. Two queries with one meaning may share a base string.
 */
function meaningOf(query: string): string {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return `${decodedHex(name)}=${decodedHex(value.join('='))}`;
    })
    .sort()
    .join('&');
}

function* textsOf(tokens: readonly string[], longest: number): Generator<string> {
  yield '';
  if (longest === 0) return;
  for (const rest of textsOf(tokens, longest - 1)) for (const token of tokens) yield token + rest;
}

describe('no two different requests share a base string', () => {
  const tokens = ['a', 'b', '=', '&', '+', '%', '%41', 'A', '%2B', '%26', '%3D', '%25', ':', '%3a', "'", '!'];

  test.each(dialects)('every query of up to four tokens, %s', (dialect) => {
    const meanings = new Map<string, string>();
    const spellings = new Map<string, string>();
    const shared: string[] = [];
    const split: string[] = [];
    for (const query of new Set(textsOf(tokens, 4))) {
      const base = requestBaseString({ method: 'GET', url: `https://x.example/?${query}` }, {}, dialect);
      const meaning = meaningOf(query);
      const known = meanings.get(base) ?? meaning;
      if (known !== meaning) shared.push(query);
      meanings.set(base, known);
      const spelling = spellings.get(meaning) ?? base;
      if (spelling !== base) split.push(query);
      spellings.set(meaning, spelling);
    }
    expect(shared).toEqual([]);
    expect(meanings.size).toBeGreaterThan(10_000);
    // Only RFC 5849 gives one meaning one spelling; Mastercard's dialect takes a query without escapes as it
    // stands.
    expect(split.length > 0).toBe(dialect === 'mastercard');
  });

  const request = fc.record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'get'),
    scheme: fc.constantFrom('http', 'https', 'HTTPS'),
    host: fc.constantFrom('a.example', 'A.example', 'b.example', '[::1]'),
    port: fc.constantFrom('', ':80', ':443', ':8080'),
    path: fc
      .array(fc.constantFrom('/', 'a', 'A', '%2F', '%2f', '&', '=', '%26', '!', '.'), { maxLength: 4 })
      .map((parts) => `/${parts.join('')}`),
    query: fc.array(fc.constantFrom(...tokens), { maxLength: 5 }).map((parts) => parts.join('')),
    body: fc.constantFrom('', '{}', '{ }', '[]'),
  });

  test.each(dialects)('any two whole requests, %s', (dialect) => {
    const baseOf = (url: URL, { method, body }: { method: string; body: string }): string =>
      requestBaseString(
        { method, url },
        { oauth_body_hash: bodyHash(Buffer.from(body)), oauth_nonce: 'n' },
        dialect,
      );
    const identityOf = (url: URL, { method, body }: { method: string; body: string }): string =>
      JSON.stringify([
        method.toUpperCase(),
        url.protocol,
        url.host,
        url.pathname,
        meaningOf(url.search.slice(1)),
        body,
      ]);
    let equal = 0;
    fc.assert(
      fc.property(
        request,
        request,
        fc.constantFrom('method', 'scheme', 'host', 'port', 'path', 'query', 'body'),
        (left, other, field) => {
          const right = { ...left, [field]: other[field as keyof typeof other] };
          const [a, b] = [left, right].map(
            ({ scheme, host, port, path, query }) => new URL(`${scheme}://${host}${port}${path}?${query}`),
          );
          if (a === undefined || b === undefined || baseOf(a, left) !== baseOf(b, right)) return;
          equal += 1;
          expect(identityOf(a, left)).toBe(identityOf(b, right));
        },
      ),
      { numRuns: 4000 },
    );
    expect(equal).toBeGreaterThan(50);
  });
});

describe('for any request', () => {
  const anyRequest = fc.record({
    method: fc.constantFrom('GET', 'POST', 'PATCH'),
    url: fc
      .webUrl({ withQueryParameters: true, withFragments: true, authoritySettings: { withPort: true } })
      .filter((url) => !/oauth_/.test(url)),
    extra: fc.array(
      fc
        .tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }))
        .filter(([name]) => name.isWellFormed()),
      { maxLength: 3 },
    ),
    body: fc.uint8Array({ maxLength: 200 }),
  });

  test.each(dialects)('signer and verifier agree, and node:crypto alone agrees, %s', async (dialect) => {
    const signer = oauth1({ consumerKey: 'client!key', key: privateKey, dialect });
    await fc.assert(
      fc.asyncProperty(anyRequest, async ({ method, url: text, extra, body }) => {
        const url = new URL(text);
        for (const [name, value] of extra) url.searchParams.append(name, value);
        const { authorization = '' } = await signer.authenticate({ method, url, body });
        const verdict = await verify(
          { method, url: url.href, authorization, body },
          { publicKeyFor: () => publicKey, dialect },
        );
        expect(verdict).toMatchObject({ ok: true });
        const { signature } = parseAuthorizationHeader(authorization);
        expect(cryptoVerify('sha256', Buffer.from(verdict.baseString ?? ''), publicKey, signature)).toBe(
          true,
        );
      }),
      { numRuns: 150 },
    );
  });

  test('percent-encoding can be undone by anyone and leaves only unreserved characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const encoded = percentEncode(text);
        expect(decodeURIComponent(encoded)).toBe(text);
        expect(encoded).toMatch(/^(?:[A-Za-z0-9\-._~]|%[0-9A-F]{2})*$/);
      }),
    );
  });

  test('half a surrogate pair is refused, not replaced', () => {
    expect(() => percentEncode('a\ud800')).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  });
});
