import type { SeededRandom } from '@enrollkit/base';

import type { Json, JsonObject } from '../../src/spec/json.ts';

/**
 * `exact`: only what a type can say, so that type and validator must give the same verdict. `full`: all
 * keywords; a type may take more than the validator, never less. In both, the validator must say what ajv
 * says.
 */
export type Grammar = 'exact' | 'full';

/**
 * The dialect of schemas. 3.0 has `nullable`, and neither `const` nor lists of types nor words beside `$ref`.
 */
export type Dialect = '3.0' | '3.1';

/** What is written. */
export interface Style {
  readonly grammar: Grammar;
  readonly dialect: Dialect;
  /** Whether enums may be open: a type cannot tell how a value travels. */
  readonly openEnums: boolean;
}

/** Values that schemas list and values are made of. */
export const scalars: readonly Json[] = ['a', 'b', '', 'abc', '\u{1f600}', 0, 1, -2, 7, true, false, null];
/** Names of members that values are likely to have. */
export const plainNames: readonly string[] = ['a', 'b', 'c'];
// Not those that every object inherits: to TypeScript, an object has a member `constructor` in any case.
const oddNames = ['a-b', "o'k", '1', '', 'é', 'default', '__proto__', 'key: string', '*/'];

/**
 * Writes schemas; `$ref` holds the bare index of another one (`S3`). Every object has a member `k`: a type
 * without required members takes any primitive in some places of TypeScript, and refuses every object that
 * has none of its members in others.
 */
export class SchemaWriter {
  readonly #random: SeededRandom;
  readonly #full: boolean;
  readonly #new: boolean;
  readonly #openEnums: boolean;
  readonly #count: number;
  #index = -1;

  constructor(random: SeededRandom, { grammar, dialect, openEnums }: Style, count: number) {
    this.#random = random;
    this.#full = grammar === 'full';
    this.#new = dialect === '3.1';
    this.#openEnums = openEnums;
    this.#count = count;
  }

  /** The schema of this index. In place it refers only to later ones: none is made of itself. */
  named(index: number): Json {
    this.#index = index;
    return this.schema(3);
  }

  /** A schema without an index, which may refer to all. */
  unnamed(): Json {
    return this.#part(3);
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
    return this.#annotated(depth <= 0 ? this.#scalar() : this.#pick(this.#makers(depth))());
  }

  /** Words that change nothing, or let a null pass. */
  #annotated(schema: Json): Json {
    if (typeof schema !== 'object' || schema === null) return schema;
    const object = schema as JsonObject;
    if (!this.#new && object.$ref === undefined && this.#below(6) === 0) return { ...object, nullable: true };
    if (this.#below(8) > 0 || object.$ref !== undefined) return schema;
    return {
      ...object,
      ...this.#pick<JsonObject>([
        { default: this.#pick(scalars) },
        { description: 'says */ nothing', deprecated: true },
        { example: { a: 1 } },
        { discriminator: { propertyName: 'k', mapping: { x: '#/components/schemas/none' } } },
      ]),
    };
  }

  #makers(depth: number): (() => Json)[] {
    const makers: (() => Json)[] = [
      () => this.#scalar(),
      () => this.#object(depth),
      () => this.#object(depth),
      () => ({ type: 'array', items: this.#part(depth - 1), ...this.#counts('minItems', 'maxItems') }),
      () => this.#reference(),
      () => ({ anyOf: this.#some(() => this.schema(depth - 1)) }),
      () => ({ allOf: this.#some(() => this.#alongside(depth - 1)) }),
      () => ({
        ...this.#object(depth),
        [this.#pick(['anyOf', 'allOf'])]: this.#some(() => this.#object(depth - 1)),
      }),
    ];
    if (this.#new)
      makers.push(
        () => ({ ...(this.#reference() as JsonObject), ...this.#object(depth) }),
        () => this.#tuple(depth),
      );
    if (this.#full) makers.push(...this.#oldMakers(depth));
    if (this.#full && this.#new) makers.push(...this.#newMakers(depth));
    return makers;
  }

  /** One of the schemas that hold together: often an object that says little. */
  #alongside(depth: number): Json {
    return this.#pick<() => Json>([
      () => this.schema(depth),
      () => ({ type: 'object' }),
      () => ({ description: 'anything' }),
      () => ({ type: 'object', required: ['a', 'k'] }),
    ])();
  }

  #tuple(depth: number): Json {
    const prefixItems = this.#some(() => this.#part(depth - 1));
    return {
      type: 'array',
      prefixItems,
      ...this.#rest(depth),
      ...(this.#flip() ? { minItems: this.#below(prefixItems.length + 1) } : {}),
      ...this.#counts('minItems', 'maxItems'),
    };
  }

  #oldMakers(depth: number): (() => Json)[] {
    return [
      () => ({ oneOf: this.#some(() => this.schema(depth - 1)) }),
      () => ({
        oneOf: this.#some(() => this.#reference()),
        discriminator: { propertyName: 'k' },
      }),
      () => ({ not: this.schema(depth - 1) }),
      () => ({ ...this.#object(depth), not: this.#object(depth - 1) }),
      () => ({ ...this.#object(depth), ...this.#counts('minProperties', 'maxProperties') }),
      () => ({ type: 'array', items: this.#scalar(), uniqueItems: true }),
    ];
  }

  #newMakers(depth: number): (() => Json)[] {
    return [
      () => ({ if: this.schema(depth - 1), then: this.schema(depth - 1), else: this.schema(depth - 1) }),
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
      () => ({ type: 'array', contains: this.#scalar(), ...this.#counts('minContains', 'maxContains') }),
      () => ({ ...this.#object(depth), patternProperties: { '^[bc]': this.#part(depth - 1) } }),
      () => ({
        ...this.#object(depth),
        patternProperties: { '^[ab]': this.#part(depth - 1), c: this.#scalar() },
        additionalProperties: this.#flip() ? false : this.#part(depth - 1),
      }),
      () => ({
        ...this.#object(depth),
        propertyNames: { minLength: 1, maxLength: 1 + this.#below(3) },
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
    const names = this.#below(5) === 0 ? [...plainNames, this.#pick(oddNames)] : plainNames;
    const some = names.filter(() => this.#flip());
    const others = this.#others(depth);
    // TypeScript wants an index signature to take in the named members: with both, it takes more than the
    // schema.
    const named =
      this.#full || others.additionalProperties === undefined || others.additionalProperties === true;
    const properties = named ? some.map((name) => [name, this.#member(depth)] as const) : [];
    return {
      type: 'object',
      required: [...names.filter(() => this.#below(4) === 0), ...(this.#full ? [] : ['k'])],
      properties: { ...Object.fromEntries(properties), k: { type: 'boolean' } },
      ...others,
    };
  }

  #member(depth: number): Json {
    const made = this.#part(depth - 1);
    if (typeof made !== 'object' || made === null || this.#below(5) > 0) return made;
    if (!this.#new && (made as JsonObject).$ref !== undefined) return made;
    return { ...(made as JsonObject), [this.#pick(['readOnly', 'writeOnly'])]: true };
  }

  #others(depth: number): JsonObject {
    const roll = this.#below(6);
    if (roll === 0 && this.#full) return { additionalProperties: false };
    if (roll === 1) return { additionalProperties: { anyOf: [this.#part(depth - 1), { type: 'boolean' }] } };
    return roll === 2 ? { additionalProperties: true } : {};
  }

  #scalar(): Json {
    const makers: (() => Json)[] = [
      () => ({ type: this.#pick(['string', 'number', 'boolean', 'integer']) }),
      () => ({ enum: this.#some(() => this.#pick(scalars)) }),
      () => ({ type: 'string', enum: this.#some(() => this.#pick(scalars)) }),
    ];
    if (this.#new)
      makers.push(
        () => ({ type: 'null' }),
        () => ({ type: this.#pick([['string', 'null'], ['boolean', 'integer'], ['null']]) }),
        () => ({ const: this.#pick(scalars) }),
      );
    if (this.#below(4) === 0) makers.push(() => ({ enum: [] }));
    if (this.#openEnums) makers.push(() => ({ type: 'string', enum: ['a', 'b'], 'x-extensible-enum': true }));
    if (this.#full) makers.push(...this.#fullScalars());
    return this.#pick(makers)();
  }

  #fullScalars(): (() => Json)[] {
    return [
      () => ({
        type: 'string',
        minLength: this.#below(2),
        maxLength: this.#below(4),
        pattern: this.#pick(['^a', 'b$', '.', '^.?$']),
      }),
      () => ({
        type: 'integer',
        minimum: -1,
        ...(this.#new
          ? { exclusiveMaximum: this.#below(9) }
          : { maximum: this.#below(9), exclusiveMaximum: this.#flip() }),
        multipleOf: 1 + this.#below(3),
      }),
      () => ({ enum: [{ a: 'a', k: true }, ['a', 1], {}, []] }),
      ...(this.#new ? [() => ({ const: this.#pick<Json>([{ a: 'a', k: true }, ['a'], {}, []]) })] : []),
    ];
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
