import type { SeededRandom } from '@enrollkit/base';

import type { Json, JsonObject } from '../../src/json.ts';

/** A schema made of atoms by everything that puts schemas together. */
export function formula(random: SeededRandom, atom: () => JsonObject, depth: number): JsonObject {
  if (depth <= 0 || random.below(4) === 0) return atom();
  const part = (): JsonObject => formula(random, atom, depth - 1);
  const parts = (): JsonObject[] => Array.from({ length: 1 + random.below(3) }, part);
  const makers: (() => JsonObject)[] = [
    () => ({ anyOf: parts() }),
    () => ({ allOf: parts() }),
    () => ({ oneOf: parts() }),
    () => ({ not: part() }),
    () => ({ if: part(), then: part(), else: part() }),
    () => ({ if: part(), then: part() }),
    () => ({ ...atom(), ...atom() }),
    () => ({ ...atom(), anyOf: parts() }),
    () => ({ ...atom(), not: part() }),
  ];
  return random.pick(makers)();
}

/** Another spelling of the same schema: for each value, the same verdict. */
export function respelled(schema: Json, random: SeededRandom, depth = 2): Json {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return schema;
  const object = schema as JsonObject;
  const again = (one: Json): Json => (depth <= 0 ? one : respelled(one, random, depth - 1));
  // What is unevaluated depends on the words beside it.
  const keywords = JSON.stringify(schema).includes('"unevaluated') ? {} : byKeyword;
  const makers = [
    ...whole(object, again),
    ...Object.entries(keywords).flatMap(([key, make]) => {
      const value = object[key];
      if (
        value === undefined ||
        inPairs.some((pair) => pair.includes(key) && pair.some((other) => other !== key && other in object))
      )
        return [];
      const { [key]: _, ...rest } = object;
      const other = make(value, again);
      return other === undefined
        ? []
        : [(): Json => (Object.keys(rest).length === 0 ? other : { allOf: [rest, other] })];
    }),
  ];
  return random.pick(makers)();
}

/** Keywords that read each other. */
const inPairs = [
  ['if', 'then', 'else'],
  ['contains', 'minContains', 'maxContains'],
  ['prefixItems', 'items'],
  ['properties', 'patternProperties', 'additionalProperties'],
];

function whole(schema: JsonObject, again: (one: Json) => Json): (() => Json)[] {
  return [
    () => schema,
    () => ({ not: { not: again(schema) } }),
    () => ({ allOf: [again(schema), true] }),
    () => ({ anyOf: [false, again(schema)] }),
    () => ({ oneOf: [again(schema)] }),
    () => ({ if: again(schema), then: true, else: false }),
    () => ({ if: { not: schema }, then: false }),
    () => ({ anyOf: [schema, { allOf: [schema, again(schema)] }] }),
  ];
}

const list = (value: Json): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);

const byKeyword: Readonly<Record<string, (value: Json, again: (one: Json) => Json) => Json | undefined>> = {
  const: (value) => ({ enum: [value] }),
  enum: (values) => ({ anyOf: list(values).map((value) => ({ const: value })) }),
  type: (types) => ({ anyOf: [types].flat().map((type) => ({ type })) as Json[] }),
  anyOf: (branches, again) => ({ not: { allOf: list(branches).map((branch) => ({ not: again(branch) })) } }),
  allOf: (branches, again) => ({ not: { anyOf: list(branches).map((branch) => ({ not: again(branch) })) } }),
  oneOf: (branches, again) => ({
    anyOf: list(branches).map((branch, index) => ({
      allOf: [
        again(branch),
        ...list(branches)
          .filter((_, other) => other !== index)
          .map((other) => ({ not: other })),
      ],
    })),
  }),
  not: (value, again) => ({ if: again(value), then: false, else: true }),
  contains: (value, again) => ({ not: { type: 'array', items: { not: again(value) } } }),
  items: (value, again) => ({ not: { type: 'array', contains: { not: again(value) } } }),
  required: (names) => ({ allOf: list(names).map((name) => ({ required: [name] })) }),
  dependentRequired: (map) => ({
    allOf: Object.entries(map as JsonObject).map(([name, needs]) => ({
      if: { type: 'object', required: [name] },
      then: { required: needs },
    })),
  }),
  dependentSchemas: (map, again) => ({
    allOf: Object.entries(map as JsonObject).map(([name, one]) => ({
      anyOf: [{ not: { type: 'object', required: [name] } }, again(one)],
    })),
  }),
  properties: (map, again) => ({
    allOf: Object.entries(map as JsonObject).map(([name, one]) => ({ properties: { [name]: again(one) } })),
  }),
  minLength: (least) => (least === 0 ? true : { not: { type: 'string', maxLength: Number(least) - 1 } }),
  maxLength: (most) => ({ not: { type: 'string', minLength: Number(most) + 1 } }),
  minItems: (least) => (least === 0 ? true : { not: { type: 'array', maxItems: Number(least) - 1 } }),
  maxItems: (most) => ({ not: { type: 'array', minItems: Number(most) + 1 } }),
  minProperties: (least) =>
    least === 0 ? true : { not: { type: 'object', maxProperties: Number(least) - 1 } },
  maxProperties: (most) => ({ not: { type: 'object', minProperties: Number(most) + 1 } }),
  minimum: (bound) => ({ not: { type: 'number', exclusiveMaximum: bound } }),
  maximum: (bound) => ({ not: { type: 'number', exclusiveMinimum: bound } }),
  exclusiveMinimum: (bound) => ({ not: { type: 'number', maximum: bound } }),
  exclusiveMaximum: (bound) => ({ not: { type: 'number', minimum: bound } }),
  propertyNames: (value, again) => ({
    not: { type: 'object', not: { propertyNames: again(value) } },
  }),
  pattern: (value) => ({ not: { type: 'string', not: { pattern: value } } }),
};
