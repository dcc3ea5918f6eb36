import type { SeededRandom } from '@enrollkit/base';

import type { Json, JsonObject } from '../../src/json.ts';
import type { Pair } from './pairs.ts';
import { someOf } from './values.ts';

/** Schemas of OpenAPI 3.0, with `nullable` and bounds that are exclusive by a flag. */
function schemaOf(random: SeededRandom, depth: number): JsonObject {
  const part = (): JsonObject => schemaOf(random, depth - 1);
  const parts = (): JsonObject[] => Array.from({ length: 1 + random.below(2) }, part);
  const plain: readonly (() => JsonObject)[] = [
    () => ({ type: random.pick(['string', 'integer', 'number', 'boolean', 'object', 'array']) }),
    () => ({ type: 'string', enum: someOf(random, ['a', 'b', '']) }),
    () => ({ type: 'string', maxLength: random.below(3) }),
    () => ({ enum: someOf<Json>(random, ['a', 1, true]) }),
    () => ({ type: 'integer', minimum: random.below(3), exclusiveMinimum: random.below(2) === 0 }),
  ];
  const deep: readonly (() => JsonObject)[] = [
    () => ({ type: 'object', required: ['a'], properties: { a: part() } }),
    () => ({ type: 'array', items: part() }),
    () => ({ anyOf: parts() }),
    () => ({ allOf: parts() }),
    () => ({ oneOf: parts() }),
  ];
  const made = random.pick(depth > 0 ? [...plain, ...deep] : plain)();
  return random.below(3) === 0 ? { ...made, nullable: true } : made;
}

/** What it says in JSON Schema. */
function meaningOf(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(meaningOf);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { nullable, exclusiveMinimum, minimum, enum: values, ...rest } = schema as JsonObject;
  const bound =
    minimum === undefined ? {} : { [exclusiveMinimum === true ? 'exclusiveMinimum' : 'minimum']: minimum };
  const said = {
    ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, meaningOf(value)])),
    ...bound,
    ...(values === undefined ? {} : { enum: values }),
  };
  return nullable === true ? { anyOf: [said, { type: 'null' }] } : said;
}

const leaves: readonly Json[] = [null, 'a', 'b', '', 'abc', 0, 1, 2, 3, 1.5, true, false, {}, []];
const values: readonly Json[] = [
  ...leaves,
  ...leaves.flatMap((value): Json[] => [{ a: value }, [value], { a: { a: value } }, [[value]]]),
];

/** A pair in the dialect of OpenAPI 3.0. */
export function nullablePair(random: SeededRandom): Pair {
  const [a, b] = [schemaOf(random, 2), schemaOf(random, 2)];
  const [first, second, contained] = random.pick<readonly [Json, Json, boolean]>([
    [a, b, false],
    [a, { ...a, nullable: true }, true],
    [{ ...a, nullable: true }, a, false],
    [a, { anyOf: [b, a] }, true],
    [{ allOf: [a, b] }, a, true],
    [a, { allOf: [a], nullable: true }, true],
  ]);
  return {
    kind: 'nullable',
    first,
    second,
    ...(contained ? { contained } : {}),
    values,
    openapi: '3.0.3',
    meant: { first: meaningOf(first), second: meaningOf(second) },
  };
}
