import { validationError } from './messages.ts';
import { limits, type LimitedField } from '../limits.ts';
import type { FieldName, RawRecord } from '../raw-record.ts';
import type { ValidationError } from '../rejection.ts';

/** Where the rules put what they find; one list a row. */
export type ErrorList = ValidationError[];

/** Controls, invisible spaces, line and direction controls, U+FFFD and lone surrogates: none belongs into a name or an address. */
const UNWANTED = /[\p{Cc}\u200b\u2028-\u202e\u2060\u2066-\u2069\ufeff\ufffd\p{Cs}]/u;
const LOST = /[\ufffd\p{Cs}]/u;
/** The two bytes of one UTF-8 character, each read as Latin-1: `Ã©` for `é`. No language writes these side by side. */
const DOUBLE_ENCODED = /[\u00c2\u00c3][\u00a1-\u00bf]/;
const LETTER = /\p{L}/u;
const ASCII_LETTER = /[A-Za-z]/;
const ID = /^[\w-]+$/;

/** The value without the white space around it, which is no part of a value. Absent gives an empty text. */
export function trimmed(value: string | undefined): string {
  if (value === undefined || value === '') return '';
  return isInk(value.charCodeAt(0)) && isInk(value.charCodeAt(value.length - 1)) ? value : value.trim();
}

/** Surely no white space. */
function isInk(code: number): boolean {
  return code > 0x20 && code < 0xa0;
}

/**
 * Whether a text may hold anything that {@link UNWANTED} or {@link DOUBLE_ENCODED} looks for. Most texts do not, and a
 * glance costs a tenth of the two patterns.
 */
function needsLook(value: string): boolean {
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

/** The value; a error when it is absent or empty. */
export function required(raw: RawRecord, field: FieldName, errors: ErrorList): string {
  const value = trimmed(raw[field]);
  if (value === '') errors.push(validationError(field, 'FIELD_MISSING'));
  return value;
}

/** Judges a text that may be empty: its length and its characters. */
export function textOf(value: string, field: LimitedField, errors: ErrorList): string {
  if (value.length > limits[field].max) checkLength(value, field, errors);
  if (needsLook(value)) checkCharacters(value, field, errors);
  return value;
}

/** A name in any script. */
export function nameOf(value: string, field: LimitedField, errors: ErrorList): string {
  if (value === '') return value;
  const before = errors.length;
  textOf(value, field, errors);
  if (errors.length === before && !ASCII_LETTER.test(value) && !LETTER.test(value)) {
    errors.push(validationError(field, 'NAME_NO_LETTER'));
  }
  return value;
}

/** An id the issuer chose. It travels and rests in clear, so it must not be made of the card number. */
export function idOf(
  raw: RawRecord,
  field: 'externalConsumerId' | 'externalCardId',
  errors: ErrorList,
): string {
  const value = required(raw, field, errors);
  if (value === '') return value;
  if (value.length > limits[field].max) checkLength(value, field, errors);
  if (!ID.test(value)) {
    errors.push(
      validationError(field, 'ID_CHARACTERS', { position: positionOf(value, value.search(/[^\w-]/)) }),
    );
  }
  const pan = trimmed(raw.pan);
  if (pan.length > 8 && pan.length <= value.length && value.includes(pan))
    errors.push(validationError(field, 'ID_HOLDS_PAN'));
  return value;
}

/** Code points are counted, as JSON Schema does; a text of that many UTF-16 units is surely short enough. */
function checkLength(value: string, field: LimitedField, errors: ErrorList): void {
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

function positionOf(value: string, at: number): number {
  return Array.from(value.slice(0, at)).length + 1;
}
