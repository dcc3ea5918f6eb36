import { extensions } from '../spec/extensions.ts';
import {
  asArray,
  asObject,
  asString,
  escapeSegment,
  isArray,
  isObject,
  type Json,
  type JsonObject,
} from '../spec/json.ts';
import type { Spec } from '../spec/load.ts';
import { fromOldDialect, impliedType, isNullableAround } from './dialect.ts';
import { formats } from './formats.ts';
import { type Target, Targets } from './targets.ts';
import type { Schema, SchemaObject } from './template/schema.ts';
import { isExpression, type NotJudged, notJudgedIn } from './usable.ts';

/** What a schema says beside the values it allows. */
export interface Notes {
  /** As it is written in the document: title, description and the like. */
  readonly source: JsonObject;
  readonly readOnly: boolean;
  readonly writeOnly: boolean;
  /** Name of the plaintext's schema, of a string that is a JWE. */
  readonly plaintext: string | undefined;
}

/**
 * The schemas of a document in one form, whatever version of OpenAPI it is: what types and checks are made
 * of.
 */
export interface Converted {
  /** By name, in the order of the document; what was found by references comes after. */
  readonly named: ReadonlyMap<string, Schema>;
  /** Converts a schema that has no name. */
  schema(schema: Json, pointer: string): Schema;
  notesOf(schema: Schema): Notes | undefined;
  /** The named schema of a document that a schema is a mere reference to. */
  nameOf(schema: Json | undefined, pointer: string): string | undefined;
  readonly notJudged: readonly NotJudged[];
  /** The names of all named schemas, by the pointer to where each is written. */
  readonly names: ReadonlyMap<string, string>;
}

/** Converts all named schemas of a document. Throws `SpecError` with the place of what cannot be used. */
export function convertSchemas(spec: Spec): Converted {
  const converter = new Converter(spec);
  const named = new Map<string, Schema>();
  const unnamed = new WeakMap<JsonObject, Schema>();
  // Converting finds more: the map of targets grows while it is walked.
  for (const { name, schema, pointer } of converter.targets.all()) {
    if (!named.has(name)) named.set(name, converter.convert(schema, { pointer, asserting: true }));
  }
  return {
    named,
    notJudged: converter.notJudged,
    get names() {
      return new Map([...converter.targets.all()].map(({ name, pointer }) => [pointer, name]));
    },
    notesOf: (schema) => (typeof schema === 'object' ? converter.notes.get(schema) : undefined),
    nameOf: (schema, pointer) => {
      const object = asObject(schema);
      const ref = asString(object.$ref);
      const alone = ref !== undefined && (converter.old || Object.keys(object).every(isAnnotation));
      return alone ? converter.targets.find(ref, pointer).name : undefined;
    },
    schema: (schema, pointer) => {
      const known = isObject(schema) ? unnamed.get(schema) : undefined;
      if (known !== undefined) return known;
      const made = converter.convert(schema, { pointer, asserting: true });
      for (const target of converter.targets.all())
        if (!named.has(target.name))
          named.set(
            target.name,
            converter.convert(target.schema, { pointer: target.pointer, asserting: true }),
          );
      if (isObject(schema)) unnamed.set(schema, made);
      return made;
    },
  };
}

const annotations = new Set([
  '$ref',
  'title',
  'description',
  'summary',
  'deprecated',
  'example',
  'examples',
  '$comment',
]);

function isAnnotation(keyword: string): boolean {
  return annotations.has(keyword) || keyword.startsWith('x-');
}

/** Where a schema stands. */
interface Stand {
  readonly pointer: string;
  /** False inside `not`, `if` and the like, where a value is only compared with the schema. */
  readonly asserting: boolean;
}

const single = ['additionalProperties', 'unevaluatedProperties', 'items', 'unevaluatedItems'] as const;
const comparing = ['propertyNames', 'contains', 'not', 'if', 'then', 'else'] as const;
const lists = ['allOf', 'anyOf', 'oneOf', 'prefixItems'] as const;
const maps = ['properties', 'patternProperties'] as const;
const plain = [
  'multipleOf',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minContains',
  'maxContains',
  'minProperties',
  'maxProperties',
  'dependentRequired',
] as const;

class Converter {
  readonly targets: Targets;
  readonly notes = new WeakMap<SchemaObject, Notes>();
  readonly notJudged: NotJudged[] = [];
  /** OpenAPI 3.0, whose schemas are not JSON Schema. */
  readonly old: boolean;
  readonly #spec: Spec;

  constructor(spec: Spec) {
    this.#spec = spec;
    this.targets = new Targets(spec);
    this.old = asString(spec.document.openapi)?.startsWith('3.0') === true;
  }

  convert(schema: Json, stand: Stand): Schema {
    if (!isObject(schema)) return schema === true;
    this.notJudged.push(...notJudgedIn(this.#spec, schema, stand.pointer));
    const ref = asString(schema.$ref) ?? asString(schema.$dynamicRef);
    const result: Record<string, unknown> = {};
    if (ref !== undefined) result.$ref = this.targets.find(ref, `${stand.pointer}/$ref`).name;
    const mayBeNull = this.old && ref === undefined && isNullableAround(schema);
    const said = mayBeNull ? { ...schema, nullable: false } : schema;
    if (ref === undefined || !this.old) this.#keywords(said, stand, result);
    const made: SchemaObject = mayBeNull ? { anyOf: [result, { type: 'null' }] } : result;
    this.notes.set(made, this.#notesOf(schema, stand));
    return made;
  }

  #keywords(schema: JsonObject, stand: Stand, result: Record<string, unknown>): void {
    for (const keyword of plain)
      if (schema[keyword] !== undefined && (keyword !== 'pattern' || isExpression(String(schema.pattern))))
        result[keyword] = schema[keyword];
    this.#kinds(schema, stand, result);
    this.#values(schema, result);
    for (const keyword of single)
      if (schema[keyword] !== undefined)
        result[keyword] = this.#inside(schema[keyword], stand, `/${keyword}`);
    for (const keyword of comparing)
      if (schema[keyword] !== undefined)
        result[keyword] = this.#inside(schema[keyword], { ...stand, asserting: false }, `/${keyword}`);
    for (const keyword of lists)
      if (schema[keyword] !== undefined)
        result[keyword] = asArray(schema[keyword]).map((one, index) =>
          this.#inside(one, stand, `/${keyword}/${index}`),
        );
    for (const keyword of maps)
      if (schema[keyword] !== undefined)
        result[keyword] = this.#map(asObject(schema[keyword]), stand, keyword);
    if (schema.dependentSchemas !== undefined)
      result.dependentSchemas = this.#map(
        asObject(schema.dependentSchemas),
        { ...stand, asserting: false },
        'dependentSchemas',
      );
    if (schema.required !== undefined) this.#required(schema, result);
    if (this.old) fromOldDialect(schema, result);
  }

  #inside(schema: Json, stand: Stand, step: string): Schema {
    return this.convert(schema, { ...stand, pointer: `${stand.pointer}${step}` });
  }

  #map(schemas: JsonObject, stand: Stand, keyword: string): Readonly<Record<string, Schema>> {
    const converted = Object.entries(schemas).map(([name, one]): [string, Schema] => [
      name,
      this.#inside(one, stand, `/${keyword}/${escapeSegment(name)}`),
    ]);
    if (keyword !== 'patternProperties') return Object.fromEntries(converted);
    // No name is "additional" because a pattern that would speak of it cannot be read: the empty one matches
    // all.
    return Object.fromEntries(converted.map((one) => (isExpression(one[0]) ? one : (['', true] as const))));
  }

  /** `type`; where it is left out, what the keywords speak about, as everybody reads it. */
  #kinds(schema: JsonObject, { asserting }: Stand, result: Record<string, unknown>): void {
    const nullable = this.old && schema.nullable === true;
    const declared = schema.type ?? (asserting ? impliedType(schema) : undefined);
    if (declared === undefined) return;
    const kinds = isArray(declared) ? declared : [declared];
    const all = nullable && !kinds.includes('null') ? [...kinds, 'null'] : kinds;
    result.type = all.length === 1 ? all[0] : all;
    const counted = all.includes('integer') || all.includes('number');
    if (schema.format !== 'int32' || !counted) return;
    result.minimum ??= -(2 ** 31);
    result.maximum ??= 2 ** 31 - 1;
  }

  #values(schema: JsonObject, result: Record<string, unknown>): void {
    const open = schema[extensions.extensibleEnum] === true;
    if ('const' in schema) result.const = schema.const;
    if (schema.enum !== undefined) result[open ? 'open' : 'enum'] = asArray(schema.enum);
    if (typeof schema.format === 'string' && schema.format in formats) result.format = schema.format;
  }

  #required(schema: JsonObject, result: Record<string, unknown>): void {
    const names = [...new Set(asArray(schema.required).map(String))];
    const properties = asObject(schema.properties);
    const marked = (marker: 'readOnly' | 'writeOnly'): string[] =>
      names.filter((name) =>
        this.#isMarked(Object.hasOwn(properties, name) ? properties[name] : undefined, marker),
      );
    result.required = names;
    for (const marker of ['readOnly', 'writeOnly'] as const) {
      const exempt = marked(marker);
      if (exempt.length > 0) result[marker] = exempt;
    }
  }

  #isMarked(schema: Json | undefined, marker: 'readOnly' | 'writeOnly'): boolean {
    const seen = new Set<Target>();
    for (let object = asObject(schema); ; ) {
      if (object[marker] === true) return true;
      const ref = asString(object.$ref);
      const target = ref === undefined ? undefined : this.targets.find(ref, '');
      if (target === undefined || seen.has(target)) return false;
      seen.add(target);
      object = asObject(target.schema);
    }
  }

  #notesOf(source: JsonObject, { pointer }: Stand): Notes {
    const ref = asString(asObject(source[extensions.encrypted]).$ref);
    return {
      source,
      readOnly: source.readOnly === true,
      writeOnly: source.writeOnly === true,
      plaintext:
        ref === undefined
          ? undefined
          : this.targets.find(ref, `${pointer}/${extensions.encrypted}/$ref`).name,
    };
  }
}
