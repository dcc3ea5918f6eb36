import { describe, expect, it } from 'vitest';
import { HashTable } from '../src/sql/register/hash-table.ts';

/** Hashes of two words, no two alike, many of which would stand in one slot. */
function hashesOf(count: number): Uint32Array {
  return Uint32Array.from({ length: count * 2 }, (_, word) => (word % 2 === 0 ? word : word % 97));
}

describe('the table of hashes', () => {
  it('finds every hash of many more than it was made for, and none after it was cleared', () => {
    const count = 10_000;
    const hashes = hashesOf(count);
    const table = new HashTable(10, 2);
    const places = Array.from({ length: count }, (_, place) => place);
    const answers = (look: (place: number) => number | undefined) => places.map(look);

    expect(new Set(answers((place) => table.addOrFind(hashes, place * 2, place)))).toEqual(
      new Set([undefined]),
    );
    expect(answers((place) => table.find(hashes, place * 2))).toEqual(places);
    expect(answers((place) => table.addOrFind(hashes, place * 2, place + 1))).toEqual(places);

    table.clear();
    expect(new Set(answers((place) => table.find(hashes, place * 2)))).toEqual(new Set([undefined]));
  });
});
