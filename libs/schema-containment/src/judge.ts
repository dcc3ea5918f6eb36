import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

import type { Json, JsonObject } from './json.ts';
import { numericFormat, stringFormats } from './formats.ts';
import { isAny, isNever, type Keywords, type SchemaNode, type TypeName } from './node.ts';
import { matches } from './pattern.ts';
import { canonical, shapeTypeOf } from './shape.ts';

/**
 * Says whether a value fits a schema: ajv, draft 2020-12. Formats assert. Where values travel as text, a value is put
 * into text first and read back as the schema wants it.
 */
export class Judge {
  readonly #typed = newAjv(false);
  readonly #text = newAjv(true);
  readonly #added = new Map<SchemaNode, string>();
  readonly #compiled = new Map<SchemaNode, ValidateFunction | undefined>();

  /** True when the value fits. A schema that ajv cannot compile accepts nothing and everything: `undefined`. */
  accepts(node: SchemaNode, value: Json): boolean | undefined {
    if (isAny(node)) return true;
    if (isNever(node)) return false;
    const validate = this.#compile(node);
    if (validate === undefined) return undefined;
    const travels = node.text && !holdsNull(value) ? asText(value) : structuredClone(value);
    try {
      return validate(travels) as boolean;
    } catch {
      return undefined;
    }
  }

  /** The same as `accepts`, without ajv for a plain list of values: proofs ask this often. */
  admits(node: SchemaNode, value: Json): boolean | undefined {
    const { enum: values, types, ...rest } = node.keywords;
    if (node.text || values === undefined || Object.keys(rest).length > 0) return this.accepts(node, value);
    return (
      (types === undefined || types.some((type) => isOfType(value, type))) &&
      values.some((one) => one === value || (typeof one === 'object' && canonical(one) === canonical(value)))
    );
  }

  #compile(node: SchemaNode): ValidateFunction | undefined {
    if (!this.#compiled.has(node)) this.#compiled.set(node, this.#build(node));
    return this.#compiled.get(node);
  }

  #build(node: SchemaNode): ValidateFunction | undefined {
    try {
      const id = this.#add(node);
      return (node.text ? this.#text : this.#typed).getSchema(id);
    } catch {
      return undefined;
    }
  }

  /** Gives ajv the node and all it refers to, each under its own name. */
  #add(start: SchemaNode): string {
    const waiting = [start];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (this.#added.has(node)) continue;
      this.#added.set(node, nameOf(node));
      const found: SchemaNode[] = [];
      const schema = {
        $id: nameOf(node),
        ...written(node, (child) => {
          if (isLeaf(child)) return written(child, () => true);
          found.push(child);
          return { $ref: nameOf(child) };
        }),
      };
      (node.text ? this.#text : this.#typed).addSchema(schema);
      waiting.push(...found);
    }
    return nameOf(start);
  }
}

function isOfType(value: Json, type: TypeName): boolean {
  if (type === 'integer') return Number.isInteger(value);
  return shapeTypeOf(value) === type;
}

function nameOf({ id }: SchemaNode): string {
  return `node:${id}`;
}

function newAjv(coerceTypes: boolean): Ajv2020 {
  const ajv = new Ajv2020({
    strict: false,
    coerceTypes,
    validateSchema: false,
    inlineRefs: false,
    addUsedSchema: false,
    logger: false,
    code: { regExp: safeExpression },
  });
  for (const [name, { accepts }] of stringFormats())
    ajv.addFormat(name, { type: 'string', validate: accepts });
  for (const name of ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64', 'float']) {
    const range = numericFormat(name);
    if (range === undefined) continue;
    ajv.addFormat(name, {
      type: 'number',
      validate: (value) =>
        value >= range.min && value <= range.max && (!range.integer || Number.isInteger(value)),
    });
  }
  return ajv;
}

/** ajv's engine for `pattern`: linear, and a refusal to judge counts as no match. */
const safeExpression = Object.assign(
  (pattern: string) => ({ test: (text: string) => matches(pattern, text) === true, toString: () => pattern }),
  { code: 'safeExpression' },
);

const asserted = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
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
] as const;
const single = [
  'items',
  'contains',
  'unevaluatedItems',
  'additionalProperties',
  'propertyNames',
  'unevaluatedProperties',
  'not',
  'if',
  'then',
  'else',
] as const;
const lists = ['prefixItems', 'allOf', 'anyOf', 'oneOf'] as const;
const maps = ['properties', 'patternProperties', 'dependentSchemas'] as const;

function isLeaf({ keywords }: SchemaNode): boolean {
  return [...single, ...lists, ...maps].every((key) => keywords[key] === undefined);
}

/** The node as ajv reads it; `child` says how to name another node. */
function written(node: SchemaNode, child: (node: SchemaNode) => Json): JsonObject {
  const { keywords } = node;
  if (isNever(node)) return { not: {} };
  const schema: Record<string, unknown> = {};
  for (const key of asserted) if (keywords[key] !== undefined) schema[key] = keywords[key];
  const types = keywords.types ?? (node.text ? textTypes(keywords) : undefined);
  if (types !== undefined) schema.type = types;
  if (keywords.enum !== undefined) schema.enum = keywords.enum;
  if (keywords.required !== undefined) schema.required = keywords.required;
  if (keywords.dependentRequired !== undefined)
    schema.dependentRequired = Object.fromEntries(keywords.dependentRequired);
  if (
    keywords.format !== undefined &&
    (numericFormat(keywords.format) !== undefined || stringFormats().has(keywords.format))
  )
    schema.format = keywords.format;
  for (const key of single) {
    const part = keywords[key];
    if (part !== undefined) schema[key] = child(part);
  }
  for (const key of lists) {
    const parts = keywords[key];
    if (parts !== undefined && parts.length > 0) schema[key] = parts.map(child);
  }
  for (const key of maps) {
    const parts = keywords[key];
    if (parts !== undefined)
      schema[key] = Object.fromEntries([...parts].map(([name, part]) => [name, child(part)]));
  }
  return schema as JsonObject;
}

/** An `enum` without `type` says by its values how text is to be read. */
function textTypes({ enum: values }: Keywords): string[] | undefined {
  return values === undefined
    ? undefined
    : [
        ...new Set(
          values.map((value) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)),
        ),
      ];
}

function holdsNull(value: Json): boolean {
  if (value === null) return true;
  return typeof value === 'object' && Object.values(value).some((item: Json) => holdsNull(item));
}

function asText(value: Json): Json {
  if (Array.isArray(value)) return value.map(asText);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asText(item)]));
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}
