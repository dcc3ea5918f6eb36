import type { SeededRandom } from '@enrollkit/base';

import type { Json, JsonObject } from '../src/json.ts';

/** Random schemas over all keywords, and random values that are likely to tell them apart. */

const names = ['a', 'b', 'c'];
const otherNames = ['d', 'x-a', 'ab', ''];
const patterns = ['^a', 'b$', '^[a-b]+$', '^x-', '^.{1,2}$', 'a', '^(?:ab|c)$', '[0-9a-f]{3}', '^[^a]*$'];
const scalars: readonly Json[] = [
  null,
  true,
  false,
  'a',
  'b',
  'ab',
  '',
  'abc',
  0,
  1,
  2,
  3,
  4,
  6,
  1.5,
  -1,
  0.5,
];

type Maker = (random: SeededRandom, depth: number) => JsonObject;

/** A value of any kind. */
export function randomValue(random: SeededRandom, depth = 3): Json {
  const kind = random.below(depth > 0 ? 5 : 3);
  if (kind < 3) return random.pick(scalars);
  if (kind === 3) return Array.from({ length: random.below(4) }, () => randomValue(random, depth - 1));
  const keys = [...names, ...otherNames].filter(() => random.next() < 0.35);
  return Object.fromEntries(keys.map((key) => [key, randomValue(random, depth - 1)]));
}

/** A schema of any kind, with no more schemas inside each other than `depth`. */
export function randomSchema(random: SeededRandom, depth = 3): Json {
  if (depth <= 0) return random.pick(simple);
  const own = random.pick(makers)(random, depth);
  return random.next() < 0.15 ? { ...random.pick(makers)(random, depth - 1), ...own } : own;
}

const simple: readonly Json[] = [
  true,
  false,
  {},
  { type: 'string' },
  { type: 'integer' },
  { type: ['string', 'null'] },
  { type: 'number' },
  { type: 'boolean' },
  { type: 'object' },
  { type: 'array' },
  { const: 'a' },
  { const: 1 },
  { enum: [1, 2, 'a'] },
  { minimum: 2 },
  { maxLength: 1 },
  { $ref: '#/$defs/tree' },
  { $ref: '#/$defs/leaf' },
];

/** What `$ref` may name: every schema of a pair has these. */
export const definitions: JsonObject = {
  tree: {
    type: 'object',
    properties: { a: { $ref: '#/$defs/tree' }, b: { type: 'array', items: { $ref: '#/$defs/tree' } } },
  },
  leaf: { anyOf: [{ type: 'integer' }, { type: 'array', items: { $ref: '#/$defs/leaf' } }] },
};

const small = (random: SeededRandom): number => random.below(4);
const few = <T>(random: SeededRandom, most: number, make: () => T): T[] =>
  Array.from({ length: 1 + random.below(most) }, make);

function some(random: SeededRandom, model: Readonly<Record<string, () => Json>>): JsonObject {
  const chance = 0.2 + random.next() * 0.5;
  return Object.fromEntries(
    Object.entries(model).flatMap(([key, make]) => (random.next() < chance ? [[key, make()]] : [])),
  );
}

function mapOf(random: SeededRandom, keys: readonly string[], make: () => Json): JsonObject {
  return Object.fromEntries(keys.filter(() => random.next() < 0.5).map((key) => [key, make()]));
}

const makers: readonly Maker[] = [
  (random) => random.pick(simple.filter((one) => typeof one === 'object' && one !== null)) as JsonObject,
  (random) => ({ enum: [...new Set(few(random, 4, () => random.pick(scalars)))] }),
  (random, depth) => ({ const: randomValue(random, depth - 1) }),
  (random) =>
    some(random, {
      type: () => random.pick<Json>(['integer', 'number', ['number', 'string'], ['integer', 'null']]),
      minimum: () => small(random),
      maximum: () => small(random) + 1,
      exclusiveMinimum: () => small(random) - 1,
      exclusiveMaximum: () => small(random) + 2,
      multipleOf: () => random.pick([1, 2, 3, 0.5, 1.5]),
    }),
  (random) =>
    some(random, {
      type: () => 'string',
      minLength: () => small(random),
      maxLength: () => small(random) + 1,
      pattern: () => random.pick(patterns),
      format: () => random.pick(['date', 'email', 'uri', 'uri-reference', 'ipv4', 'int32']),
    }),
  (random, depth) => {
    const inner = (): Json => randomSchema(random, depth - 1);
    return some(random, {
      type: () => 'array',
      items: inner,
      prefixItems: () => few(random, 2, inner),
      minItems: () => small(random),
      maxItems: () => small(random),
      uniqueItems: () => true,
      contains: inner,
      minContains: () => small(random),
      maxContains: () => small(random),
      ...(random.next() < 0.2
        ? { unevaluatedItems: () => random.pick<Json>([false, { type: 'string' }]) }
        : {}),
    });
  },
  (random, depth) => {
    const inner = (): Json => randomSchema(random, depth - 1);
    return some(random, {
      type: () => 'object',
      properties: () => mapOf(random, names, inner),
      required: () => names.filter(() => random.next() < 0.4),
      additionalProperties: () => (random.next() < 0.4 ? false : inner()),
      minProperties: () => small(random),
      maxProperties: () => small(random),
    });
  },
  (random, depth) => {
    const inner = (): Json => randomSchema(random, depth - 1);
    return some(random, {
      type: () => 'object',
      properties: () => mapOf(random, names, inner),
      patternProperties: () => mapOf(random, ['^a', '^x-', 'b$'], inner),
      propertyNames: () =>
        random.pick<Json>([{ pattern: '^[a-c]' }, { maxLength: 1 }, { enum: ['a', 'b'] }, { minLength: 1 }]),
      dependentRequired: () => random.pick<Json>([{ a: ['b'] }, { b: ['a', 'c'] }, { a: ['b'], b: ['a'] }]),
      dependentSchemas: () => mapOf(random, names, inner),
      ...(random.next() < 0.3
        ? { unevaluatedProperties: () => random.pick<Json>([false, { type: 'string' }]) }
        : { additionalProperties: () => (random.next() < 0.5 ? false : inner()) }),
    });
  },
  (random, depth) => {
    const inner = (): Json => randomSchema(random, depth - 1);
    return some(random, {
      [random.pick(['allOf', 'anyOf', 'oneOf'])]: () => few(random, 3, inner),
      properties: () => mapOf(random, names, inner),
      required: () => names.filter(() => random.next() < 0.3),
      ...(random.next() < 0.3
        ? { unevaluatedProperties: () => random.pick<Json>([false, { type: 'integer' }]) }
        : {}),
    });
  },
  (random, depth) => ({
    [random.pick(['allOf', 'anyOf', 'oneOf'])]: few(random, 3, () => randomSchema(random, depth - 1)),
  }),
  (random, depth) => ({ not: randomSchema(random, depth - 1) }),
  (random, depth) => {
    const inner = (): Json => randomSchema(random, depth - 1);
    return { if: inner(), ...some(random, { then: inner, else: inner }) };
  },
];

/**
 * How a second schema comes from a first one; `contained`: every value of the first is then valid under the
 * second.
 */
export interface Derivation {
  readonly name: string;
  readonly contained: boolean;
  readonly make: (first: Json, random: SeededRandom) => readonly [Json, Json];
}

/** Ways to make pairs of schemas that have something to do with each other. */
export const derivations: readonly Derivation[] = [
  { name: 'unrelated', contained: false, make: (first, random) => [first, randomSchema(random)] },
  {
    name: 'union',
    contained: true,
    make: (first, random) => [first, { anyOf: [randomSchema(random, 2), first] }],
  },
  {
    name: 'meeting',
    contained: true,
    make: (first, random) => [{ allOf: [first, randomSchema(random, 2)] }, first],
  },
  { name: 'double negation', contained: true, make: (first) => [first, { not: { not: first } }] },
  {
    name: 'split',
    contained: true,
    make: (first, random) => {
      const test = randomSchema(random, 2);
      return [first, { anyOf: [{ allOf: [first, test] }, { allOf: [first, { not: test }] }] }];
    },
  },
  {
    name: 'joined',
    contained: true,
    make: (first, random) => {
      const test = randomSchema(random, 2);
      return [{ anyOf: [{ allOf: [first, test] }, { allOf: [first, { not: test }] }] }, first];
    },
  },
  {
    name: 'condition',
    contained: true,
    make: (first, random) => {
      const test = randomSchema(random, 2);
      return [first, { if: test, then: first, else: { anyOf: [first, { const: 'a' }] } }];
    },
  },
  { name: 'loosened', contained: true, make: (first, random) => [first, loosened(first, random)] },
  { name: 'changed', contained: false, make: (first, random) => [first, changed(first, random)] },
];

/** The schema with one keyword less or weaker, where that can only allow more. */
function loosened(schema: Json, random: SeededRandom): Json {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return true;
  const object = schema as JsonObject;
  const bears = [
    'properties',
    'additionalProperties',
    'patternProperties',
    'items',
    'prefixItems',
    'contains',
  ];
  const tied = Object.keys(object).some((key) => key.startsWith('unevaluated'));
  const keys = Object.keys(object).filter(
    (key) =>
      !bears.includes(key) &&
      !['minContains', 'if', 'then', 'else'].includes(key) &&
      !(tied && ['allOf', 'anyOf', 'oneOf', 'dependentSchemas'].includes(key)),
  );
  if (keys.length === 0) return schema;
  const key = random.pick(keys);
  const value = object[key];
  const rest = Object.fromEntries(Object.entries(object).filter(([other]) => other !== key));
  if (key === 'allOf' && Array.isArray(value))
    return { ...rest, allOf: value.map((one) => loosened(one, random)) };
  if (key === 'anyOf' && Array.isArray(value)) return { ...rest, anyOf: [...value, randomSchema(random, 1)] };
  if (key === 'enum' && Array.isArray(value)) return { ...rest, enum: [...value, 'more'] };
  if (typeof value === 'number' && /^max|Maximum$/.test(key) && key !== 'maxContains')
    return { ...rest, [key]: value + 1 };
  return rest;
}

/** The schema with one keyword replaced by that of another schema. */
function changed(schema: Json, random: SeededRandom): Json {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return randomSchema(random, 1);
  const other = random.pick(makers)(random, 2);
  const keys = Object.keys(other).filter((key) => key !== '$ref');
  const key = keys.length === 0 ? 'minimum' : random.pick(keys);
  return { ...(schema as JsonObject), [key]: other[key] ?? 1 };
}
