import { isArray, isObject, type Json } from './json.ts';
import type { Keywords, TypeName } from './node.ts';
import { shapeTypeOf } from './shape.ts';

/** Values that travel as text: parameters, headers, forms, XML. */

/** A text as the first of the schema's types that it can be read as. */
export function readAs({ types, enum: values }: Keywords, value: Json): Json {
  if (typeof value !== 'string') return value;
  const wanted = types ?? [...new Set((values ?? []).map((one) => shapeTypeOf(one)))];
  if (wanted.length === 0 || wanted.includes('string')) return value;
  for (const type of wanted) {
    const read = reading(type, value);
    if (read !== undefined) return read;
  }
  return value;
}

function reading(type: TypeName, text: string): Json | undefined {
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  if (type === 'null') return text === '' ? null : undefined;
  if ((type !== 'number' && type !== 'integer') || text.trim() === '') return undefined;
  const read = Number(text);
  return Number.isFinite(read) && (type === 'number' || Number.isInteger(read)) ? read : undefined;
}

/** True for `null`, and for what holds one: text has no form for it. */
export function holdsNull(value: Json): boolean {
  if (value === null) return true;
  return typeof value === 'object' && Object.values(value).some((item: Json) => holdsNull(item));
}

/** The value with its numbers and booleans as text. */
export function asText(value: Json): Json {
  if (isArray(value)) return value.map(asText);
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asText(item)]));
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}
