import type { SeededRandom } from '@enrollkit/base';

import type { Json, JsonObject } from '../../src/json.ts';
import { listsOf, objectsOf, oneOf, small, someOf } from './values.ts';

/** A finite set of values, the schema of just those, and schemas that tell some of them apart. */
export interface World {
  readonly kind: string;
  readonly values: readonly Json[];
  /** Accepts the values and nothing else, without listing them. */
  readonly bounds: (random: SeededRandom) => JsonObject;
  readonly atom: (random: SeededRandom) => JsonObject;
  /** Of a world without bounds: whatever its schemas tell apart, they tell apart among the values. */
  readonly complete?: boolean;
}

const mixed: readonly Json[] = [
  null,
  true,
  false,
  0,
  1,
  -2,
  1.5,
  'a',
  'b',
  '',
  [],
  [1],
  {},
  { a: 1 },
  { a: 'b' },
];

const scalars: World = {
  kind: 'enums and types',
  values: mixed,
  bounds: () => ({ enum: mixed }),
  atom: (random) =>
    oneOf(random, [
      () => ({ enum: someOf(random, mixed) }),
      () => ({ const: random.pick(mixed) }),
      () => ({ type: random.pick(['string', 'number', 'integer', 'boolean', 'null', 'array', 'object']) }),
      () => ({ type: someOf(random, ['string', 'number', 'boolean', 'null', 'array', 'object']) }),
      () => ({ minimum: small(random) - 1 }),
      () => ({ maxLength: 0 }),
      () => ({ required: ['a'] }),
      () => ({ properties: { a: { type: 'string' } } }),
      () => ({ minItems: 1 }),
      () => ({ not: { const: random.pick(mixed) } }),
    ]),
};

interface Length {
  readonly longest: number;
  readonly unique?: boolean;
}

function lists(kind: string, items: readonly Json[], { longest, unique = false }: Length): World {
  const item = (random: SeededRandom): Json =>
    random.pick<Json>([
      { enum: someOf(random, items) },
      { const: random.pick(items) },
      { not: { const: random.pick(items) } },
      { type: random.pick(['integer', 'boolean', 'null', 'number']) },
    ]);
  return {
    kind,
    values: listsOf(items, longest, unique),
    bounds: (random) => ({
      type: 'array',
      items: random.pick<JsonObject>([
        { enum: items },
        { anyOf: items.map((value) => ({ const: value })) },
        { oneOf: items.map((value) => ({ enum: [value] })) },
      ]),
      ...(unique ? { uniqueItems: true } : { maxItems: longest }),
    }),
    atom: (random) =>
      oneOf(random, [
        () => ({ minItems: small(random) }),
        () => ({ maxItems: small(random) }),
        () => ({ uniqueItems: true }),
        () => ({ contains: item(random) }),
        () => ({ contains: item(random), minContains: small(random, 3), maxContains: 1 + small(random, 2) }),
        () => ({ contains: item(random), minContains: 1 + small(random, 3) }),
        () => ({ items: item(random) }),
        () => ({ prefixItems: [item(random)], items: item(random) }),
        () => ({ prefixItems: [item(random), item(random)] }),
        () => ({ prefixItems: [true, item(random)], items: false }),
        () => ({ enum: someOf(random, listsOf(items, 2)).slice(0, 4) }),
        () => ({ const: random.pick(listsOf(items, 2)) }),
      ]),
  };
}

function objects(kind: string, names: readonly string[], members: readonly Json[]): World {
  const member = (random: SeededRandom): Json =>
    random.pick<Json>([
      { const: random.pick(members) },
      { enum: someOf(random, members) },
      false,
      true,
      { type: 'boolean' },
    ]);
  const map = (random: SeededRandom, make: () => Json): JsonObject =>
    Object.fromEntries(someOf(random, names).map((name) => [name, make()]));
  const patterns = ['^x-', 'a$', '^[ab]', '^.$', 'b', '^x-a$'];
  return {
    kind,
    values: objectsOf(names, members),
    bounds: (random) =>
      oneOf(random, [
        () => ({
          type: 'object',
          properties: Object.fromEntries(names.map((name) => [name, { enum: members }])),
          additionalProperties: false,
        }),
        () => ({ type: 'object', propertyNames: { enum: names }, additionalProperties: { enum: members } }),
        () => ({
          type: 'object',
          patternProperties: { [`^(?:${names.join('|')})$`]: { enum: members } },
          additionalProperties: false,
        }),
      ]),
    atom: (random) =>
      oneOf(random, [
        () => ({ required: someOf(random, names) }),
        () => ({ minProperties: small(random) }),
        () => ({ maxProperties: small(random) }),
        () => ({ properties: map(random, () => member(random)) }),
        () => ({ properties: map(random, () => member(random)), additionalProperties: member(random) }),
        () => ({ patternProperties: { [random.pick(patterns)]: member(random) } }),
        () => ({
          patternProperties: { [random.pick(patterns)]: member(random) },
          additionalProperties: member(random),
        }),
        () => ({ propertyNames: { pattern: random.pick(patterns) } }),
        () => ({ propertyNames: { enum: someOf(random, names) } }),
        () => ({ dependentRequired: map(random, () => someOf(random, names)) }),
        () => ({ dependentSchemas: map(random, () => ({ required: someOf(random, names) })) }),
        () => ({ dependentSchemas: map(random, () => ({ maxProperties: 1 + small(random, 2) })) }),
        () => ({ const: random.pick(objectsOf(names, members)) }),
        () => ({ properties: map(random, () => member(random)), unevaluatedProperties: false }),
        () => ({ required: someOf(random, names), unevaluatedProperties: member(random) }),
      ]),
  };
}

const patterns =
  String.raw`^a b$ ab ^a*b*$ ^(?:ab)*$ ^.{2}$ aa|bb ^a+$ ^(?:a|bb)+$ ^[^a] a.b ^b?a ^(?!a) a(?=b)
  ^(?:a{2}|b{1,3})$ [^ab]`.split(/\s+/);

const texts: World = {
  kind: 'strings and patterns',
  values: listsOf(['a', 'b'], 4).map((letters) => letters.join('')),
  bounds: (random) =>
    oneOf(random, [
      () => ({ type: 'string', maxLength: 4, pattern: '^[ab]*$' }),
      () => ({ type: 'string', pattern: '^[ab]{0,4}$' }),
      () => ({ type: 'string', maxLength: 4, not: { pattern: '[^ab]' } }),
    ]),
  atom: (random) =>
    oneOf(random, [
      () => ({ minLength: small(random) }),
      () => ({ maxLength: small(random) }),
      () => ({
        pattern: random.pick(patterns),
      }),
      () => ({ enum: someOf(random, ['', 'a', 'b', 'ab', 'ba', 'aab']) }),
      () => ({ const: random.pick(['', 'a', 'bb', 'abab']) }),
    ]),
};

const range = Array.from({ length: 25 }, (_, index) => index - 6);

function numbers(kind: string, step: number): World {
  const values = range.map((value) => Number((value * step).toFixed(2)));
  return {
    kind,
    values,
    bounds: () => ({
      type: 'number',
      minimum: values[0] ?? 0,
      maximum: values.at(-1) ?? 0,
      multipleOf: step,
    }),
    atom: (random) => {
      const value = (): number => random.pick(values);
      return oneOf(random, [
        () => ({ minimum: value() }),
        () => ({ maximum: value() }),
        () => ({ exclusiveMinimum: value() }),
        () => ({ exclusiveMaximum: value() }),
        () => ({ minimum: value(), maximum: value() }),
        () => ({ multipleOf: random.pick([step * 2, step * 3, step * 4, step, 1, 1.5]) }),
        () => ({ type: 'integer' }),
        () => ({ enum: someOf(random, values.slice(4, 10)) }),
        () => ({ const: value() }),
        () => ({ not: { multipleOf: step * 2 } }),
      ]);
    },
  };
}

/** Objects with a list inside. */
const nested: World = {
  kind: 'lists in objects',
  values: listsOf([0, 1], 2)
    .flatMap((list): Json[] => [{ list }, { list, flag: true }, { list, flag: false }])
    .concat([{}, { flag: true }, { flag: false }]),
  bounds: () => ({
    type: 'object',
    properties: {
      list: { type: 'array', items: { enum: [0, 1] }, maxItems: 2 },
      flag: { type: 'boolean' },
    },
    additionalProperties: false,
  }),
  atom: (random) =>
    oneOf(random, [
      () => ({ required: someOf(random, ['list', 'flag']) }),
      () => ({ properties: { flag: { const: random.below(2) === 0 } } }),
      () => ({ properties: { list: bits.atom(random) } }),
      () => ({ properties: { list: { allOf: [bits.atom(random), bits.atom(random)] } } }),
      () => ({ dependentRequired: { flag: ['list'] } }),
      () => ({ dependentSchemas: { list: { properties: { flag: { const: true } } } } }),
      () => ({ minProperties: 1 + small(random, 2) }),
      () => ({ if: { required: ['flag'] }, then: { properties: { list: bits.atom(random) } } }),
    ]),
};

const bits = lists('lists of two values', [0, 1], { longest: 3 });

/**
 * All numbers. The schemas compare with halves and divide by what divides 6: multiples of a half beyond all
 * bounds, and one number between each two of them, stand for all.
 */
const line: World = {
  ...numbers('numbers', 0.5),
  bounds: (random) => ({ type: random.pick(['number', 'integer']) }),
  values: Array.from({ length: 160 }, (_, index) => index / 4 - 20).concat(1000.25, -1000.25),
  complete: true,
};

const otherItems: readonly Json[] = [1, 2, 3, 'a', null];

/** Every kind of finite world. */
export const worlds: readonly World[] = [
  scalars,
  bits,
  lists('lists of three values', [1, 2, 3], { longest: 3 }),
  lists('unique items of three values', [1, 2, 3], { longest: 3, unique: true }),
  lists('unique items of four values', [true, false, null, 7], { longest: 4, unique: true }),
  lists('unique items of six values', [1, 2, 3, true, null, 'a'], { longest: 6, unique: true }),
  objects('properties and names', ['a', 'b', 'c'], [true, false]),
  objects('patterns of names', ['a', 'b', 'x-a', 'x-b'], [true, 1]),
  texts,
  numbers('whole numbers', 1),
  numbers('decimal numbers', 0.5),
  nested,
];

/** The same schemas over values without end. */
export const openWorlds: readonly World[] = [
  line,
  {
    ...lists('lists', [1, 2, 3], { longest: 3 }),
    bounds: (random) => random.pick<JsonObject>([{ type: 'array' }, { uniqueItems: true }, {}]),
    values: listsOf(otherItems, 4),
  },
  {
    ...objects('objects', ['a', 'b', 'c'], [true, false]),
    bounds: (random) => random.pick<JsonObject>([{ type: 'object' }, { minProperties: 1 }, {}]),
    values: objectsOf(['a', 'b', 'c', 'x-a'], [true, false, 1]),
  },
  {
    ...objects('objects by patterns', ['a', 'b', 'x-a', 'x-b'], [true, 1]),
    bounds: (random) => random.pick<JsonObject>([{ type: 'object' }, { maxProperties: 3 }, {}]),
    values: objectsOf(['a', 'b', 'x-a', 'x-b', 'ab'], [true, 1, 'a']),
  },
  {
    ...texts,
    bounds: (random) => random.pick<JsonObject>([{ type: 'string' }, {}]),
    values: listsOf(['a', 'b', 'c'], 5).map((letters) => letters.join('')),
  },
];
