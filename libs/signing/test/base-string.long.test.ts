import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bodyHash, requestBaseString } from '../src/index.ts';
import { independentBaseString } from './independent-base-string.ts';

const RUNS = 20_000;

const letters = [..."abZ09-._~!*'():@;,$+[]|^`{\\", 'é', '€', '😀'];
const escapes = [
  '%20',
  '%2F',
  '%2f',
  '%41',
  '%C3%A9',
  '%c3%a9',
  '%00',
  '%',
  '%zz',
  '%25',
  '%26',
  '%3D',
  '%FF',
];
const text = fc.string({ unit: fc.constantFrom(...letters, ...escapes, '/', '?'), maxLength: 6 });
const segment = fc.string({ unit: fc.constantFrom(...letters, ...escapes), maxLength: 6 });
const plain = fc.constantFrom('a', 'b', 'A', 'a0', 'Zed');
const pair = fc.oneof(
  fc.tuple(fc.oneof(plain, text), text).map((parts) => parts.join('=')),
  fc.tuple(text, text, text).map((parts) => parts.join('=')),
  plain,
  fc.constant(''),
);
/** Pairs, some of them twice. */
const query = fc
  .array(fc.tuple(pair, fc.boolean()), { maxLength: 5 })
  .map((pairs) => pairs.flatMap(([one, twice]) => (twice ? [one, one] : [one])).join('&'));
const address = fc
  .record({
    scheme: fc.constantFrom('https', 'http', 'HTTPS'),
    host: fc.constantFrom(
      'x.example',
      'SANDBOX.api.mastercard.com',
      '[2001:DB8::1]',
      '127.0.0.1',
      'bücher.example',
    ),
    port: fc.constantFrom('', ':443', ':80', ':8443', ':0443', ':', ':00080'),
    path: fc.array(segment, { maxLength: 3 }).map((parts) => parts.map((part) => `/${part}`).join('')),
    query,
    fragment: fc.constantFrom('', '#top', '#a?b=c'),
  })
  .map(
    ({ scheme, host, port, path, query: search, fragment }) =>
      `${scheme}://${host}${port}${path}?${search}${fragment}`,
  )
  .filter((url) => URL.canParse(url));

describe(`the base string of ${RUNS} requests is that of an independent implementation`, () => {
  test('for the URL as it is sent, and for its text as it was received', { timeout: 300_000 }, () => {
    fc.assert(
      fc.property(
        address,
        fc.constantFrom('GET', 'post', 'PATCH'),
        fc.uint8Array({ maxLength: 20 }),
        (received, method, body) => {
          const oauth = { oauth_body_hash: bodyHash(body), oauth_nonce: 'n', oauth_version: '1.0' };
          const url = new URL(received);
          expect(requestBaseString({ method, url }, oauth)).toBe(
            independentBaseString(method, url.href, oauth),
          );
          expect(requestBaseString({ method, url: received }, oauth)).toBe(
            independentBaseString(method, received, oauth),
          );
        },
      ),
      { numRuns: RUNS },
    );
  });
});
