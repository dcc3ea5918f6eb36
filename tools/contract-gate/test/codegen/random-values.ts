import type { SeededRandom } from '@enrollkit/base';

import type { Json, JsonObject } from '../../src/spec/json.ts';
import { plainNames, scalars } from './random-schemas.ts';

/** Writes values that lean towards a schema, so that many are valid. */
export class ValueWriter {
  readonly #schemas: readonly Json[];
  readonly #random: SeededRandom;

  /** `schemas`: those that `$ref` names by their index. */
  constructor(schemas: readonly Json[], random: SeededRandom) {
    this.#schemas = schemas;
    this.#random = random;
  }

  /** A value for a schema. */
  write(schema: Json | undefined, depth = 5): Json {
    const random = this.#random;
    if (depth <= 0 || random.below(12) === 0 || typeof schema !== 'object' || schema === null)
      return anyValue(random, 2);
    const object = schema as JsonObject;
    const inside = (one: Json | undefined): Json => this.write(one, depth - 1);
    if (object.nullable === true && random.below(4) === 0) return null;
    const named = typeof object.$ref === 'string' ? this.#schemas[Number(object.$ref.slice(1))] : undefined;
    if (named !== undefined && object.type === undefined) return inside(named);
    if (named !== undefined && random.below(2) === 0)
      return merged([inside(named), this.#typed(object, inside)], random);
    if ('const' in object) return object.const ?? null;
    if (Array.isArray(object.enum) && object.enum.length > 0 && random.below(20) > 0)
      return random.pick(object.enum as Json[]);
    const branches = [object.anyOf, object.oneOf, object.allOf].flatMap(listOf);
    if (branches.length > 0 && (object.type === undefined || random.below(3) === 0))
      return merged(branches.map(inside), random);
    return this.#typed(object, inside);
  }

  /** A value of one of the types that the schema names. */
  #typed(schema: JsonObject, inside: (one: Json | undefined) => Json): Json {
    const random = this.#random;
    const types = ([] as Json[]).concat(schema.type ?? []);
    switch (types.length === 0 ? undefined : random.pick(types)) {
      case 'object': {
        const properties = (schema.properties ?? {}) as JsonObject;
        const names = new Set([...plainNames, 'k', ...Object.keys(properties)]);
        const members = [...names].filter((name) => name === 'k' || random.below(3) > 0);
        return Object.fromEntries(
          members.map((name) => [
            name,
            inside(Object.hasOwn(properties, name) ? properties[name] : schema.additionalProperties),
          ]),
        );
      }
      case 'array':
        return Array.from({ length: random.below(4) }, (_, index) =>
          inside(listOf(schema.prefixItems)[index] ?? schema.items ?? schema.contains),
        );
      case 'string':
        return random.pick(['a', 'b', '', 'abc', 'ab', '\u{1f600}']);
      case 'number':
      case 'integer':
        return random.pick([0, 1, -2, 7]);
      case 'boolean':
        return random.below(2) === 0;
      case 'null':
        return null;
      default:
        return anyValue(random, 2);
    }
  }
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as Json[]) : [];
}

function merged(values: readonly Json[], random: SeededRandom): Json {
  const objects = values.filter(
    (value): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value),
  );
  return objects.length > 1
    ? Object.fromEntries(objects.flatMap((object) => Object.entries(object)))
    : random.pick(values);
}

function anyValue(random: SeededRandom, depth: number): Json {
  const roll = random.below(depth > 0 ? 8 : 6);
  if (roll === 6) return Array.from({ length: random.below(3) }, () => anyValue(random, depth - 1));
  if (roll === 7) {
    const members = plainNames
      .filter(() => random.below(2) === 0)
      .map((name) => [name, anyValue(random, depth - 1)] as const);
    return Object.fromEntries([...members, ['k', true] as const]);
  }
  return random.pick(scalars);
}
