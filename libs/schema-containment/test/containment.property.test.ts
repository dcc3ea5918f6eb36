import { expect, it } from 'vitest';

import { tally } from './differential.ts';

const runs = Number(process.env['CONTAINMENT_RUNS'] ?? 400);
const seed = Number(process.env['CONTAINMENT_SEED'] ?? 1);

it('answers random pairs of schemas as ajv judges random values, and gives up on few', () => {
  const { mistakes, undecided } = tally(seed, runs);
  expect(mistakes).toEqual([]);
  expect(undecided.length).toBeLessThanOrEqual(runs / 100);
});
