import type { SeededRandom } from '@enrollkit/base';

import type { Json, JsonObject } from '../src/json.ts';

/** Random sets of schemas that refer to each other in circles, as the components of a document do. */

const names = ['a', 'b', 'c'];

/**
 * `count` schemas named `n0`, `n1`, and so on; `openapi30`: with the words of OpenAPI 3.0 (`nullable` and its
 * like).
 */
export function randomMesh(random: SeededRandom, count: number, openapi30: boolean): Record<string, Json> {
  const make: Make = { random, count, openapi30 };
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, named(make, index)]));
}

/** The same schemas with one of them, or a part of one, made anew. */
export function changedMesh(
  mesh: Readonly<Record<string, Json>>,
  random: SeededRandom,
  openapi30: boolean,
): Record<string, Json> {
  const keys = Object.keys(mesh);
  const key = random.pick(keys);
  const make: Make = { random, count: keys.length, openapi30 };
  const known = mesh[key] as JsonObject;
  const properties = known['properties'];
  if (properties === undefined || random.next() < 0.2)
    return { ...mesh, [key]: named(make, keys.indexOf(key)) };
  const changed = { ...(properties as JsonObject), [random.pick(names)]: part(make) };
  return { ...mesh, [key]: { ...known, properties: changed } };
}

interface Make {
  readonly random: SeededRandom;
  readonly count: number;
  readonly openapi30: boolean;
}

/**
 * What holds for the same value refers to schemas made before: a circle without a step into the value means
 * nothing.
 */
function named(make: Make, index: number): JsonObject {
  const { random } = make;
  const kind = random.below(6);
  const before = { ...make, count: index };
  if (kind === 0 && index > 0) return { anyOf: [leaf(make), ref(before), ref(before)] };
  if (kind === 1 && index > 0)
    return { allOf: [ref(before), { type: 'object', properties: { c: part(make) } }] };
  if (kind === 2) return { type: 'array', items: part(make), maxItems: 1 + random.below(3) };
  return {
    type: 'object',
    properties: Object.fromEntries(names.filter(() => random.next() < 0.7).map((name) => [name, part(make)])),
    required: names.filter(() => random.next() < 0.25),
    ...(random.next() < 0.3 ? { additionalProperties: random.next() < 0.5 ? false : part(make) } : {}),
  };
}

function part(make: Make): JsonObject {
  const { random } = make;
  const kind = random.below(8);
  if (kind < 3) return ref(make);
  if (kind === 3) return { anyOf: [ref(make), leaf(make)], ...nullable(make) };
  if (kind === 4) return { oneOf: [ref(make), leaf(make)] };
  if (kind === 5) return { type: 'array', items: ref(make), ...nullable(make) };
  return leaf(make);
}

function leaf(make: Make): JsonObject {
  const { random, openapi30 } = make;
  const bound = random.below(4);
  const own = random.pick<JsonObject>([
    { type: 'string', maxLength: 1 + random.below(3) },
    { type: 'integer' },
    { type: 'boolean' },
    { type: 'string', enum: ['a', 'b', 'ab'].slice(random.below(3)) },
    openapi30
      ? { type: 'number', minimum: bound, exclusiveMinimum: random.next() < 0.5 }
      : { type: 'number', exclusiveMinimum: bound },
    openapi30
      ? { type: 'integer', maximum: bound, exclusiveMaximum: random.next() < 0.5 }
      : { type: 'integer', maximum: bound },
  ]);
  return { ...own, ...nullable(make) };
}

function ref({ random, count, openapi30 }: Make): JsonObject {
  const $ref = `#/components/schemas/n${random.below(count)}`;
  // What stands beside a reference says nothing in OpenAPI 3.0.
  return openapi30 && random.next() < 0.2 ? { $ref, maxLength: 1, nullable: true } : { $ref };
}

function nullable({ random, openapi30 }: Make): JsonObject {
  return openapi30 && random.next() < 0.3 ? { nullable: true } : {};
}

/** A schema of OpenAPI 3.0 in the words of JSON Schema, by the letter of the specification. */
export function translated(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(translated);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { nullable: isNullable, $ref, ...written } = schema as JsonObject;
  if ($ref !== undefined) return { $ref };
  const rest: Record<string, Json> = Object.fromEntries(
    Object.entries(written).map(([key, value]) => [key, key === 'enum' ? value : translated(value)]),
  );
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    if (rest[exclusive] === true && rest[bound] !== undefined) {
      rest[exclusive] = rest[bound];
      delete rest[bound];
    } else if (rest[exclusive] === false) delete rest[exclusive];
  }
  return isNullable === true ? { anyOf: [rest, { type: 'null' }] } : rest;
}
