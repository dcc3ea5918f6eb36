import { validationError, type ValidationErrorCode } from './messages.ts';
import { damageOfCode } from './damage.ts';
import { doubleEncodingIn } from './double-encoding.ts';
import type { Row } from '../raw-record.ts';
import { composed, required, textOf, type ErrorList } from './text.ts';

/** RFC 5321 without quoted local parts and address literals, which no mailbox of a cardholder has. */
const ASCII =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]$/;
/** The same without a question mark, which mostly stands for a lost letter. */
const PLAIN =
  /^[A-Za-z0-9!#$%&'*+/=^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=^_`{|}~-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]$/;
const PLAIN_MAX = 254;
/** The same with letters of any script (RFC 6531). */
const INTERNATIONAL =
  /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*@(?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?\.)+\p{L}[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}]$/u;
/** RFC 5321, 4.5.3.1.1: the greatest length of what stands before the @. */
const LOCAL_MAX = 64;
const APOSTROPHE = 39;
/** Beyond this no pattern is tried: the length is the error. */
const PATTERN_MAX = 1024;

/** The e-mail address: its shape, not whether somebody reads it. */
export function emailOf(raw: Row<'email'>, errors: ErrorList): string {
  const value = composed(required(raw, 'email', errors));
  const isPlain = value.length <= PLAIN_MAX && value.charCodeAt(0) !== APOSTROPHE && PLAIN.test(value);
  if (value !== '' && !(isPlain && value.indexOf('@') <= LOCAL_MAX)) checkOther(value, errors);
  return value;
}

function checkOther(value: string, errors: ErrorList): void {
  const before = errors.length;
  const refuse = (code: ValidationErrorCode, position: number): void => {
    errors.push(validationError('email', code, { position }));
  };
  if (!wellShaped(value)) {
    textOf(value, 'email', errors);
    if (errors.length === before) refuse(damageOfCode(value) ?? 'EMAIL_SHAPE', 1);
  } else if (value.charCodeAt(0) === APOSTROPHE) refuse('TEXT_SPREADSHEET_MARK', 1);
  else if (value.includes('?')) refuse('TEXT_PERHAPS_LOST', value.indexOf('?') + 1);
  else if (doubleEncodingIn(value)) refuse('TEXT_DOUBLE_ENCODED', 1);
  else textOf(value, 'email', errors);
}

function wellShaped(value: string): boolean {
  if (value.length > PATTERN_MAX || value.indexOf('@') > LOCAL_MAX) return false;
  return ASCII.test(value) || INTERNATIONAL.test(value);
}
