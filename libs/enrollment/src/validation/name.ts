import type { Row } from '../raw-record.ts';
import { validationError } from './messages.ts';
import { hasErrors, required, textOf, trimmed, type ErrorList } from './text.ts';

const LETTER = /\p{L}/u;
const ASCII_LETTER = /[A-Za-z]/;

/** The first name, in any script. */
export function firstNameOf(raw: Row<'firstName'>, errors: ErrorList): string {
  return nameOf(required(raw, 'firstName', errors), 'firstName', errors);
}

/** The last name, in any script. */
export function lastNameOf(raw: Row<'lastName'>, errors: ErrorList): string {
  return nameOf(required(raw, 'lastName', errors), 'lastName', errors);
}

/** The name on the card; undefined when the row has none. */
export function cardholderNameOf(raw: Row<'cardholderName'>, errors: ErrorList): string | undefined {
  return nameOf(trimmed(raw.cardholderName), 'cardholderName', errors) || undefined;
}

function nameOf(text: string, field: 'firstName' | 'lastName' | 'cardholderName', errors: ErrorList): string {
  if (text === '') return text;
  const before = errors.length;
  const value = textOf(text, field, errors);
  if (!ASCII_LETTER.test(value) && !LETTER.test(value) && !hasErrors(errors, before))
    errors.push(validationError(field, 'NAME_NO_LETTER'));
  return value;
}
