import { expect, it } from 'vitest';

import { mistakesOf } from './mesh-differential.ts';

const runs = Number(process.env['CONTAINMENT_RUNS'] ?? 40);
const seed = Number(process.env['CONTAINMENT_SEED'] ?? 1000);

it.each([
  ['JSON Schema', false],
  ['OpenAPI 3.0', true],
])(
  'answers about schemas of %s that refer to each other in circles as ajv judges values',
  (_, openapi30) => {
    const numbers = Array.from({ length: runs }, (__, index) => seed + index);
    expect(numbers.flatMap((number) => mistakesOf(number, openapi30))).toEqual([]);
  },
  1_200_000,
);
