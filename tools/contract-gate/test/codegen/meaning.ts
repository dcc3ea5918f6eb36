import { Ajv2020 } from 'ajv/dist/2020.js';

import type { Direction } from '../../src/codegen/direction.ts';
import type { Json, JsonObject } from '../../src/spec/json.ts';
import type { Dialect } from './random-schemas.ts';

/** What random schemas mean by OpenAPI, said in JSON Schema 2020-12 and judged by ajv. */
export class Meaning {
  readonly #ajv = new Ajv2020({
    strict: false,
    logger: false,
    inlineRefs: false,
    code: { optimize: false },
  });
  readonly #dialect: Dialect;
  readonly #direction: Direction;

  /** `schemas`: those that `$ref` names by their index. */
  constructor(schemas: readonly Json[], dialect: Dialect, direction: Direction) {
    this.#dialect = dialect;
    this.#direction = direction;
    const $defs = Object.fromEntries(schemas.map((schema, index) => [`S${index}`, this.#of(schema)]));
    this.#ajv.addSchema({ $id: 'all', $defs });
  }

  /** Judges values by the schema. */
  judge(schema: Json): (value: Json) => boolean {
    // Compiled once for all its values: that is where the time goes.
    const validate = this.#ajv.compile({ allOf: [this.#of(schema)] });
    return (value) => validate(value) === true;
  }

  #of(schema: Json): Json {
    if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return schema;
    const { nullable, ...object } = schema as JsonObject;
    const $ref = typeof object.$ref === 'string' ? { $ref: `all#/$defs/${object.$ref}` } : {};
    if (object.$ref !== undefined && this.#dialect === '3.0') return $ref;
    const inner = Object.entries(object).flatMap(([keyword, value]) => this.#keyword(keyword, value, object));
    const said = { ...Object.fromEntries(inner), ...$ref };
    return nullable === true ? { anyOf: [said, { type: 'null' }] } : said;
  }

  #keyword(keyword: string, value: Json, schema: JsonObject): (readonly [string, Json])[] {
    if (annotations.has(keyword)) return [];
    if (inside.has(keyword)) return [[keyword, this.#of(value)]];
    if (lists.has(keyword)) return [[keyword, (value as Json[]).map((one) => this.#of(one))]];
    if (maps.has(keyword))
      return [
        [
          keyword,
          Object.fromEntries(Object.entries(value as JsonObject).map(([name, one]) => [name, this.#of(one)])),
        ],
      ];
    switch (keyword) {
      case 'required':
        return [['required', (value as string[]).filter((name) => this.#isAsked(name, schema))]];
      case 'enum':
        if (schema['x-extensible-enum'] === true && this.#direction === 'answer') return [];
        return [(value as Json[]).length === 0 ? ['not', {}] : ['enum', value]];
      case 'maximum':
        return [[schema.exclusiveMaximum === true ? 'exclusiveMaximum' : 'maximum', value]];
      case 'exclusiveMaximum':
        return typeof value === 'boolean' ? [] : [[keyword, value]];
      default:
        return [[keyword, value]];
    }
  }

  /** A request may leave out what is read-only, an answer what is write-only. */
  #isAsked(name: string, { properties }: JsonObject): boolean {
    const own = Object.entries((properties ?? {}) as JsonObject).find(([key]) => key === name)?.[1];
    return (
      (own as JsonObject | undefined)?.[this.#direction === 'request' ? 'readOnly' : 'writeOnly'] !== true
    );
  }
}

const annotations = new Set([
  '$ref',
  'default',
  'description',
  'deprecated',
  'example',
  'discriminator',
  'readOnly',
  'writeOnly',
  'x-extensible-enum',
]);
const inside = new Set(
  'items contains additionalProperties propertyNames not if then else unevaluatedItems unevaluatedProperties'.split(
    ' ',
  ),
);
const lists = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const maps = new Set(['properties', 'patternProperties', 'dependentSchemas']);
