import {
  validationError,
  type ValidationError,
  type FieldName,
  type RawRecord,
  type SourcePlace,
} from '@enrollkit/enrollment';
import type { ColumnFinder } from './columns.ts';
import type { RowConverter } from './convert.ts';
import { placeOf, textOf, type RowsRead } from './csv.ts';
import { encodingErrors } from './encoding.ts';
import { InputError } from './errors.ts';
import type { Block } from './frames.ts';
import type { Row } from './row.ts';
import { quoted } from '@enrollkit/base';

/**
 * The rows of a block of NDJSON: one flat object of texts a line; `before` counts those before it. Never
 * throws.
 */
export function ndjsonRows(
  block: Block,
  { find, convert }: { readonly find: ColumnFinder; readonly convert?: RowConverter | undefined },
  before: number,
): RowsRead {
  const broken = encodingErrors(block);
  const rows: Row[] = [];
  for (const frame of block.frames) {
    const place = placeOf(block, frame, before + rows.length + 1);
    const error = broken.get(frame);
    if (error instanceof InputError) return { rows, error };
    rows.push(error ? refused(place, error) : readObject(textOf(block, frame), place, { find, convert }));
  }
  return { rows };
}

type JsonObject = Readonly<Record<string, unknown>>;

function refused(place: SourcePlace, error: ValidationError): Row {
  return { place, raw: {}, errors: [error] };
}

function readObject(
  line: string,
  place: SourcePlace,
  { find, convert }: { readonly find: ColumnFinder; readonly convert: RowConverter | undefined },
): Row {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return refused(place, line.trim() === '' ? validationError('row', 'ROW_BLANK') : notJson(line, error));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refused(place, validationError('row', 'ROW_NOT_OBJECT'));
  const object = value as JsonObject;
  if (convert === undefined && isRaw(object, line, find)) return { place, raw: object };
  const { raw: read, errors } = rawOf(object, line, find);
  const textOfKey = (name: string): string | undefined => {
    const text = object[name];
    return typeof text === 'string' ? text : undefined;
  };
  const raw = convert === undefined ? read : convert(read, textOfKey);
  const reference = object['rejectedReference'];
  const row = { place, raw, ...(typeof reference === 'string' && { reference }) };
  const [first, ...rest] = errors;
  return first ? { ...row, errors: [first, ...rest] } : row;
}

/** The parser's message repeats the line, so only the place is taken from it. */
function notJson(line: string, error: unknown): ValidationError {
  const message = error instanceof Error ? error.message : '';
  const position = Number(/at position (\d+)/.exec(message)?.[1] ?? Number.NaN);
  const isCutOff = /end of JSON/.test(message) || position >= line.length;
  const where = isCutOff ? ': it ends in the middle of an object' : ` from character ${position + 1} on`;
  return validationError('row', 'ROW_NOT_JSON', { where: isCutOff || position >= 0 ? where : '' });
}

/**
 * Whether the object, as parsed, is a raw record: every key a field of that name, every value a text, no key
 * twice.
 */
function isRaw(object: JsonObject, line: string, find: ColumnFinder): object is RawRecord {
  let length = 1;
  for (const key in object) {
    const value = object[key];
    if (typeof value !== 'string' || find(key) !== key) return false;
    length += key.length + value.length + 6;
  }
  // Written without spaces and escapes, a line without a second key is just so long.
  return length === line.length || isOncePerKey(object, line);
}

/** The slower way, for what is renamed, left out, or wrong. */
function rawOf(
  object: JsonObject,
  line: string,
  find: ColumnFinder,
): { readonly raw: RawRecord; readonly errors: readonly ValidationError[] } {
  const raw: { [name in FieldName]?: string } = {};
  const errors: ValidationError[] = [];
  for (const key in object) {
    const value = object[key];
    const target = find(key);
    if (target === undefined) errors.push(validationError('row', 'KEY_UNKNOWN', { key: quoted(key) }));
    else if (target === 'ignore' || target === 'empty' || value === null) continue;
    else if (typeof value !== 'string')
      errors.push(validationError(target, 'VALUE_NOT_TEXT', { found: kindOf(value), field: target }));
    else if (raw[target] !== undefined)
      errors.push(validationError(target, 'KEY_DUPLICATE', { key: quoted(key) }));
    else raw[target] = value;
  }
  if (errors.length === 0 && !isOncePerKey(object, line))
    errors.push(validationError('row', 'KEY_DUPLICATE', { key: quoted(repeatedKey(line)) }));
  return { raw, errors };
}

/**
 * Whether no key of a flat object stands in its line twice. The parser keeps the last of two and says
 * nothing; but each key and each text has two quotes, so the quotes outside of escapes tell.
 */
function isOncePerKey(object: JsonObject, line: string): boolean {
  let quotes = 0;
  for (const key in object) quotes += typeof object[key] === 'string' ? 4 : 2;
  return line.replace(/\\./gs, '').split('"').length - 1 === quotes;
}

/** The first key that a line has twice. Called for a line that has one. */
function repeatedKey(line: string): string {
  const seen = new Set<string>();
  for (const [, key = ''] of line.matchAll(/[{,]\s*"((?:[^"\\]|\\.)*)"\s*:/g)) {
    if (seen.has(key)) return key;
    seen.add(key);
  }
  return '?';
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
