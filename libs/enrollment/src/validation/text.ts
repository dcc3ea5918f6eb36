import { validationError } from './messages.ts';
import { limits, type LimitedField } from '../limits.ts';
import type { FieldName, Row } from '../raw-record.ts';
import type { ValidationError } from '../rejection.ts';
import { damageIn, textKindOf } from './damage.ts';
import { isSuspicious } from './suspicion.ts';

/** Where validation puts what it finds, warnings among them; one list a row. */
export type ErrorList = ValidationError[];

/**
 * Controls, invisible spaces, line and direction controls, U+FFFD and lone surrogates: none belongs in a name
 * or an address.
 */
const UNWANTED = /[\p{Cc}\u200b\u2028-\u202e\u2060\u2066-\u2069\ufeff\ufffd\p{Cs}]/u;
const LOST = /[\ufffd\p{Cs}]/u;

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

/** Whether the row is rejected for anything in the list from `start` on. */
export function hasErrors(list: ErrorList, start: number = 0): boolean {
  return list.length > start && list.slice(start).some(({ warning }) => warning !== true);
}

/** The value of a column without white space around it; an error when it is absent or empty. */
export function required<Field extends FieldName>(raw: Row<Field>, field: Field, errors: ErrorList): string {
  const value = trimmed(raw[field]);
  if (value === '') errors.push(validationError(field, 'FIELD_MISSING'));
  return value;
}

/**
 * Checks the length and the characters of a text, which may be empty, and answers it in its composed form.
 */
export function textOf(text: string, field: LimitedField, errors: ErrorList): string {
  if (text === '') return text;
  const value = composed(text);
  if (value.length > limits[field].max) checkLength(value, field, errors);
  if (isSuspicious(value)) checkCharacters(value, field, errors);
  return value;
}

/** Below U+0300 nothing composes with anything. */
const MAY_COMPOSE = /[\u0300-\uffff]/;

/**
 * The text in normalization form C (Unicode, UAX #15): "\u00e9" and "e\u0301" are one letter, and are sent as
 * one.
 */
export function composed(text: string): string {
  return MAY_COMPOSE.test(text) ? text.normalize('NFC') : text;
}

/** Adds an error when a text is too long. Code points are counted, as JSON Schema does. */
export function checkLength(value: string, field: LimitedField, errors: ErrorList): void {
  const { max } = limits[field];
  let found = 0;
  for (const _ of value) found++;
  if (found > max) errors.push(validationError(field, 'TEXT_TOO_LONG', { max, found }));
}

function checkCharacters(value: string, field: LimitedField, errors: ErrorList): void {
  const kind = textKindOf(field);
  const damage = kind && damageIn(value, kind);
  const at = value.search(UNWANTED);
  // UTF-8 that was read as Latin-1 holds control characters, too: the cause is named, not they.
  if (at >= 0 && damage?.code !== 'TEXT_DOUBLE_ENCODED') errors.push(unwanted(value, at, field));
  else if (damage)
    errors.push(validationError(field, damage.code, { position: positionOf(value, damage.at) }));
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
