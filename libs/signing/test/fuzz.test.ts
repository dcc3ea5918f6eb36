import { generateKeyPairSync } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  authorizationHeader,
  explainMismatch,
  MalformedHeaderError,
  oauth1,
  parseAuthorizationHeader,
  verify,
} from '../src/index.ts';

// CI gives each target this long; by hand, set ENROLLKIT_FUZZ_SECONDS to as much as there is time for.
const seconds = Number(process.env['ENROLLKIT_FUZZ_SECONDS'] ?? 1);
const bounded = { interruptAfterTimeLimit: seconds * 1000, numRuns: 100_000_000 };
const timeout = seconds * 1000 + 30_000;

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const method = 'POST';
const url = new URL('https://sandbox.api.mastercard.com/cards/batch?a=1&b=%20');
const body = Buffer.from('{"a":1}');
const { authorization: valid = '' } = await oauth1({
  consumerKey: 'client!key',
  key: privateKey,
}).authenticate({ method, url, body });
const judge = { publicKeyFor: () => publicKey };

const fragment = fc.constantFrom(
  'OAuth ',
  'oauth_',
  'oauth_nonce',
  'oauth_signature',
  '="',
  '"',
  ',',
  '=',
  '&',
  '%',
  '%26',
  '%3D',
  'realm',
  ' ',
  '\t',
  'QUJD',
  '__proto__',
  'constructor',
  '1.0',
);
const headerish = fc
  .array(fc.oneof(fragment, fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 40 })
  .map((parts) => parts.join(''));
const header = fc.oneof(
  headerish,
  headerish.map((text) => `OAuth ${text}`),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

/** A text with a few places overwritten, cut out or doubled. */
const mutated = (text: string): fc.Arbitrary<string> =>
  fc
    .array(
      fc.record({
        at: fc.nat(text.length),
        cut: fc.nat(4),
        put: fc.oneof(fragment, fc.string({ maxLength: 3 })),
      }),
      { minLength: 1, maxLength: 3 },
    )
    .map((edits) =>
      edits.reduce((result, { at, cut, put }) => result.slice(0, at) + put + result.slice(at + cut), text),
    );

function parsed(text: string): ReturnType<typeof parseAuthorizationHeader> | undefined {
  try {
    return parseAuthorizationHeader(text);
  } catch (error) {
    if (error instanceof MalformedHeaderError) return undefined;
    throw error;
  }
}

describe(`fuzz, ${seconds} s each`, () => {
  test('a header is read or refused, and what was read can be written and read again', { timeout }, () => {
    fc.assert(
      fc.property(fc.oneof(header, mutated(valid)), (text) => {
        const first = parsed(text);
        if (first === undefined) return;
        const again = parsed(authorizationHeader(first.written, first.signature));
        expect({ ...again?.written }).toEqual({ ...first.written });
        expect(Buffer.from(again?.signature ?? []).equals(first.signature)).toBe(true);
      }),
      bounded,
    );
  });

  test(
    'verify never throws, and accepts a changed header only when it says the same',
    { timeout },
    async () => {
      const original = parseAuthorizationHeader(valid);
      await fc.assert(
        fc.asyncProperty(fc.oneof(header, mutated(valid)), async (authorization) => {
          const verdict = await verify({ method, url, body, authorization }, judge);
          expect(!verdict.ok || JSON.stringify(parsed(authorization)) === JSON.stringify(original)).toBe(
            true,
          );
        }),
        bounded,
      );
    },
  );

  test('verify refuses every other method, URL and body', { timeout }, async () => {
    const request = fc.oneof(
      mutated(method).map((changed) => ({ method: changed, url: url.href, body })),
      mutated(url.href).map((changed) => ({ method, url: changed, body })),
      mutated(body.toString()).map((changed) => ({ method, url: url.href, body: Buffer.from(changed) })),
    );
    const meaning = (each: { method: string; url: string; body: Uint8Array }): string => {
      const target = URL.parse(each.url);
      const pairs = [...new URLSearchParams(target?.search)].map((pair) => JSON.stringify(pair)).sort();
      return [
        each.method.toUpperCase(),
        target?.origin,
        target?.pathname,
        ...pairs,
        Buffer.from(each.body).toString('hex'),
      ].join(' ');
    };
    const original = meaning({ method, url: url.href, body });
    await fc.assert(
      fc.asyncProperty(request, async (changed) => {
        const verdict = await verify({ ...changed, authorization: valid }, judge);
        expect(!verdict.ok || meaning(changed) === original).toBe(true);
      }),
      bounded,
    );
  });

  test('an explanation is found or not, of any description', { timeout }, async () => {
    const { baseString = '' } = await verify({ method, url, body, authorization: valid }, judge);
    fc.assert(
      fc.property(fc.oneof(mutated(baseString), fc.string({ unit: 'binary' })), (text) => {
        const mismatch = explainMismatch(baseString, `Acceptable signature base string: ${text}`);
        expect(mismatch?.message ?? '').toMatch(/^\P{Cc}*$/u);
      }),
      bounded,
    );
  });
});
