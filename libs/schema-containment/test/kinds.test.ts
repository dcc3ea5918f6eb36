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

function accepts(schema: Json, value: Json): boolean {
  const ajv = new Ajv2020({ strict: false, validateSchema: false, logger: false, addUsedSchema: false });
  addFormats.default(ajv);
  return ajv.validate(schema as boolean | Record<string, unknown>, value);
}
