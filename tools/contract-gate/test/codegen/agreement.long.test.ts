import { expect, test } from 'vitest';

import { agreement } from './agreement.ts';

/** Documents of 100 schemas with 25 values each; 40 of them are more than 100,000 pairs. */
const documents = Number(process.env['AGREEMENT_DOCUMENTS'] ?? 40);
const first = Number(process.env['AGREEMENT_SEED'] ?? 1000);

test.each(Array.from({ length: documents }, (_, index) => first + index))(
  'types, generated validators and ajv agree on 2,500 random values of a random document (seed %i)',
  async (seed) => {
    const grammar = seed % 2 === 0 ? 'exact' : 'full';
    const { disagreements } = await agreement(seed, grammar, { schemas: 100, values: 25 });
    expect(disagreements).toEqual([]);
  },
  300_000,
);
