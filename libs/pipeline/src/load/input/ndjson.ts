import {
  validationError,
  type ValidationError,
  type FieldName,
  type RawRecord,
  type SourcePlace,
} from '@enrollkit/enrollment';
import type { ColumnFinder } from './columns.ts';
import { placeOf, textOf } from './csv.ts';
import { encodingErrors } from './encoding.ts';
import type { Block } from './frames.ts';
import type { Row } from './row.ts';
import { quoted } from '@enrollkit/base';

/** The rows of a block of NDJSON: one flat object of texts a line; `before` counts those before it. Never throws. */
export function ndjsonRows(block: Block, find: ColumnFinder, before: number): Row[] {
  const broken = encodingErrors(block);
  return block.frames.map((frame, index) => {
    const place = placeOf(block, frame, before + index + 1);
    const error = broken.get(frame);
    return error ? refused(place, error) : readObject(textOf(block, frame), place, find);
  });
}

type JsonObject = Readonly<Record<string, unknown>>;

function refused(place: SourcePlace, error: ValidationError): Row {
  return { place, raw: {}, errors: [error] };
}

function readObject(line: string, place: SourcePlace, find: ColumnFinder): Row {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // The parser's message repeats the line, so it ends here.
    return refused(place, validationError('row', line.trim() === '' ? 'ROW_BLANK' : 'ROW_NOT_JSON'));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refused(place, validationError('row', 'ROW_NOT_OBJECT'));
  const object = value as JsonObject;
  if (isRaw(object, line, find)) return { place, raw: object };
  const { raw, errors } = rawOf(object, line, find);
  const [first, ...rest] = errors;
  return first ? { place, raw, errors: [first, ...rest] } : { place, raw };
}

/** Whether the object, as parsed, is a raw record: every key a field of that name, every value a text, no key twice. */
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
    else if (target === 'ignore' || value === null) continue;
    else if (typeof value !== 'string')
      errors.push(validationError(target, 'VALUE_NOT_TEXT', { found: kindOf(value), field: target }));
    else if (raw[target] !== undefined) errors.push(validationError(target, 'KEY_DUPLICATE'));
    else raw[target] = value;
  }
  if (errors.length === 0 && !isOncePerKey(object, line))
    errors.push(validationError('row', 'KEY_DUPLICATE'));
  return { raw, errors };
}

/**
 * Whether no key of a flat object stands in its line twice. The parser keeps the last of two and says nothing; but each
 * key and each text has two quotes, so the quotes outside of escapes tell.
 */
function isOncePerKey(object: JsonObject, line: string): boolean {
  let quotes = 0;
  for (const key in object) quotes += typeof object[key] === 'string' ? 4 : 2;
  return line.replace(/\\./gs, '').split('"').length - 1 === quotes;
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
