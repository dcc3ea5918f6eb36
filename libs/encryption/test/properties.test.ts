import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decryptionKey,
  encryptionKey,
  open,
  openJson,
  PlaintextUnsealableError,
  seal,
} from '../src/index.ts';
import { codeOf, pair } from './crafting.ts';

const own = decryptionKey(pair.privateKey);
const keys = [
  encryptionKey(pair.publicKey),
  encryptionKey(pair.publicKey, { enc: 'A256GCM', cty: 'application/json' }),
] as const;

/** The value at an RFC 6901 pointer. */
function at(value: unknown, pointer: string): unknown {
  const names = pointer.split('/').slice(1);
  return names.reduce<unknown>(
    (inner, name) => Reflect.get(inner as object, name.replaceAll('~1', '/').replaceAll('~0', '~')),
    value,
  );
}

describe('round trips', () => {
  it('any JSON value but a string comes back exactly, or is refused with its place', () =>
    fc.assert(
      fc.asyncProperty(
        fc.jsonValue({ noUnicodeString: false }).filter((value) => typeof value !== 'string'),
        fc.constantFrom(...keys),
        async (value, key) => {
          const before = JSON.stringify(value);
          const outcome = await seal(value as object, key).then(
            (jwe) => openJson(jwe, own),
            (error: unknown) => error,
          );
          const refused = outcome instanceof PlaintextUnsealableError;
          const place = refused ? at(value, outcome.pointer) : 2 ** 53;
          expect(Number.isSafeInteger(place) && !Object.is(place, -0)).toBe(false);
          expect(refused ? value : outcome).toStrictEqual(value);
          expect(JSON.stringify(value)).toBe(before);
        },
      ),
      { numRuns: 300 },
    ));

  it('any JavaScript value comes back as its JSON says, or is refused', () =>
    fc.assert(
      fc.asyncProperty(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withNullPrototype: true,
        }),
        async (value) => {
          fc.pre(typeof value !== 'string' && !(value instanceof Uint8Array));
          const outcome = await seal(value as object, keys[0]).then(
            (jwe) => openJson(jwe, own),
            (error: unknown) => error,
          );
          const refused = outcome instanceof PlaintextUnsealableError;
          expect(refused || JSON.stringify(outcome) === JSON.stringify(value)).toBe(true);
        },
      ),
      { numRuns: 300 },
    ));

  it('any text comes back as it was', () =>
    fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', size: 'large' }),
        fc.constantFrom(...keys),
        async (text, key) => {
          expect(Buffer.from(await open(await seal(text, key), own)).toString('utf8')).toBe(text);
        },
      ),
      { numRuns: 200 },
    ));

  it('any bytes come back as they were', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), fc.constantFrom(...keys), async (bytes, key) => {
        expect(await open(await seal(bytes, key), own)).toEqual(bytes);
      }),
      { numRuns: 200 },
    ));
});

const sameLetter = (letter = '') => letter.replace('+', '-').replace('/', '_');

describe('no changed token opens', () => {
  const refusals = ['token-malformed', 'token-refused', 'not-opened'];
  const readings = [{}, { tolerate: 'mastercard-libraries' }] as const;

  it('with any one character changed to any other of the alphabets', async () => {
    const jwe = await seal({ pan: '5555555555554444' }, keys[0]);
    // Every place in turn; the new character by chance, among those a decoder might take for the same bits.
    await fc.assert(
      fc.asyncProperty(
        fc.nat(jwe.length - 1),
        fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=.'),
        fc.constantFrom(...readings),
        async (place, character, options) => {
          // To the tolerant reading "+" and "-" are one letter, as are "/" and "_".
          fc.pre(
            jwe[place] !== character &&
              (!('tolerate' in options) || sameLetter(jwe[place]) !== sameLetter(character)),
          );
          const changed = jwe.slice(0, place) + character + jwe.slice(place + 1);
          expect(refusals).toContain(await codeOf(open(changed, own, options)));
        },
      ),
      { numRuns: 600 },
    );
  });

  it('with the last character of each part changed in every way', async () => {
    const jwe = await seal({ a: 1 }, keys[0]);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const ends = [...jwe.matchAll(/(?=\.|$)/g)].map(({ index }) => index - 1);
    expect(ends).toHaveLength(5);
    const changed = ends.flatMap((place) =>
      [...alphabet]
        .filter((letter) => letter !== jwe[place])
        .map((letter) => jwe.slice(0, place) + letter + jwe.slice(place + 1)),
    );
    const outcomes = await Promise.all(changed.map((token) => codeOf(open(token, own))));
    expect(outcomes.filter((code) => !refusals.includes(code))).toEqual([]);
    expect(changed).toHaveLength(5 * 63);
  });

  it('with a character put in or left out', async () => {
    const jwe = await seal({ a: 1 }, keys[1]);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(jwe.length - 1),
        fc.constantFrom('', 'A', ' ', '\n', '=', '\0', 'é'),
        fc.constantFrom(...readings),
        async (place, character, options) => {
          const changed =
            character === ''
              ? jwe.slice(0, place) + jwe.slice(place + 1)
              : jwe.slice(0, place) + character + jwe.slice(place);
          expect(refusals).toContain(await codeOf(open(changed, own, options)));
        },
      ),
      { numRuns: 400 },
    );
  });

  it('with parts of two tokens mixed', async () => {
    const [one, two] = (await Promise.all([seal({ a: 1 }, keys[0]), seal({ a: 2 }, keys[0])])).map((jwe) =>
      jwe.split('.'),
    );
    for (const place of [1, 2, 3, 4]) {
      expect(await codeOf(open((one ?? []).with(place, two?.[place] ?? '').join('.'), own))).toBe(
        'not-opened',
      );
    }
  });
});
