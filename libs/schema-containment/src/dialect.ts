import { asString, isArray, type Json, type JsonObject } from './json.ts';
import { numericFormat, silentFormats } from './formats.ts';
import type { Keywords, Mode, TypeName } from './node.ts';
import { canonical } from './shape.ts';

/** What a schema asserts without naming other schemas, translated from every dialect OpenAPI 3 has had. */

const typeNames = new Set<string>(['null', 'boolean', 'integer', 'number', 'string', 'array', 'object']);
const counts = ['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'] as const;

/** The types a schema names, or `undefined` when it names none that is known. */
export function typesOf(raw: JsonObject): TypeName[] | undefined {
  const names = isArray(raw.type) ? raw.type : [raw.type];
  const types = names.filter((name): name is TypeName => typeof name === 'string' && typeNames.has(name));
  return types.length === 0 ? undefined : [...new Set(types)];
}

/** Copies what `raw` asserts by itself. */
export function copyAssertions(raw: JsonObject, keywords: Keywords, direction: Mode['direction']): void {
  const types = typesOf(raw);
  if (types !== undefined)
    keywords.types = types.includes('number') ? types.filter((type) => type !== 'integer') : types;
  const values = allowedValues(raw, direction);
  if (values !== undefined) keywords.enum = values;
  for (const key of counts) {
    const limit = raw[key];
    if (typeof limit === 'number' && !(key.startsWith('min') && limit <= 0)) keywords[key] = limit;
  }
  if (typeof raw.multipleOf === 'number' && raw.multipleOf > 0) keywords.multipleOf = raw.multipleOf;
  if (raw.uniqueItems === true) keywords.uniqueItems = true;
  const pattern = asString(raw.pattern);
  if (pattern !== undefined && pattern !== '') keywords.pattern = pattern;
  copyBounds(raw, keywords);
  copyReading(raw, keywords);
}

/**
 * `enum`, `const`, or both. What `x-extensible-enum` lists (or marks, as `true` beside `enum`) may be sent
 * and nothing else, but an answer may hold more.
 */
function allowedValues(raw: JsonObject, direction: Mode['direction']): readonly Json[] | undefined {
  const extensible = raw['x-extensible-enum'];
  const listed = isArray(raw.enum) ? raw.enum : undefined;
  if (direction === 'response' && extensible === true) return undefined;
  const values = listed ?? (direction === 'request' && isArray(extensible) ? extensible : undefined);
  if (!Object.hasOwn(raw, 'const')) return values;
  const constant = raw.const ?? null;
  return values === undefined
    ? [constant]
    : values.filter((value) => canonical(value) === canonical(constant));
}

/** Draft 4, and so OpenAPI 3.0, wrote `exclusiveMinimum: true` beside `minimum`. */
function copyBounds(raw: JsonObject, keywords: Keywords): void {
  for (const [key, exclusiveKey] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    const bound = raw[key];
    const exclusive = raw[exclusiveKey];
    if (typeof exclusive === 'number') keywords[exclusiveKey] = exclusive;
    if (typeof bound !== 'number') continue;
    if (exclusive === true) keywords[exclusiveKey] = bound;
    else keywords[key] = bound;
  }
}

/** `format: byte` and `format: binary` are 3.0's words for `contentEncoding` and `contentMediaType`. */
function copyReading(raw: JsonObject, keywords: Keywords): void {
  const format = asString(raw.format);
  const encoding = asString(raw.contentEncoding)?.toLowerCase() ?? (format === 'byte' ? 'base64' : undefined);
  const media =
    asString(raw.contentMediaType)?.toLowerCase() ??
    (format === 'binary' ? 'application/octet-stream' : undefined);
  const reading = [
    ...(encoding === undefined ? [] : [`encoding:${encoding}`]),
    ...(media === undefined ? [] : [`media:${media}`]),
    ...(raw['x-encrypted'] !== undefined || raw['x-travels-as'] === 'jwe' ? ['jwe'] : []),
  ];
  if (reading.length > 0) keywords.reading = reading;
  if (format === undefined || silentFormats.has(format) || format === 'byte' || format === 'binary') return;
  const speaksOfStrings = numericFormat(format) === undefined || keywords.types?.includes('string') === true;
  const speaksOfNumbers = numericFormat(format) !== undefined;
  if (speaksOfStrings || speaksOfNumbers) keywords.format = format;
}
