import { describe, expect, it } from 'vitest';
import { decryptionKey, encryptionKey, type Jwe, open, openJson, seal, sealFor } from '../src/index.ts';
import { codeOf, pair } from './crafting.ts';

const key = encryptionKey(pair.publicKey);
const own = decryptionKey(pair.privateKey);
const hole: unknown[] = [1];
hole.length = 2;

describe('what JSON would drop or change is refused at any depth, with its place', () => {
  it.each<[string, unknown]>([
    ['NaN', Number.NaN],
    ['Infinity', Number.NEGATIVE_INFINITY],
    ['negative zero', -0],
    ['2^53', 2 ** 53],
    ['1e300', 1e300],
    ['undefined', undefined],
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['a BigInt', 1n],
    ['a promise', Promise.resolve(1)],
    ['a Map', new Map()],
    ['a Set', new Set()],
    ['a boxed number', new Number(1)],
    ['bytes', new Uint8Array(3)],
    ['half a surrogate pair', 'a\udc00'],
    ['a member with a symbol for its name', { [Symbol('x')]: 1 }],
    ['a list with named members', Object.assign([1], { more: 2 })],
  ])('%s', async (_name, value) => {
    for (const plaintext of [{ a: [{ 'b/c~': value }] }, { a: [Object.freeze({ 'b/c~': value })] }])
      await expect(seal(plaintext, key)).rejects.toMatchObject({
        code: 'plaintext-unsealable',
        pointer: expect.stringMatching(/^\/a\/0\/b~1c~0/),
        hint: expect.any(String),
      });
  });

  it('a hole in a list and a name with half a surrogate pair', async () => {
    await expect(seal({ a: hole }, key)).rejects.toMatchObject({ pointer: '/a/1' });
    await expect(seal({ a: { '\ud800': 1 } }, key)).rejects.toMatchObject({ code: 'plaintext-unsealable' });
  });

  it('an object whose getter throws, by its own place and not by one that was read before', async () => {
    const throwing = {
      get pan() {
        throw new Error('5555555555554444');
      },
    };
    await expect(seal({ a: { b: { c: [1] } }, d: [throwing] }, key)).rejects.toMatchObject({
      code: 'plaintext-unsealable',
      pointer: '/d/0',
    });
  });

  it('more levels than anybody reads', async () => {
    const deep = JSON.parse('['.repeat(5000) + ']'.repeat(5000)) as object;
    expect(await codeOf(seal(deep, key))).toBe('plaintext-unsealable');
  });

  it('and the place never shows a card number', async () => {
    await expect(seal({ '5555555555554444': Number.NaN }, key)).rejects.toMatchObject({
      pointer: '/555555******4444',
    });
  });
});

describe('what is judged is what is sealed', () => {
  const any = { name: 'Any', validate: () => ({ valid: true }) as const };

  it('when a getter says something else each time', async () => {
    let asked = 0;
    const shifty = {
      get pan() {
        asked += 1;
        return asked === 1 ? 'first' : Number.NaN;
      },
    };
    const seen: unknown[] = [];
    const contract = { ...any, validate: (value: unknown) => (seen.push(value), { valid: true } as const) };
    expect(await openJson((await sealFor(contract, shifty, key)) as Jwe<unknown>, own)).toEqual({
      pan: 'first',
    });
    expect(seen).toEqual([{ pan: 'first' }]);
    expect(asked).toBe(1);
  });

  it('when a toJSON writes another value than the one that was given', async () => {
    const disguised = { amount: { toJSON: () => ({ toJSON: undefined, real: 1 }) } };
    await expect(sealFor(any, disguised, key)).rejects.toMatchObject({ pointer: '/amount/toJSON' });
    const contract = {
      name: 'Text',
      validate: (value: unknown) =>
        typeof value === 'string'
          ? ({ valid: true } as const)
          : ({
              valid: false,
              problems: [{ pointer: '', keyword: 'type', message: 'must be text' }],
            } as const),
    };
    expect(await openJson((await sealFor(contract, new Date(0), key)) as Jwe<unknown>, own)).toBe(
      '1970-01-01T00:00:00.000Z',
    );
  });

  it('when a member is named __proto__', async () => {
    const hostile = JSON.parse('{"__proto__":{"a":1},"b":2}') as object;
    const bytes = await open(await seal(hostile, key), own);
    expect(Buffer.from(bytes).toString()).toBe('{"__proto__":{"a":1},"b":2}');
  });
});

describe('openJson with integers beyond 2^53', () => {
  const text =
    '{"id":12345678901234567890,"small":9007199254740991,"in":["1234567890123456789",-9007199254740993]}';

  it('refuses them unless told what to make of them', async () => {
    const jwe = (await seal(text, key)) as Jwe<unknown>;
    expect(await codeOf(openJson(jwe, own))).toBe('number-unsafe');
    expect(await openJson(jwe, own, { largeIntegers: 'string' })).toEqual({
      id: '12345678901234567890',
      small: 9007199254740991,
      in: ['1234567890123456789', '-9007199254740993'],
    });
    expect(await openJson(jwe, own, { largeIntegers: 'bigint' })).toEqual({
      id: 12345678901234567890n,
      small: 9007199254740991,
      in: ['1234567890123456789', -9007199254740993n],
    });
    expect(await codeOf(openJson(jwe, own, { largeIntegers: 'number' as 'string' }))).toBe('option-unfit');
  });

  it('refuses one of so many digits that it would become infinite, and one at any depth', async () => {
    for (const large of [
      `{"a":${'9'.repeat(400)}}`,
      '12345678901234567890',
      '[[[{"b":[1,{"c":1234567890123456789}]}]]]',
    ])
      expect(await codeOf(openJson((await seal(large, key)) as Jwe<unknown>, own))).toBe('number-unsafe');
    const deep = `${'['.repeat(200_000)}1${']'.repeat(200_000)}`;
    expect(await openJson((await seal(deep, key)) as Jwe<unknown>, own)).toBeInstanceOf(Array);
  });

  it('leaves long digits in strings, and fractions, as they are', async () => {
    const jwe = (await seal('["5555555555554444", 0.12345678901234567890, 1e300]', key)) as Jwe<unknown>;
    expect(await openJson(jwe, own)).toEqual(['5555555555554444', 0.12345678901234568, 1e300]);
  });
});

describe('limits', () => {
  it.each([Number.NaN, -1, 0, 1.5, Number.POSITIVE_INFINITY])('of %s are refused', async (limit) => {
    const jwe = await seal({}, key);
    expect(await codeOf(open(jwe, own, { maxLength: limit }))).toBe('option-unfit');
  });

  it('let whatever seals open again by default', async () => {
    const most = 12_566_528;
    const largest = await seal(
      new Uint8Array(most),
      encryptionKey(pair.publicKey, { kid: 'k'.repeat(1000) }),
    );
    expect((await open(largest, own)).length).toBe(most);
    expect(await codeOf(seal(new Uint8Array(most + 1), key))).toBe('plaintext-unsealable');
  });
});
