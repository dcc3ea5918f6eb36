import { extensions } from '../spec/extensions.ts';
import {
  asArray,
  asObject,
  asString,
  isObject,
  type Json,
  type JsonObject,
  pointerOf,
  segmentsOf,
} from '../spec/json.ts';
import { follow } from '../spec/operations.ts';
import { formats } from './formats.ts';

/**
 * Which way a value travels. A request is judged strictly; an answer tolerantly: an extensible enum takes any value.
 * A `readOnly` field is not required in a request, a `writeOnly` one not in an answer (OpenAPI 3.1 section 4.8.24).
 */
export type Direction = 'request' | 'answer';

/** Keywords whose value is one schema, a list of schemas, or schemas by name. */
const children = new Map<string, 'one' | 'list' | 'named'>([
  ...[
    'additionalProperties',
    'unevaluatedProperties',
    'propertyNames',
    'items',
    'unevaluatedItems',
    'contains',
    'not',
    'if',
    'then',
    'else',
  ].map((keyword) => [keyword, 'one'] as const),
  ...['allOf', 'anyOf', 'oneOf', 'prefixItems'].map((keyword) => [keyword, 'list'] as const),
  ...['properties', 'patternProperties', 'dependentSchemas', '$defs'].map(
    (keyword) => [keyword, 'named'] as const,
  ),
]);

/** Keywords that say nothing about which values are allowed. */
const annotations = new Set([
  'title',
  'description',
  'default',
  'example',
  'examples',
  'deprecated',
  'externalDocs',
  'xml',
  'discriminator',
  'readOnly',
  'writeOnly',
  '$comment',
  'contentMediaType',
  'contentEncoding',
  'contentSchema',
  'nullable',
  '$schema',
]);

const components = '#/components/schemas/';

/** Id of a component's schema in one direction. Each is a document of its own, so that it is compiled once. */
function idOf(direction: Direction, name: string): string {
  return `contract:${direction}/${encodeURIComponent(name)}`;
}

/** Turns OpenAPI schemas (3.0 or later) into JSON Schema 2020-12 for one direction. */
export class SchemaConverter {
  readonly #document: JsonObject;
  readonly #direction: Direction;
  readonly #old: boolean;

  constructor(document: JsonObject, direction: Direction) {
    this.#document = document;
    this.#direction = direction;
    this.#old = asString(document.openapi)?.startsWith('3.0.') === true;
  }

  /** All component schemas, each with the id that references go by. */
  components(): { readonly name: string; readonly schema: JsonObject }[] {
    const schemas = Object.entries(asObject(asObject(this.#document.components).schemas));
    return schemas.map(([name, schema]) => {
      const converted = this.convert(schema);
      const $id = idOf(this.#direction, name);
      return { name, schema: isObject(converted) ? { ...converted, $id } : { $id, allOf: [converted] } };
    });
  }

  /** One schema. References to component schemas stay references; any other is replaced by what it names. */
  convert(schema: Json): Json {
    if (!isObject(schema)) return schema;
    const ref = asString(schema.$ref);
    if (ref === undefined) return this.#plain(schema);
    if (!ref.startsWith(components)) return this.convert(follow(this.#document, schema, '').value ?? {});
    const rest = this.#old ? {} : asObject(this.#plain({ ...schema, $ref: null }));
    const [name = '', ...deeper] = segmentsOf(ref.slice(components.length - 1));
    return {
      ...rest,
      $ref: `${idOf(this.#direction, name)}${deeper.length === 0 ? '' : `#${pointerOf(deeper)}`}`,
    };
  }

  #plain(schema: JsonObject): Json {
    const result: Record<string, Json> = {};
    for (const [keyword, value] of Object.entries(schema)) {
      if (keyword === '$ref' || keyword.startsWith('x-') || annotations.has(keyword)) continue;
      if (keyword === 'enum' && this.#isOpen(schema)) continue;
      if (keyword === 'format' && !(typeof value === 'string' && value in formats)) continue;
      result[keyword] = this.#child(keyword, value);
    }
    if (result.required !== undefined) result.required = this.#required(schema);
    if (schema.format === 'int32')
      Object.assign(result, {
        minimum: schema.minimum ?? -(2 ** 31),
        maximum: schema.maximum ?? 2 ** 31 - 1,
      });
    return this.#old ? fromOldDialect(schema, result) : result;
  }

  #child(keyword: string, value: Json): Json {
    switch (children.get(keyword)) {
      case 'one':
        return this.convert(value);
      case 'list':
        return asArray(value).map((item) => this.convert(item));
      case 'named':
        return Object.fromEntries(
          Object.entries(asObject(value)).map(([name, item]) => [name, this.convert(item)]),
        );
      default:
        return value;
    }
  }

  #isOpen(schema: JsonObject): boolean {
    return this.#direction === 'answer' && schema[extensions.extensibleEnum] === true;
  }

  #required(schema: JsonObject): Json {
    const marker = this.#direction === 'request' ? 'readOnly' : 'writeOnly';
    const properties = asObject(schema.properties);
    return asArray(schema.required).filter((name) => {
      const property = typeof name === 'string' ? properties[name] : undefined;
      return (
        asObject(property)[marker] !== true &&
        asObject(follow(this.#document, property, '').value)[marker] !== true
      );
    });
  }
}

/** OpenAPI 3.0's dialect: `nullable`, and exclusive bounds that are booleans (OpenAPI 3.0.4 section 4.7.24). */
function fromOldDialect(schema: JsonObject, result: Record<string, Json>): Json {
  if (schema.nullable === true && typeof schema.type === 'string') {
    result.type = [schema.type, 'null'];
    if (Array.isArray(result.enum) && !result.enum.includes(null)) result.enum = [...result.enum, null];
  }
  for (const [exclusive, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (typeof schema[exclusive] !== 'boolean') continue;
    delete result[exclusive];
    const limit = result[bound];
    if (schema[exclusive] && limit !== undefined) {
      result[exclusive] = limit;
      delete result[bound];
    }
  }
  return result;
}
