import fc from 'fast-check';
import { expect, it } from 'vitest';

import { Judge } from '../src/judge.ts';
import { SchemaWorld } from '../src/lower.ts';
import type { SchemaNode } from '../src/node.ts';
import { Prover, type Reading } from '../src/prover.ts';
import { WitnessSearch } from '../src/witness.ts';
import type { Json, JsonObject } from '../src/json.ts';

/** To the letter: the property must hold against ajv without any leniency of ours. */
const strict: Reading = { undeclaredStaysUnsent: false };
const names = ['a', 'b', 'c'];

const scalar: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, false, 'a', 'b', 'ab', '', 'abc', 0, 1, 2, 3, 1.5, -1),
);
const value: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names, 'd', 'x-a'), tie('value'), { maxKeys: 4 }),
  ),
})).value;

const small = fc.integer({ min: 0, max: 3 });
const pattern = fc.constantFrom('^a', 'b$', '^[a-b]+$', '^x-', '^.{1,2}$');

const schema: fc.Arbitrary<Json> = fc.letrec<{ schema: Json }>((tie) => {
  const some = tie('schema');
  const optional = (model: Record<string, fc.Arbitrary<Json>>): fc.Arbitrary<JsonObject> =>
    fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<JsonObject>;
  const properties = fc.dictionary(fc.constantFrom(...names), some, { maxKeys: 3 });
  return {
    schema: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      fc.constantFrom<Json>(
        true,
        {},
        { type: 'string' },
        { type: 'integer' },
        { type: ['string', 'null'] },
        { type: 'number' },
        { type: 'boolean' },
        { const: 'a' },
      ),
      optional({ enum: fc.array(scalar, { minLength: 1, maxLength: 3 }) }),
      optional({
        type: fc.constantFrom<Json>('integer', 'number', ['number', 'string']),
        minimum: small,
        maximum: small,
        exclusiveMinimum: small,
        exclusiveMaximum: small,
        multipleOf: fc.constantFrom(1, 2, 0.5),
      }),
      optional({
        type: fc.constantFrom('string'),
        minLength: small,
        maxLength: small,
        pattern,
        format: fc.constantFrom('date', 'email'),
      }),
      optional({
        type: fc.constantFrom('array'),
        items: some,
        prefixItems: fc.array(some, { minLength: 1, maxLength: 2 }),
        minItems: small,
        maxItems: small,
        uniqueItems: fc.boolean(),
        contains: some,
        minContains: small,
        maxContains: small,
        unevaluatedItems: fc.constantFrom<Json>(false, { type: 'string' }),
      }),
      optional({
        type: fc.constantFrom('object'),
        properties,
        required: fc.uniqueArray(fc.constantFrom(...names), { maxLength: 2 }),
        additionalProperties: fc.oneof(fc.constant<Json>(false), some),
        minProperties: small,
        maxProperties: small,
      }),
      optional({
        type: fc.constantFrom('object'),
        properties,
        patternProperties: fc.dictionary(fc.constantFrom('^a', '^x-'), some, { maxKeys: 1 }),
        propertyNames: fc.constantFrom<Json>({ pattern: '^[a-c]' }, { maxLength: 1 }),
        dependentRequired: fc.constantFrom<Json>({ a: ['b'] }, { b: ['a', 'c'] }),
        dependentSchemas: fc.dictionary(fc.constantFrom(...names), some, { maxKeys: 1 }),
        unevaluatedProperties: fc.constantFrom<Json>(false, { type: 'string' }),
      }),
      optional({
        allOf: fc.array(some, { minLength: 1, maxLength: 2 }),
        properties,
        required: fc.uniqueArray(fc.constantFrom(...names), { maxLength: 1 }),
        unevaluatedProperties: fc.constant<Json>(false),
      }),
      optional({
        anyOf: fc.array(some, { minLength: 1, maxLength: 3 }),
        unevaluatedProperties: fc.constant<Json>(false),
      }),
      optional({ oneOf: fc.array(some, { minLength: 1, maxLength: 3 }) }),
      optional({ not: some }),
      optional({ if: some, then: some, else: some }),
      optional({ not: some, allOf: fc.array(some, { minLength: 1, maxLength: 2 }) }),
      fc.constant<Json>({ $ref: '#/tree' }),
    ),
  };
}).schema;

/** A recursive schema to refer to. */
const tree: Json = {
  type: 'object',
  properties: { a: { $ref: '#/tree' }, b: { type: 'array', items: { $ref: '#/tree' } } },
  required: ['a'],
};

/** The same schema with something taken away or added, so that many pairs really are contained. */
const related = fc
  .tuple(schema, schema, fc.constantFrom('other', 'union', 'meeting', 'same', 'wrapped'))
  .map(([left, right, how]): [Json, Json] => {
    switch (how) {
      case 'union':
        return [left, { anyOf: [right, left] }];
      case 'meeting':
        return [{ allOf: [left, right] }, left];
      case 'same':
        return [left, left];
      case 'wrapped':
        return [left, { allOf: [left] }];
      default:
        return [left, right];
    }
  });

function nodeOf(raw: Json, side: 'base' | 'revision'): SchemaNode {
  return new SchemaWorld({ openapi: '3.1.0', tree, schema: raw }, side).node(raw, '/schema', {
    direction: 'request',
    text: false,
    variants: 'one',
  });
}

const runs = Number(process.env['CONTAINMENT_RUNS'] ?? 300);

it('never calls a schema contained when ajv knows a value against it', () => {
  let contained = 0;
  fc.assert(
    fc.property(related, fc.array(value, { minLength: 20, maxLength: 40 }), ([left, right], values) => {
      const judge = new Judge();
      const [sender, receiver] = [nodeOf(left, 'base'), nodeOf(right, 'revision')];
      if (!new Prover(judge, strict).contained([sender], receiver)) return;
      contained += 1;
      const against = values.filter(
        (one) => judge.accepts(sender, one) === true && judge.accepts(receiver, one) === false,
      );
      expect(against).toEqual([]);
      expect(new WitnessSearch(judge, strict).find(sender, receiver)).toBeUndefined();
    }),
    { numRuns: runs },
  );
  expect(contained).toBeGreaterThan(runs / 10);
});
