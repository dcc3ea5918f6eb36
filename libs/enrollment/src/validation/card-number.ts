import { validationError } from './messages.ts';
import { panDigits } from '../limits.ts';
import { luhn, maskPan } from '@enrollkit/base';
import type { Row } from '../raw-record.ts';
import type { ValidationError } from '../rejection.ts';
import { required, type ErrorList } from './text.ts';

const DIGITS = /^[0-9]+$/;
const SCIENTIFIC = /^\d(?:[.,]\d+)?[eE]\+?\d+$/;
const SEPARATED = /^[0-9](?:[\s-]*[0-9])+$/u;
const MASKED = /^[0-9*xX•#.\s-]*[*xX•#][0-9*xX•#.\s-]*$/u;
const REPEATED = /^([0-9])\1+$/;

/** The PAN, when nothing is wrong with it. No error ever shows more of it than its masked form. */
export function panOf(raw: Row<'pan'>, errors: ErrorList): string {
  const pan = required(raw, 'pan', errors);
  if (pan === '') return pan;
  const { min, max } = panDigits;
  const good = pan.length >= min && pan.length <= max && luhn(pan);
  if (!good) errors.push(DIGITS.test(pan) ? digitsError(pan) : shapeError(pan));
  else if (pan[0] === pan[1] && REPEATED.test(pan)) errors.push(validationError('pan', 'PAN_REPEATED'));
  return pan;
}

function digitsError(pan: string): ValidationError {
  const { min, max } = panDigits;
  const found = pan.length;
  return found < min || found > max
    ? validationError('pan', 'PAN_LENGTH', { min, max, found })
    : validationError('pan', 'PAN_LUHN', { masked: maskPan(pan) });
}

function shapeError(pan: string): ValidationError {
  if (SCIENTIFIC.test(pan)) return validationError('pan', 'PAN_SCIENTIFIC');
  if (SEPARATED.test(pan)) return validationError('pan', 'PAN_SEPARATORS');
  if (MASKED.test(pan)) return validationError('pan', 'PAN_MASKED');
  return validationError('pan', 'PAN_NOT_DIGITS', { count: pan.replace(/[0-9]/g, '').length });
}
