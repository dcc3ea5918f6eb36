import { validationError } from './messages.ts';
import { panDigits } from '../limits.ts';
import { luhn, maskPan } from '@enrollkit/base';
import { isOfNetwork, isTestNumber } from './account-ranges.ts';
import { certainWords, nullWord } from './damage.ts';
import type { Row } from '../raw-record.ts';
import type { ValidationError } from '../rejection.ts';
import { required, type ErrorList } from './text.ts';

const DIGITS = /^[0-9]+$/;
const SCIENTIFIC = /^\d(?:[.,]\d+)?[eE]\+?\d+$/;
const SEPARATED = /^[0-9](?:[\s-]*[0-9])+$/u;
const MASKED = /^[0-9*xX•#.\s-]*[*xX•#][0-9*xX•#.\s-]*$/u;
const MARKED = /^['=]/;
const FLOAT = /^\d+[.,]0+$/;
const REPEATED = /^([0-9])\1+$/;

/** Which card numbers are taken. */
export interface PanContext {
  /** Default: what belongs to the network. */
  readonly isEnrolled?: (pan: string) => boolean;
  /** Whether published test numbers are rejected; default: no. */
  readonly rejectsTestNumbers?: boolean;
}

/** The PAN, when nothing is wrong with it. No error ever shows more of it than its masked form. */
export function panOf(raw: Row<'pan'>, context: PanContext, errors: ErrorList): string {
  const pan = required(raw, 'pan', errors);
  if (pan === '') return pan;
  const { min, max } = panDigits;
  const good = pan.length >= min && pan.length <= max && luhn(pan);
  if (!good) errors.push(DIGITS.test(pan) ? digitsError(pan) : shapeError(pan));
  else if (pan[0] === pan[1] && REPEATED.test(pan)) errors.push(validationError('pan', 'PAN_REPEATED'));
  else if (!(context.isEnrolled ?? isOfNetwork)(pan)) errors.push(validationError('pan', 'PAN_NETWORK'));
  else if (context.rejectsTestNumbers === true && isTestNumber(pan))
    errors.push(validationError('pan', 'PAN_TEST'));
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
  if (MARKED.test(pan)) return validationError('pan', 'TEXT_SPREADSHEET_MARK');
  if (FLOAT.test(pan)) return validationError('pan', 'TEXT_FLOAT');
  if (certainWords.has(pan) || nullWord.test(pan)) return validationError('pan', 'TEXT_NO_VALUE');
  if (SCIENTIFIC.test(pan)) return validationError('pan', 'PAN_SCIENTIFIC');
  if (SEPARATED.test(pan)) return validationError('pan', 'PAN_SEPARATORS');
  if (MASKED.test(pan)) return validationError('pan', 'PAN_MASKED');
  return validationError('pan', 'PAN_NOT_DIGITS', { count: pan.replace(/[0-9]/g, '').length });
}
