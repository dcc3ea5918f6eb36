import { validationError } from './messages.ts';
import { limits, type LimitedField } from '../limits.ts';
import type { FieldName, Row } from '../raw-record.ts';
import type { ValidationError } from '../rejection.ts';

/** Where validation puts what it finds; one list a row. */
export type ErrorList = ValidationError[];

/** Controls, invisible spaces, line and direction controls, U+FFFD and lone surrogates: none belongs in a name or an address. */
const UNWANTED = /[\p{Cc}\u200b\u2028-\u202e\u2060\u2066-\u2069\ufeff\ufffd\p{Cs}]/u;
const LOST = /[\ufffd\p{Cs}]/u;
/** The two bytes of one UTF-8 character, each read as Latin-1: `Ã©` for `é`. No language writes these side by side. */
const DOUBLE_ENCODED = /[\u00c2\u00c3][\u00a1-\u00bf]/;

/** The value without the white space around it, which is no part of a value. Absent gives an empty text. */
export function trimmed(value: string | undefined): string {
  if (value === undefined || value === '') return '';
  return isPrinted(value.charCodeAt(0)) && isPrinted(value.charCodeAt(value.length - 1))
    ? value
    : value.trim();
}

/** Certainly no white space. */
function isPrinted(code: number): boolean {
  return code > 0x20 && code < 0xa0;
}

/**
 * Whether a text may hold anything that {@link UNWANTED} or {@link DOUBLE_ENCODED} looks for. Most texts do not, and
 * this check costs a tenth of the two patterns.
 */
function isSuspicious(value: string): boolean {
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if (code < 0x20) return true;
    if (
      code > 0x7e &&
      (code < 0xa0 || code === 0xc2 || code === 0xc3 || (code >= 0x2000 && code < 0x2070) || code >= 0xd800)
    )
      return true;
  }
  return false;
}

/** The value of a column without white space around it; an error when it is absent or empty. */
export function required<Field extends FieldName>(raw: Row<Field>, field: Field, errors: ErrorList): string {
  const value = trimmed(raw[field]);
  if (value === '') errors.push(validationError(field, 'FIELD_MISSING'));
  return value;
}

/** Checks the length and the characters of a text, which may be empty, and answers it. */
export function textOf(value: string, field: LimitedField, errors: ErrorList): string {
  if (value.length > limits[field].max) checkLength(value, field, errors);
  if (isSuspicious(value)) checkCharacters(value, field, errors);
  return value;
}

/** Adds an error when a text is too long. Code points are counted, as JSON Schema does. */
export function checkLength(value: string, field: LimitedField, errors: ErrorList): void {
  const { max } = limits[field];
  let found = 0;
  for (const _ of value) found++;
  if (found > max) errors.push(validationError(field, 'TEXT_TOO_LONG', { max, found }));
}

function checkCharacters(value: string, field: LimitedField, errors: ErrorList): void {
  const at = value.search(UNWANTED);
  if (at >= 0) errors.push(unwanted(value, at, field));
  const damaged = value.search(DOUBLE_ENCODED);
  if (at < 0 && damaged >= 0)
    errors.push(validationError(field, 'TEXT_DOUBLE_ENCODED', { position: positionOf(value, damaged) }));
}

function unwanted(value: string, at: number, field: FieldName): ValidationError {
  const character = value.codePointAt(at) ?? 0;
  const code = LOST.test(String.fromCodePoint(character)) ? 'TEXT_ENCODING' : 'TEXT_CONTROL';
  const name = `U+${character.toString(16).toUpperCase().padStart(4, '0')}`;
  return validationError(field, code, { position: positionOf(value, at), character: name });
}

/** The position, in characters from 1, of the UTF-16 unit at `at`. */
export function positionOf(value: string, at: number): number {
  return Array.from(value.slice(0, at)).length + 1;
}
