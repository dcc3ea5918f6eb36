import type { Json, JsonObject } from './json.ts';
import { expand } from './expand.ts';
import { isAny, isNever, type SchemaNode } from './node.ts';
import { wordsOf } from './pattern.ts';
import {
  type ArrayShape,
  itemSchemas,
  merge,
  namesOf,
  type ObjectShape,
  prefixLength,
  propertySchemas,
  type Shape,
} from './shape.ts';
import type { Source } from './witness-source.ts';

/** Arrays and objects at the edges where two schemas may part: a simple one, and then one change at a time. */

const longest = 60;
const contextLimit = 6;

/** As few items as are allowed. */
export function plainArray(source: Source, shape: ArrayShape): Json[] | undefined {
  return fill(source, shape, Math.max(shape.minItems, ...shape.contains.map(({ min }) => min)));
}

/** Arrays of the shape. */
export function arraysNear(source: Source, shape: ArrayShape, others: readonly Shape[]): Json[] {
  const hints = others.filter((other): other is ArrayShape => other.type === 'array');
  const least = Math.max(shape.minItems, ...shape.contains.map(({ min }) => min));
  const sizes = [
    ...new Set([
      least,
      ...hints.flatMap(({ minItems, maxItems, contains }) => [
        minItems - 1,
        minItems,
        maxItems,
        maxItems + 1,
        ...contains.flatMap(({ min, max }) => [min - 1, max + 1]),
      ]),
      0,
      1,
      2,
      shape.maxItems,
    ]),
  ].filter((size) => size >= least && size <= shape.maxItems && size <= longest);
  const filled = sizes.flatMap((size) => {
    const array = fill(source, shape, size);
    return array === undefined ? [] : [array];
  });
  const plain = filled.flatMap((array) => [array, ...repeated(source, shape, array)]);
  const changed = positions(shape, hints).flatMap((index) => {
    const host = filled.find(({ length }) => length > index) ?? fill(source, shape, index + 1);
    const wanted = hints.flatMap((hint) => [
      ...itemSchemas(hint, index),
      ...hint.contains.map(({ node }) => node),
    ]);
    return host === undefined
      ? []
      : source.near(itemSchemas(shape, index), wanted).map((value) => host.with(index, value));
  });
  return [...plain, ...changed, ...hints.flatMap((hint) => crowdedWith(source, shape, hint))];
}

/** With more of what the other wants only few of. */
function crowdedWith(source: Source, shape: ArrayShape, hint: ArrayShape): Json[] {
  return hint.contains.flatMap(({ node, max }): Json[][] => {
    const size = Math.max(max + 1, shape.minItems);
    if (size > longest || size > shape.maxItems) return [];
    const items = Array.from({ length: size }, (_, index) =>
      source.near([...itemSchemas(shape, index), node], []),
    );
    const array: Json[] = [];
    for (const values of items) {
      const value = values.find(
        (one) => !shape.unique || !array.some((other) => JSON.stringify(other) === JSON.stringify(one)),
      );
      if (value !== undefined) array.push(value);
    }
    return [array];
  });
}

function positions(shape: ArrayShape, hints: readonly ArrayShape[]): number[] {
  const length = Math.max(prefixLength(shape), ...hints.map(prefixLength), 0) + 1;
  return Array.from({ length: Math.min(length, shape.maxItems, 12) }, (_, index) => index);
}

/** A simple array of a size: what must be contained first, then whatever fits. */
function fill(source: Source, shape: ArrayShape, size: number): Json[] | undefined {
  const array: Json[] = [];
  const musts = shape.contains.flatMap(({ node, min }) =>
    Array.from({ length: Math.min(min, longest) }, () => node),
  );
  for (let index = 0; index < size; index += 1) {
    const must = musts[index];
    const schemas = [...itemSchemas(shape, index), ...(must === undefined ? [] : [must])];
    const value = shape.unique
      ? source
          .near(schemas, [])
          .find((candidate) => !array.some((other) => JSON.stringify(other) === JSON.stringify(candidate)))
      : source.simplest(schemas);
    if (value === undefined) return undefined;
    array.push(value);
  }
  return array;
}

/** With one item twice, and with all items different. */
function repeated(source: Source, shape: ArrayShape, array: readonly Json[]): Json[][] {
  const first = array[0];
  if (first === undefined) return [];
  const second = source
    .near(itemSchemas(shape, 1), [])
    .find((value) => JSON.stringify(value) !== JSON.stringify(first));
  return [[...array, first], ...(second === undefined || array.length < 2 ? [] : [array.with(1, second)])];
}

/** Objects of the shape. */
export function objectsNear(source: Source, shape: ObjectShape, others: readonly Shape[]): JsonObject[] {
  const hints = others.filter((other): other is ObjectShape => other.type === 'object');
  const base = plainObject(source, shape);
  if (base === undefined) return [];
  const names = speakable(source, shape, hints);
  const contexts = [
    base,
    ...hints.slice(0, contextLimit).map((hint) => overlay(source, { shape, hint, base, names })),
    full(source, { shape, base, names }),
  ];
  const changes = [
    ...optional(source, shape, names),
    ...extras(source, shape, hints),
    ...names.flatMap((name) => valuesOf(source, { shape, hints, name })),
  ];
  const changed = contexts.flatMap((context) =>
    changes.map((change) => settled(source, shape, { ...context, ...change })),
  );
  return [...contexts, ...changed, ...crowded(source, { shape, hints, base })];
}

/** Only what is required, and what that brings with it. */
export function plainObject(source: Source, shape: ObjectShape): JsonObject | undefined {
  const object: Record<string, Json> = {};
  for (const name of shape.required) {
    const value = source.simplest(propertySchemas(shape, name));
    if (value === undefined) return undefined;
    object[name] = value;
  }
  for (const name of [...namesOf(shape), ...freshNames(shape, [])]) {
    if (Object.keys(object).length >= shape.minProperties) break;
    const value = Object.hasOwn(object, name) ? undefined : source.simplest(propertySchemas(shape, name));
    if (value !== undefined) object[name] = value;
  }
  return settled(source, shape, object);
}

/** Adds what the properties that are there make required. */
function settled(source: Source, shape: ObjectShape, start: JsonObject): JsonObject {
  let object = start;
  for (const { name, node } of shape.dependencies) {
    if (!Object.hasOwn(object, name)) continue;
    const whole = expand(node, 'sender')
      ?.flatMap((other) => merge(shape, other) ?? [])
      .find((other) => other.type === 'object');
    for (const needed of whole?.type === 'object' ? whole.required : []) {
      const value =
        Object.hasOwn(object, needed) || whole?.type !== 'object'
          ? undefined
          : source.simplest(propertySchemas(whole, needed));
      if (value !== undefined) object = { ...object, [needed]: value };
    }
  }
  return object;
}

/** Names the shape speaks of; the others' too, where a sender may use what it does not name. */
function speakable(source: Source, shape: ObjectShape, hints: readonly ObjectShape[]): string[] {
  const own = namesOf(shape);
  const named = [...own, ...shape.required].filter((name) => !propertySchemas(shape, name).some(isNever));
  const foreign = hints
    .flatMap((hint) => [...namesOf(hint), ...hint.required, ...hint.dependencies.map(({ name }) => name)])
    .filter((name) => !own.has(name));
  const sendable = source.reading.undeclaredStaysUnsent
    ? foreign.filter((name) => propertySchemas(shape, name).some((node) => !isAny(node) && !isNever(node)))
    : foreign;
  return [...new Set([...named, ...sendable])];
}

interface Scene {
  readonly shape: ObjectShape;
  readonly base: JsonObject;
  readonly names: readonly string[];
}

/** As far as possible also what the other schema has in mind. */
function overlay(
  source: Source,
  { shape, hint, base, names }: Scene & { readonly hint: ObjectShape },
): JsonObject {
  const shared = names.flatMap((name): [string, Json][] => {
    const wanted = propertySchemas(hint, name);
    if (
      wanted.length === 0 ||
      (!hint.required.has(name) &&
        !Object.hasOwn(base, name) &&
        wanted.every((node) => node.keywords.enum === undefined))
    )
      return [];
    const value = source.simplest([...propertySchemas(shape, name), ...wanted]);
    return value === undefined ? [] : [[name, value]];
  });
  return settled(source, shape, { ...base, ...Object.fromEntries(shared) });
}

function full(source: Source, { shape, base, names }: Scene): JsonObject {
  const all = names.flatMap((name): [string, Json][] => {
    const value = Object.hasOwn(base, name) ? undefined : source.simplest(propertySchemas(shape, name));
    return value === undefined ? [] : [[name, value]];
  });
  return settled(source, shape, {
    ...base,
    ...Object.fromEntries(all.slice(0, Math.max(0, shape.maxProperties - Object.keys(base).length))),
  });
}

function optional(source: Source, shape: ObjectShape, names: readonly string[]): JsonObject[] {
  return names
    .filter((name) => !shape.required.has(name))
    .flatMap((name) => {
      const value = source.simplest(propertySchemas(shape, name));
      return value === undefined ? [] : [{ [name]: value }];
    });
}

/** One property, with each of its own values that may matter. */
function valuesOf(
  source: Source,
  { shape, hints, name }: { shape: ObjectShape; hints: readonly ObjectShape[]; name: string },
): JsonObject[] {
  const wanted = hints.flatMap((hint) => propertySchemas(hint, name));
  return source.near(propertySchemas(shape, name), [...new Set(wanted)]).map((value) => ({ [name]: value }));
}

/** Properties that neither names. */
function extras(source: Source, shape: ObjectShape, hints: readonly ObjectShape[]): JsonObject[] {
  return freshNames(shape, hints).flatMap((name) => {
    const wanted = hints.flatMap((hint) => propertySchemas(hint, name));
    return source
      .near(propertySchemas(shape, name), wanted)
      .slice(0, 12)
      .map((value) => ({ [name]: value }));
  });
}

function freshNames(shape: ObjectShape, hints: readonly ObjectShape[]): string[] {
  const patterns = [shape, ...hints].flatMap(({ layers }) =>
    layers.flatMap((layer) => [...layer.patterns.keys()]),
  );
  const asked = [shape, ...hints]
    .flatMap(({ names }) => names)
    .flatMap(({ keywords }) => [
      ...(keywords.pattern === undefined
        ? []
        : [...wordsOf(open([keywords.pattern], []), 2), ...wordsOf(open([], [keywords.pattern]), 2)]),
      ...(keywords.maxLength === undefined ? [] : ['n'.repeat(Math.min(keywords.maxLength + 1, 200))]),
      ...(keywords.minLength === undefined
        ? []
        : ['n'.repeat(Math.min(keywords.minLength, 200)), 'n'.repeat(Math.max(keywords.minLength - 1, 0))]),
      ...(keywords.enum ?? []).filter((name): name is string => typeof name === 'string'),
    ]);
  const taken = new Set([shape, ...hints].flatMap((one) => [...namesOf(one)]));
  const names = ['extra', ...patterns.flatMap((pattern) => wordsOf(open([pattern], []), 2)), ...asked];
  return [...new Set(names)].filter((name) => !taken.has(name)).slice(0, 12);
}

function open(
  patterns: readonly string[],
  excluded: readonly string[],
): { patterns: readonly string[]; excluded: readonly string[]; minLength: number; maxLength: number } {
  return { patterns, excluded, minLength: 0, maxLength: Number.POSITIVE_INFINITY };
}

/** With one property more than the others take, and with one more. */
function crowded(
  source: Source,
  { shape, hints, base }: { shape: ObjectShape; hints: readonly ObjectShape[]; base: JsonObject },
): JsonObject[] {
  const sizes = hints
    .map(({ maxProperties }) => maxProperties + 1)
    .filter((size) => size <= longest && size <= shape.maxProperties);
  return sizes.map((size) => {
    const object: Record<string, Json> = { ...base };
    const names = [...namesOf(shape), ...Array.from({ length: size }, (_, index) => `extra${index}`)];
    for (const name of names) {
      if (Object.keys(object).length >= size) break;
      const schemas: readonly SchemaNode[] = propertySchemas(shape, name);
      const value = schemas.some(isNever) ? undefined : source.simplest(schemas);
      if (value !== undefined && !Object.hasOwn(object, name)) object[name] = value;
    }
    return object;
  });
}
