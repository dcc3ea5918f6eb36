import type { SeededRandom } from '@enrollkit/base';

import type { Json, JsonObject } from '../../src/spec/json.ts';

/**
 * `exact`: only what a type can say, so that type and validator must give the same verdict. `full`: all
 * keywords; a type may take more than the validator, never less. In both, the validator must say what ajv
 * says.
 */
export type Grammar = 'exact' | 'full';

const scalars: readonly Json[] = ['a', 'b', '', 'abc', 0, 1, -2, 7, true, false, null];
const names = ['a', 'b', 'c'] as const;

/**
 * Writes schemas. Every object has a member `k`: a type without required members takes any primitive in some
 * places of TypeScript, and refuses every object that has none of its members in others.
 */
export class SchemaWriter {
  readonly #random: SeededRandom;
  readonly #full: boolean;
  readonly #count: number;
  #index = 0;

  constructor(random: SeededRandom, grammar: Grammar, count: number) {
    this.#random = random;
    this.#full = grammar === 'full';
    this.#count = count;
  }

  /** The schema of this index. In place it refers only to later ones: none is made of itself. */
  named(index: number): Json {
    this.#index = index;
    return this.schema(3);
  }

  /** A schema of a part of the value, which may be any. */
  #part(depth: number): Json {
    const index = this.#index;
    this.#index = -1;
    const made = this.schema(depth);
    this.#index = index;
    return made;
  }

  schema(depth: number): Json {
    if (depth <= 0) return this.#scalar();
    const makers: (() => Json)[] = [
      () => this.#scalar(),
      () => this.#object(depth),
      () => this.#object(depth),
      () => ({ type: 'array', items: this.#part(depth - 1), ...this.#counts('minItems', 'maxItems') }),
      () => this.#reference(),
      () => ({ anyOf: this.#some(() => this.schema(depth - 1)) }),
      () => ({ allOf: this.#some(() => this.schema(depth - 1)) }),
      () => ({
        ...this.#object(depth),
        [this.#pick(['anyOf', 'allOf'])]: this.#some(() => this.#object(depth - 1)),
      }),
    ];
    if (this.#full) makers.push(...this.#fullMakers(depth));
    return this.#pick(makers)();
  }

  #fullMakers(depth: number): (() => Json)[] {
    return [
      () => ({ oneOf: this.#some(() => this.schema(depth - 1)) }),
      () => ({ not: this.schema(depth - 1) }),
      () => ({ if: this.schema(depth - 1), then: this.schema(depth - 1), else: this.schema(depth - 1) }),
      () => ({
        type: 'array',
        prefixItems: this.#some(() => this.#part(depth - 1)),
        ...this.#rest(depth),
        ...this.#counts('minItems', 'maxItems'),
      }),
      () => ({
        ...this.#object(depth),
        unevaluatedProperties: this.#flip() ? false : this.#scalar(),
        allOf: this.#some(() => this.#object(depth - 1)),
      }),
      () => ({
        type: 'array',
        prefixItems: [this.#scalar()],
        unevaluatedItems: this.#flip() ? false : this.#scalar(),
        anyOf: this.#some(() => ({ type: 'array', prefixItems: this.#some(() => this.#scalar()) })),
      }),
      () => ({
        type: 'array',
        contains: this.#scalar(),
        ...this.#counts('minContains', 'maxContains'),
      }),
      () => ({ ...this.#object(depth), patternProperties: { '^[bc]': this.#part(depth - 1) } }),
      () => ({
        ...this.#object(depth),
        propertyNames: { minLength: 1, maxLength: 1 + this.#below(3) },
        ...this.#counts('minProperties', 'maxProperties'),
      }),
      () => ({
        ...this.#object(depth),
        dependentRequired: { a: ['b'] },
        dependentSchemas: { b: this.schema(depth - 1) },
      }),
      () => this.#flip(),
    ];
  }

  #reference(): Json {
    const later = this.#count - this.#index - 1;
    return later <= 0 ? this.#scalar() : { $ref: `S${this.#index + 1 + this.#below(later)}` };
  }

  #rest(depth: number): JsonObject {
    const roll = this.#below(3);
    return roll === 0 ? {} : { items: roll === 1 ? false : this.#part(depth - 1) };
  }

  #object(depth: number): JsonObject {
    const some = names.filter(() => this.#flip());
    const others = this.#others(depth);
    // TypeScript wants an index signature to take in the named members: with both, it takes more than the
    // schema.
    const named =
      this.#full || others.additionalProperties === undefined || others.additionalProperties === true;
    const properties = named ? some.map((name) => [name, this.#part(depth - 1)] as const) : [];
    return {
      type: 'object',
      required: [...names.filter(() => this.#below(4) === 0), ...(this.#full ? [] : ['k'])],
      properties: { ...Object.fromEntries(properties), k: { type: 'boolean' } },
      ...others,
    };
  }

  #others(depth: number): JsonObject {
    const roll = this.#below(6);
    if (roll === 0 && this.#full) return { additionalProperties: false };
    if (roll === 1) return { additionalProperties: { anyOf: [this.#part(depth - 1), { type: 'boolean' }] } };
    return roll === 2 ? { additionalProperties: true } : {};
  }

  #scalar(): Json {
    const makers: (() => Json)[] = [
      () => ({ type: this.#pick(['string', 'number', 'boolean', 'null', 'integer']) }),
      () => ({ type: ['string', 'null'] }),
      () => ({ enum: this.#some(() => this.#pick(scalars)) }),
      () => ({ const: this.#pick(scalars) }),
      () => ({ type: 'string', enum: this.#some(() => this.#pick(scalars)) }),
    ];
    if (this.#full)
      makers.push(
        () => ({
          type: 'string',
          minLength: this.#below(2),
          maxLength: this.#below(4),
          pattern: this.#pick(['^a', 'b$', '.']),
        }),
        () => ({
          type: 'integer',
          minimum: -1,
          exclusiveMaximum: this.#below(9),
          multipleOf: 1 + this.#below(3),
        }),
        () => ({ enum: [] }),
        () => ({ enum: [{ a: 'a', k: true }, ['a', 1]] }),
      );
    return this.#pick(makers)();
  }

  #counts(least: string, most: string): JsonObject {
    return this.#full && this.#flip() ? { [least]: this.#below(2), [most]: 1 + this.#below(3) } : {};
  }

  #some(make: () => Json): Json[] {
    return Array.from({ length: 1 + this.#below(3) }, make);
  }

  #pick<T>(list: readonly T[]): T {
    return this.#random.pick(list);
  }

  #below(limit: number): number {
    return this.#random.below(limit);
  }

  #flip(): boolean {
    return this.#below(2) === 0;
  }
}

/** Writes values that lean towards a schema, so that many are valid. */
export class ValueWriter {
  readonly #schemas: Readonly<Record<string, Json>>;
  readonly #random: SeededRandom;

  constructor(schemas: Readonly<Record<string, Json>>, random: SeededRandom) {
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
    if (typeof object.$ref === 'string') return inside(this.#schemas[object.$ref]);
    if ('const' in object) return object.const ?? null;
    const branches = [object.enum, object.anyOf, object.oneOf, object.allOf, object.prefixItems].map(
      (list) => (Array.isArray(list) ? (list as Json[]) : []),
    );
    const [listed = [], ...choices] = branches;
    if (listed.length > 0) return random.pick(listed);
    const types = ([] as Json[]).concat(object.type ?? []);
    const branch = choices.slice(0, 3).flat();
    if (branch.length > 0 && (types.length === 0 || random.below(3) === 0))
      return merged(branch.map(inside), random);
    switch (types.length === 0 ? undefined : random.pick(types)) {
      case 'object': {
        const properties = (object.properties ?? {}) as JsonObject;
        const members = [...names, 'k'].filter((name) => name === 'k' || random.below(3) > 0);
        return Object.fromEntries(
          members.map((name) => [
            name,
            inside(name in properties ? properties[name] : object.additionalProperties),
          ]),
        );
      }
      case 'array':
        return Array.from({ length: random.below(3) }, (_, index) =>
          inside(choices[3]?.[index] ?? object.items ?? object.contains),
        );
      case 'string':
        return random.pick(['a', 'b', '', 'abc', 'ab']);
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

function merged(values: readonly Json[], random: SeededRandom): Json {
  const objects = values.filter(
    (value): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value),
  );
  return objects.length > 1 ? (Object.assign({}, ...objects) as Json) : random.pick(values);
}

function anyValue(random: SeededRandom, depth: number): Json {
  const roll = random.below(depth > 0 ? 8 : 6);
  if (roll === 6) return Array.from({ length: random.below(3) }, () => anyValue(random, depth - 1));
  if (roll === 7) {
    const members = names
      .filter(() => random.below(2) === 0)
      .map((name) => [name, anyValue(random, depth - 1)] as const);
    return Object.fromEntries([...members, ['k', true] as const]);
  }
  return random.pick(scalars);
}
