import { quote } from './print.ts';
import type { Notes } from './convert.ts';
import { docComment } from './doc-comment.ts';
import type { Schema, SchemaObject, SchemaTable } from './template/schema.ts';
import type { Direction } from './direction.ts';

/** What a type is written with. */
export interface TypeContext {
  notesOf(schema: Schema): Notes | undefined;
  schemaOf(name: string): Schema | undefined;
  /** How the type of a named schema is referred to. */
  reference(name: string): string;
  /** The ways in which values of the schema travel: what one of them may leave out is optional. */
  readonly directions: ReadonlySet<Direction>;
}

interface Surroundings {
  readonly indent: string;
  readonly around: SchemaTable;
}

/** A type, and how tightly it holds together. */
interface Text {
  readonly text: string;
  readonly kind: 'single' | 'union' | 'intersection';
}

const unknown: Text = { text: 'unknown', kind: 'single' };
const never: Text = { text: 'never', kind: 'single' };
const nothing: Text = { text: 'null', kind: 'single' };

/**
 * The TypeScript type that takes every value the checks of the schema take; what types cannot say, they leave
 * open.
 */
export function typeText(schema: Schema, context: TypeContext, indent = ''): string {
  return new TypeWriter(context).write(schema, indent).text;
}

class TypeWriter {
  readonly #context: TypeContext;

  constructor(context: TypeContext) {
    this.#context = context;
  }

  /** `around` describes members of the same value, in schemas beside this one. */
  write(schema: Schema, indent: string, around: SchemaTable = {}): Text {
    if (typeof schema === 'boolean') return schema ? unknown : never;
    const described = composed(schema) ? { ...around, ...this.#described(schema, new Set()) } : around;
    const part = (one: Schema): Text => this.write(one, indent, described);
    const union = (branches: readonly Schema[]): Text => unionOf(branches.map(part));
    return intersectionOf([
      ...(schema.$ref === undefined ? [] : [single(this.#context.reference(schema.$ref))]),
      this.#own(schema, indent, described),
      ...(schema.allOf ?? []).map(part),
      ...(schema.anyOf === undefined ? [] : [union(schema.anyOf)]),
      ...(schema.oneOf === undefined ? [] : [union(schema.oneOf)]),
    ]);
  }

  /** What the schema says by itself. */
  #own(schema: SchemaObject, indent: string, around: SchemaTable): Text {
    const kinds = kindsOf(schema);
    const plaintext = this.#context.notesOf(schema)?.plaintext;
    if (plaintext !== undefined && kinds?.includes('string') !== false)
      return unionOf([
        single(`Jwe<${this.#context.reference(plaintext)}>`),
        ...(kinds?.includes('null') === true ? [nothing] : []),
      ]);
    if ('const' in schema) return ofKinds([schema.const], kinds);
    if (schema.enum !== undefined) return ofKinds(schema.enum, kinds);
    if (schema.open !== undefined) return openUnion(schema.open, kinds);
    if (kinds === undefined) return unknown;
    return unionOf(kinds.map((kind) => this.#ofKind(kind, schema, { indent, around })));
  }

  /** Members that a schema describes, itself or by what it is made of in any case. */
  #described(schema: SchemaObject, seen: Set<Schema>): SchemaTable {
    if (seen.has(schema)) return {};
    seen.add(schema);
    const target = schema.$ref === undefined ? undefined : this.#context.schemaOf(schema.$ref);
    const parts = [...(schema.allOf ?? []), ...(target === undefined ? [] : [target])];
    const found = parts.map((one) => (typeof one === 'object' ? this.#described(one, seen) : {}));
    return Object.assign({}, ...found, schema.properties);
  }

  #ofKind(kind: string, schema: SchemaObject, { indent, around }: Surroundings): Text {
    if (kind === 'object') return this.#object(schema, { indent, around });
    if (kind === 'array') return this.#array(schema, indent);
    return single(kind === 'integer' ? 'number' : kind);
  }

  #array({ prefixItems = [], items = true, minItems = 0 }: SchemaObject, indent: string): Text {
    const rest = this.write(items, indent);
    if (prefixItems.length === 0) return single(`${enclosed(rest)}[]`);
    const first = prefixItems.map((one, index) => {
      const item = this.write(one, indent);
      return index < minItems ? item.text : `${enclosed(item)}?`;
    });
    return single(`[${[...first, ...(items === false ? [] : [`...${enclosed(rest)}[]`])].join(', ')}]`);
  }

  #object(schema: SchemaObject, { indent, around }: Surroundings): Text {
    const deeper = `${indent}    `;
    const { properties = {}, required = [] } = schema;
    const names = [...new Set([...Object.keys(properties), ...required])];
    const described = saysNothingOfOthers(schema) ? { ...around, ...properties } : properties;
    const members = names.map((name) => {
      const own = Object.hasOwn(described, name) ? described[name] : undefined;
      const type = own === undefined ? this.#undescribed(schema, deeper) : this.write(own, deeper);
      const optional = !required.includes(name) || this.#mayBeLeftOut(name, schema);
      return { name, type, optional, own };
    });
    const index = this.#index(schema, members, deeper);
    if (members.length === 0)
      return single(index === undefined ? 'Record<string, never>' : `{ [key: string]: ${index.text} }`);
    const lines = members.map(({ name, type, optional, own }) => {
      const notes = own === undefined ? undefined : this.#context.notesOf(own);
      const readonly = notes?.readOnly === true ? 'readonly ' : '';
      return `${docComment(notes?.source, deeper)}${deeper}${readonly}${keyText(name)}${optional ? '?' : ''}: ${type.text};\n`;
    });
    const open = schema.additionalProperties === undefined && schema.patternProperties === undefined;
    const others = index === undefined || open ? '' : `${deeper}[key: string]: ${index.text};\n`;
    return single(`{\n${lines.join('')}${others}${indent}}`);
  }

  #mayBeLeftOut(name: string, { readOnly = [], writeOnly = [] }: SchemaObject): boolean {
    const { directions } = this.#context;
    return (
      (readOnly.includes(name) && directions.has('request')) ||
      (writeOnly.includes(name) && directions.has('answer'))
    );
  }

  /** The type of a required member that nothing describes by its name. */
  #undescribed(schema: SchemaObject, indent: string): Text {
    return unionOf(this.#rest(schema, indent));
  }

  #rest({ patternProperties = {}, additionalProperties = true }: SchemaObject, indent: string): Text[] {
    const patterns = Object.values(patternProperties).map((one) => this.write(one, indent));
    return [...patterns, this.write(additionalProperties, indent)];
  }

  /** The type of members without a name of their own; it takes in those with one, as TypeScript asks for. */
  #index(
    schema: SchemaObject,
    members: readonly { readonly type: Text; readonly optional: boolean }[],
    indent: string,
  ): Text | undefined {
    if (schema.additionalProperties === false && schema.patternProperties === undefined) return undefined;
    const absent = members.some(({ optional }) => optional) ? [single('undefined')] : [];
    return unionOf([...this.#rest(schema, indent), ...members.map(({ type }) => type), ...absent]);
  }
}

/** True when members without a name of their own may be anything. */
function saysNothingOfOthers({ additionalProperties = true, patternProperties }: SchemaObject): boolean {
  return additionalProperties === true && patternProperties === undefined;
}

function composed(schema: SchemaObject): boolean {
  const { allOf, anyOf, oneOf, $ref } = schema;
  return (
    allOf !== undefined ||
    anyOf !== undefined ||
    oneOf !== undefined ||
    ($ref !== undefined && Object.keys(schema).length > 1)
  );
}

function kindsOf({ type }: SchemaObject): readonly string[] | undefined {
  return typeof type === 'string' ? [type] : type;
}

function single(text: string): Text {
  return { text, kind: 'single' };
}

function enclosed({ text, kind }: Text): string {
  return kind === 'single' ? text : `(${text})`;
}

function unionOf(branches: readonly Text[]): Text {
  const texts = distinct(branches.filter(({ text }) => text !== 'never'));
  if (texts.some(({ text }) => text === 'unknown')) return unknown;
  const [only] = texts;
  if (only === undefined) return never;
  if (texts.length === 1) return only;
  return {
    kind: 'union',
    text: texts.map((one) => (one.kind === 'intersection' ? enclosed(one) : one.text)).join(' | '),
  };
}

function intersectionOf(parts: readonly Text[]): Text {
  const texts = distinct(parts.filter(({ text }) => text !== 'unknown'));
  const [only] = texts;
  if (only === undefined) return unknown;
  if (texts.some(({ text }) => text === 'never')) return never;
  if (texts.length === 1) return only;
  return {
    kind: 'intersection',
    text: texts.map((one) => (one.kind === 'union' ? enclosed(one) : one.text)).join(' & '),
  };
}

function distinct(texts: readonly Text[]): Text[] {
  return [...new Map(texts.map((one) => [one.text, one])).values()];
}

/** Those of the listed values that are of a kind the schema takes. */
function ofKinds(values: readonly unknown[], kinds: readonly string[] | undefined): Text {
  const fitting = values.filter(
    (value) => kinds === undefined || kinds.some((kind) => isOfKind(value, kind)),
  );
  return unionOf(fitting.map((value) => single(literal(value))));
}

function isOfKind(value: unknown, kind: string): boolean {
  if (kind === 'null') return value === null;
  if (kind === 'array') return Array.isArray(value);
  if (kind === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  if (kind === 'integer') return Number.isInteger(value);
  return typeof value === kind;
}

/** `'A' | 'B' | (string & {})`: editors offer the listed values, the compiler takes any. */
function openUnion(known: readonly unknown[], kinds: readonly string[] | undefined): Text {
  if (kinds === undefined) return unknown;
  const listed = known.filter((value) => typeof value === 'string').map((value) => single(literal(value)));
  const others = kinds.filter((kind) => kind !== 'string');
  const rest = others.map((kind) =>
    single(kind === 'integer' ? 'number' : kind === 'object' ? 'object' : kind),
  );
  return unionOf([...listed, single('(string & {})'), ...rest]);
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `${keyText(key)}: ${literal(member)}`);
  return members.length === 0 ? '{ [key: string]: never }' : `{ ${members.join('; ')} }`;
}

function keyText(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name);
}
