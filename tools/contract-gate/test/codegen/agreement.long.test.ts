import { expect, test } from 'vitest';

import { agreement } from './agreement.ts';

test.each(Array.from({ length: 20 }, (_, index) => index))(
  'types, generated validators and ajv agree on 5,000 random pairs of block %i',
  async (block) => {
    for (const seed of [1000 + 2 * block, 1001 + 2 * block]) {
      const grammar = seed % 2 === 0 ? 'exact' : 'full';
      const { disagreements } = await agreement(seed, grammar, { schemas: 50, values: 50 });
      expect(disagreements).toEqual([]);
    }
  },
  300_000,
);
