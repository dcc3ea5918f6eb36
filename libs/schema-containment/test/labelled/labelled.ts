import { expect, it } from 'vitest';

import { outcomeOf } from './verdicts.ts';

/** So many pairs, from a seed on, in one test for each block of them. */
export interface Share {
  readonly pairs: number;
  readonly seed: number;
  readonly block: number;
}

/** CPU that one answer may take, in milliseconds: far above any that was seen. */
const longest = 20_000;

/** Tests that no answer about the pairs is wrong, and that few are missing. */
export function testLabelled({ pairs, seed, block }: Share): void {
  const blocks = Array.from({ length: Math.ceil(pairs / block) }, (_, index) => seed + index * block);
  it.each(blocks)(
    `${block} pairs of all kinds (from seed %i on) are answered right or not at all, and nearly all are answered`,
    (first) => {
      const outcomes = Array.from({ length: block }, (_, index) => outcomeOf(first + index));
      expect(outcomes.filter(({ mistake }) => mistake !== undefined)).toEqual([]);
      const open = outcomes.filter(({ verdict }) => verdict === 'undecided');
      expect(open.length, JSON.stringify(open)).toBeLessThanOrEqual(Math.max(2, block / 100));
      expect(outcomes.filter(({ ms }) => ms > longest)).toEqual([]);
    },
    600_000,
  );
}
