import { expressionOf } from './run.ts';
import type { Schema, SchemaObject, SchemaTable } from './schema.ts';

/**
 * Whether a value certainly fits and nothing is to be noted about it. The checks decide about whatever it
 * does not accept: they go keyword by keyword and note where they are, which costs twice as much.
 */
export type Quick = (value: unknown) => boolean;

/** The {@link Quick} of a schema; undefined for a schema with other than the plainest keywords. */
export function quickCheck(
  schema: Schema,
  table: SchemaTable,
  within: readonly Schema[] = [],
): Quick | undefined {
  // A schema that contains itself is left to the checks, which count how deep they are.
  if (typeof schema === 'boolean' || within.includes(schema)) return undefined;
  const inner = [...within, schema];
  const keywords = Object.keys(schema);
  if (schema.$ref !== undefined)
    return keywords.length === 1 ? quickCheck(table[schema.$ref] ?? false, table, inner) : undefined;
  const known = typeof schema.type === 'string' ? quickKeywords.get(schema.type) : undefined;
  if (known === undefined || !keywords.every((keyword) => keyword === 'type' || known.includes(keyword)))
    return undefined;
  if (schema.type === 'string') return quickText(schema);
  const quickOf = (one: Schema): Quick | undefined => quickCheck(one, table, inner);
  return schema.type === 'array' ? quickList(schema, quickOf) : quickObject(schema, quickOf);
}

/** By type, the keywords that are known. */
const quickKeywords = new Map([
  ['string', ['minLength', 'maxLength', 'pattern', 'enum', 'open']],
  ['array', ['items', 'minItems', 'maxItems']],
  ['object', ['properties', 'required']],
]);

function quickText(schema: SchemaObject): Quick {
  const { minLength = 0, maxLength = Infinity } = schema;
  const pattern = schema.pattern === undefined ? undefined : expressionOf(schema.pattern);
  const listed = schema.enum && new Set(schema.enum);
  const open = schema.open && new Set(schema.open);
  // A character has one unit or two.
  const fewest = minLength > 1 ? 2 * minLength : minLength;
  return (value) =>
    typeof value === 'string' &&
    value.length >= fewest &&
    value.length <= maxLength &&
    (pattern === undefined || pattern.test(value)) &&
    (listed === undefined || listed.has(value)) &&
    (open === undefined || open.has(value));
}

function quickList(schema: SchemaObject, quickOf: (one: Schema) => Quick | undefined): Quick | undefined {
  const { items = true, minItems = 0, maxItems = Infinity } = schema;
  const quick = items === true ? () => true : quickOf(items);
  if (quick === undefined) return undefined;
  return (value) => {
    if (!Array.isArray(value) || value.length < minItems || value.length > maxItems) return false;
    for (let index = 0; index < value.length; index += 1) if (!quick(value[index])) return false;
    return true;
  };
}

const inherited: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

function quickObject(
  { properties = {}, required = [] }: SchemaObject,
  quickOf: (one: Schema) => Quick | undefined,
): Quick | undefined {
  const names = [...new Set([...required, ...Object.keys(properties)])];
  if (names.some((name) => inherited.has(name))) return undefined;
  const members = names.map((name) => ({
    name,
    isRequired: required.includes(name),
    // Without one, a value with this member is left to the checks.
    quick: quickOf(properties[name] ?? {}) ?? (name in properties ? () => false : () => true),
  }));
  return (value) => {
    if (typeof value !== 'object' || value === null) return false;
    // Of a plain object, whatever is not undefined under such a name is its own.
    if (Object.getPrototypeOf(value) !== Object.prototype) return false;
    for (let index = 0; index < members.length; index += 1) {
      const { name, isRequired, quick } = members[index] as (typeof members)[number];
      const member = (value as Readonly<Record<string, unknown>>)[name];
      if (member === undefined ? isRequired || Object.hasOwn(value, name) : !quick(member)) return false;
    }
    return true;
  };
}
