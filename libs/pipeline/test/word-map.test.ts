import { SeededRandom } from '@enrollkit/base';
import { expect, it } from 'vitest';
import { WordMap } from '../src/load/word-map.ts';

it('a map of words says what a Map would, however many entries it has, zeroes among the keys', () => {
  const random = new SeededRandom(4);
  const flat = new WordMap(2);
  const known = new Map<string, readonly [number, number]>();
  // Few different words, so that keys meet again and share slots.
  const word = () => random.integer(0, 40) * 0x1000000;
  for (let count = 0; count < 3_000; count += 1) {
    const key = [word(), word() + random.integer(0, 1)] as const;
    const value = [count, count + 1] as const;
    const name = key.join();
    const before = flat.get(key);
    const expected = known.get(name);
    if (expected === undefined) known.set(name, value);
    expect([before, flat.first(key, value), flat.has(key), flat.add(key)]).toEqual([
      expected,
      known.get(name),
      true,
      false,
    ]);
  }
  expect(known.size).toBeGreaterThan(1_500);
});
