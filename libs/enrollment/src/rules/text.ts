import { faultOf } from '../faults.ts';
import { limits, type LimitedField } from '../limits.ts';
import type { FieldName, RawRecord } from '../raw.ts';
import type { Fault } from '../rejection.ts';

/** Where the rules put what they find; one list a row. */
export type Faults = Fault[];

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

/** The value; a fault when it is absent or empty. */
export function required(raw: RawRecord, field: FieldName, faults: Faults): string {
  const value = trimmed(raw[field]);
  if (value === '') faults.push(faultOf(field, 'FIELD_MISSING'));
  return value;
}

/** Judges a text that may be empty: its length and its characters. */
export function textOf(value: string, field: LimitedField, faults: Faults): string {
  if (value.length > limits[field].max) checkLength(value, field, faults);
  if (needsLook(value)) checkCharacters(value, field, faults);
  return value;
}

/** A name in any script. */
export function nameOf(value: string, field: LimitedField, faults: Faults): string {
  if (value === '') return value;
  const before = faults.length;
  textOf(value, field, faults);
  if (faults.length === before && !ASCII_LETTER.test(value) && !LETTER.test(value)) {
    faults.push(faultOf(field, 'NAME_NO_LETTER'));
  }
  return value;
}

/** An id the issuer chose. It travels and rests in clear, so it must not be made of the card number. */
export function idOf(raw: RawRecord, field: 'externalConsumerId' | 'externalCardId', faults: Faults): string {
  const value = required(raw, field, faults);
  if (value === '') return value;
  if (value.length > limits[field].max) checkLength(value, field, faults);
  if (!ID.test(value)) {
    faults.push(faultOf(field, 'ID_CHARACTERS', { position: positionOf(value, value.search(/[^\w-]/)) }));
  }
  const pan = trimmed(raw.pan);
  if (pan.length > 8 && pan.length <= value.length && value.includes(pan))
    faults.push(faultOf(field, 'ID_HOLDS_PAN'));
  return value;
}

/** Code points are counted, as JSON Schema does; a text of that many UTF-16 units is surely short enough. */
function checkLength(value: string, field: LimitedField, faults: Faults): void {
  const { max } = limits[field];
  let found = 0;
  for (const _ of value) found++;
  if (found > max) faults.push(faultOf(field, 'TEXT_TOO_LONG', { max, found }));
}

function checkCharacters(value: string, field: LimitedField, faults: Faults): void {
  const at = value.search(UNWANTED);
  if (at >= 0) faults.push(unwanted(value, at, field));
  const damaged = value.search(DOUBLE_ENCODED);
  if (at < 0 && damaged >= 0)
    faults.push(faultOf(field, 'TEXT_DOUBLE_ENCODED', { position: positionOf(value, damaged) }));
}

function unwanted(value: string, at: number, field: FieldName): Fault {
  const character = value.codePointAt(at) ?? 0;
  const code = LOST.test(String.fromCodePoint(character)) ? 'TEXT_ENCODING' : 'TEXT_CONTROL';
  const name = `U+${character.toString(16).toUpperCase().padStart(4, '0')}`;
  return faultOf(field, code, { position: positionOf(value, at), character: name });
}

function positionOf(value: string, at: number): number {
  return Array.from(value.slice(0, at)).length + 1;
}
