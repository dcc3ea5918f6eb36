import { readFileSync } from 'node:fs';

import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';

import { compareSchemas } from '../src/containment.ts';
import type { Json } from '../src/json.ts';

/**
 * Pairs of which the first is contained in the second, for every kind of reason, in the file beside this one.
 */

interface Row {
  readonly kind: string;
  readonly first: Json;
  readonly second: Json;
}

const rows = readFileSync(new URL('contained-pairs.ndjson', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Row);

describe.each([...Map.groupBy(rows, ({ kind }) => kind)])('of %s', (_, pairs) => {
  it('every pair that is contained is proven to be', () => {
    const open = pairs.filter(({ first, second }) => compareSchemas(first, second).verdict !== 'contained');
    expect(open).toEqual([]);
  });

  it('ajv agrees with whatever is said about the pairs the other way round', () => {
    for (const { first, second } of pairs) {
      const answer = compareSchemas(second, first);
      if (answer.verdict !== 'not-contained' || answer.counterexample === undefined) continue;
      const verdicts = [second, first].map((schema) => accepts(schema, answer.counterexample ?? null));
      expect([second, first, answer.counterexample, ...verdicts]).toEqual([
        second,
        first,
        answer.counterexample,
        true,
        false,
      ]);
    }
  });
});

it('a union of 300 variants that one property tells apart is decided', () => {
  const union = (longest: number): Json => ({
    oneOf: Array.from({ length: 300 }, (_, index) => ({
      type: 'object',
      required: ['kind'],
      properties: {
        kind: { const: `v${index}` },
        note: { type: 'string', maxLength: index === 7 ? longest : 9 },
      },
    })),
  });
  expect(compareSchemas(union(4), union(5))).toEqual({ verdict: 'contained' });
  expect(compareSchemas(union(5), union(4))).toEqual({
    verdict: 'not-contained',
    counterexample: { kind: 'v7', note: 'aaaaa' },
  });
}, 30_000);

it('a range is contained in a choice of one of its 300 numbers', () => {
  const numbers = Array.from({ length: 300 }, (_, index): Json => ({ const: index }));
  const range = { type: 'integer', minimum: 0, maximum: 299 };
  expect(compareSchemas(range, { oneOf: numbers })).toEqual({ verdict: 'contained' });
});

it('schemas nested too deeply for the stack get an answer that is true', () => {
  let deep: Json = { type: 'string' };
  for (let depth = 0; depth < 4000; depth += 1) deep = { allOf: [deep] };
  expect(compareSchemas(deep, { type: 'number' }).verdict).not.toBe('contained');
});

it.each<[string, Json, Json]>([
  ['a list that needs a null', { contains: { type: 'null' } }, { items: { type: 'null' } }],
  [
    'one name more than allowed, of many that a pattern gives',
    { type: 'object', patternProperties: { '^[a-c][0-9]$': true }, additionalProperties: false },
    { maxProperties: 29 },
  ],
  ['a common multiple', { allOf: [{ multipleOf: 4 }, { multipleOf: 7 }] }, { multipleOf: 6 }],
  [
    'a list of different items of which some are asked for',
    { type: 'array', items: { enum: [true, false, null, 7] }, uniqueItems: true, contains: { const: null } },
    { prefixItems: [true, { const: 7 }], maxItems: 3 },
  ],
  [
    'a list that is not among those listed',
    { type: 'array', items: { enum: [0, 1] }, maxItems: 3 },
    { enum: [[], [0], [1], [0, 1], [1, 0], [1, 1]] },
  ],
  [
    'a constant that is listed with its members in another order',
    { enum: [{ a: 1, b: 2 }], const: { b: 2, a: 1 } },
    false,
  ],
])('%s is found as a counterexample', (_, first, second) => {
  const answer = compareSchemas(first, second);
  if (answer.verdict !== 'not-contained' || answer.counterexample === undefined)
    throw new Error(`no counterexample: ${answer.verdict}`);
  expect([accepts(first, answer.counterexample), accepts(second, answer.counterexample)]).toEqual([
    true,
    false,
  ]);
});

function accepts(schema: Json, value: Json): boolean {
  const ajv = new Ajv2020({ strict: false, validateSchema: false, logger: false, addUsedSchema: false });
  addFormats.default(ajv);
  return ajv.validate(schema as boolean | Record<string, unknown>, value);
}
