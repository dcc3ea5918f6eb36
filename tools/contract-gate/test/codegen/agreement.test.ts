import { expect, test } from 'vitest';

import { agreement } from './agreement.ts';
import type { Grammar } from './random-schemas.ts';

test.each<[Grammar, number]>([
  ['exact', 1],
  ['exact', 2],
  ['full', 3],
  ['full', 4],
])(
  'types, generated validators and ajv agree on random values of random schemas (%s grammar, seed %i)',
  async (grammar, seed) => {
    const { pairs, accepted, disagreements } = await agreement(seed, grammar, { schemas: 20, values: 25 });
    expect(disagreements).toEqual([]);
    expect(accepted).toBeGreaterThan(pairs / 10);
  },
);
