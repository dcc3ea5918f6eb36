import type { SeededRandom } from '@enrollkit/base';

import type { Json, JsonObject } from '../../src/json.ts';
import { countingPair } from './counting.ts';
import { nullablePair } from './nullable.ts';
import { formula, respelled } from './formulas.ts';
import { openWorlds, type World, worlds } from './worlds.ts';

/** Two schemas, and what is known about them before anybody is asked. */
export interface Pair {
  readonly kind: string;
  readonly first: Json;
  readonly second: Json;
  /** Whether the first is contained in the second by how they were made. */
  readonly contained?: boolean;
  /** True: the values decide. The first accepts no others, or none that are judged otherwise. */
  readonly finite?: boolean;
  /** Values that may tell the two apart. */
  readonly values: readonly Json[];
  /** The version of OpenAPI whose dialect they are written in, and what they say in JSON Schema. */
  readonly openapi?: string;
  readonly meant?: { readonly first: Json; readonly second: Json };
}

type Maker = (random: SeededRandom) => Pair;

/** The schema inside another one that no value escapes, and the values that this makes of others. */
interface Context {
  readonly of: (inner: Json) => JsonObject;
  readonly values: (inner: readonly Json[]) => Json[];
}

const contexts: readonly Context[] = [
  { of: (inner) => ({ allOf: [inner] }), values: (inner) => [...inner] },
  { of: (inner) => ({ properties: { p: inner } }), values: (inner) => inner.map((p) => ({ p })) },
  {
    of: (inner) => ({
      type: 'object',
      required: ['p'],
      properties: { p: inner },
      additionalProperties: false,
    }),
    values: (inner) => inner.map((p) => ({ p })),
  },
  { of: (inner) => ({ items: inner }), values: (inner) => inner.map((item) => [item]) },
  { of: (inner) => ({ additionalProperties: inner }), values: (inner) => inner.map((a) => ({ a })) },
  {
    of: (inner) => ({ patternProperties: { '^x-': inner } }),
    values: (inner) => inner.map((x) => ({ 'x-a': x })),
  },
  { of: (inner) => ({ prefixItems: [true, inner] }), values: (inner) => inner.map((item) => [0, item]) },
  { of: (inner) => ({ contains: inner }), values: (inner) => inner.map((item) => [item]) },
  {
    of: (inner) => ({ contains: inner, minContains: 2 }),
    values: (inner) => inner.map((item) => [item, item]),
  },
  { of: (inner) => ({ dependentSchemas: { a: inner } }), values: (inner) => [...inner] },
  { of: (inner) => ({ if: { type: ['string', 'number'] }, else: inner }), values: (inner) => [...inner] },
  { of: (inner) => ({ anyOf: [{ type: 'null' }, inner] }), values: (inner) => [...inner] },
];

/** Lists and trees that refer to themselves, with a schema at each node. */
const recursive: readonly Context[] = [
  {
    of: (inner) => ({
      $ref: '#/$defs/list',
      $defs: {
        list: { type: 'object', properties: { v: inner, next: { $ref: '#/$defs/list' } }, required: ['v'] },
      },
    }),
    values: (inner) => inner.flatMap((v) => [{ v }, { v, next: { v } }]),
  },
  {
    of: (inner) => ({
      $ref: '#/$defs/tree',
      $defs: { tree: { anyOf: [inner, { type: 'array', items: { $ref: '#/$defs/tree' }, minItems: 1 }] } },
    }),
    values: (inner) => inner.flatMap((v) => [v, [v], [[v]]]),
  },
  {
    of: (inner) => ({
      $ref: '#/$defs/a',
      $defs: {
        a: {
          type: 'object',
          properties: { v: inner, b: { $ref: '#/$defs/b' } },
          additionalProperties: false,
        },
        b: { type: 'array', items: { $ref: '#/$defs/a' } },
      },
    }),
    values: (inner) => inner.flatMap((v) => [{ v }, { b: [{ v }] }]),
  },
];

/** Two schemas of a world, the first within bounds. */
function related(world: World, bounds: JsonObject, random: SeededRandom): readonly [Json, Json] {
  const [a, b] = [made(world, random), made(world, random)];
  const bounded = (one: JsonObject): JsonObject =>
    random.below(2) === 0 ? { allOf: [bounds, one] } : { ...bounds, allOf: [one] };
  const again = (one: Json): Json => respelled(one, random);
  return random.pick<() => readonly [Json, Json]>([
    () => [bounded(a), b],
    () => [bounded(a), again({ anyOf: [b, again(a)] })],
    () => [bounded({ allOf: [a, b] }), again(a)],
    () => [again(bounded(a)), again(bounded(a))],
    () => [bounded({ anyOf: [a, b] }), a],
    () => [bounds, again({ anyOf: [a, b] })],
    () => [bounded(a), { not: again(b) }],
    () => [bounded(a), { allOf: [a, b] }],
    () => [bounded(a), { oneOf: [a, b] }],
  ])();
}

/** Values in finite number: each is looked at. */
const inFiniteWorld: Maker = (random) => {
  const world = random.pick(worlds);
  const [first, second] = related(world, world.bounds(random), random);
  return { kind: world.kind, first, second, finite: true, values: world.values };
};

/** Values without end. Nothing is known before; a value that tells the two apart may be found. */
const inOpenWorld: Maker = (random) => {
  const world = random.pick(openWorlds);
  const [first, second] = related(world, world.bounds(random), random);
  const finite = world.complete === true;
  const context = finite ? contexts[0] : random.pick(random.below(4) === 0 ? recursive : contexts);
  return {
    kind: `open: ${world.kind}`,
    first: context?.of(first) ?? first,
    second: context?.of(second) ?? second,
    finite,
    values: context?.values(world.values) ?? [],
  };
};

/** Without bounds: contained by how they are made, in whatever context they stand. */
const byDesign: Maker = (random) => {
  const world = random.pick(worlds);
  const [a, b] = [made(world, random), made(world, random)];
  const again = (one: Json): Json => respelled(one, random);
  const [name, first, second] = random.pick<() => readonly [string, Json, Json]>([
    () => ['meeting', { allOf: [a, b] }, again(a)],
    () => ['union', a, { anyOf: [b, again(a)] }],
    () => ['respelling', a, again(a)],
    () => ['two respellings', again(a), again(a)],
    () => ['cover', b, again({ anyOf: [a, { not: again(a) }] })],
    () => ['cover by if', b, { if: a, then: again(a), else: { not: again(a) } }],
    () => ['split', { anyOf: [{ allOf: [a, b] }, { allOf: [a, { not: b }] }] }, again(a)],
  ])();
  const context = random.pick(random.below(4) === 0 ? recursive : contexts);
  return {
    kind: `${name}: ${world.kind}`,
    first: context.of(first),
    second: context.of(second),
    contained: true,
    values: context.values(world.values.slice(0, 40)),
  };
};

function made(world: World, random: SeededRandom): JsonObject {
  return formula(random, () => world.atom(random), random.below(3));
}

/** A pair of one of all kinds. */
export function randomPair(random: SeededRandom): Pair {
  return random.pick([
    inFiniteWorld,
    inOpenWorld,
    inOpenWorld,
    byDesign,
    byDesign,
    countingPair,
    nullablePair,
  ])(random);
}
