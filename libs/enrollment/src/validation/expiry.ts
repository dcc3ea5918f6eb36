import { validationError, type ValidationErrorCode } from './messages.ts';
import { expiryHorizonYears } from '../limits.ts';
import { damageOfCode } from './damage.ts';
import type { ExpiryFormat } from './expiry-format.ts';
import type { FieldName, Row } from '../raw-record.ts';
import { trimmed, type ErrorList } from './text.ts';

/** A month of the calendar. */
export interface Month {
  /** Four digits. */
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
}

/** What the expiry is judged by. */
export interface ExpiryContext {
  readonly today: Month;
  /** Default: the forms that are certain. */
  readonly expiry?: ExpiryFormat;
}

/** An expiry as the record wants it. */
export interface Expiry {
  readonly expiryMonth: string;
  readonly expiryYear: string;
}

interface Read extends Expiry {
  /** Months since year 0. */
  readonly months: number;
}

const WHOLE =
  /^(?:(\d\d)\/(\d\d(?:\d\d)?)|(\d{4})-(\d\d)|(\d\d)(\d\d)|(20\d\d)(0[1-9]|1[0-2])|(20\d\d)-(\d\d)-\d\d)$/;
const YEAR_FIRST = /^[2-9]\d(?:0[1-9]|1[0-2])$/;
const MONTH = /^\d{1,2}$/;
const YEAR = /^(?:\d\d|\d{4})$/;
const NONE: Read = { expiryMonth: '', expiryYear: '', months: 0 };

/** Well-formed expiries met before: a file has some hundred at most. */
const known = new Map<string, Read>();
const KNOWN_MAX = 1000;

/**
 * The expiry, from `expiry` (as its format says, else MM/YY, MM/YYYY, YYYY-MM, YYYYMM, YYYY-MM-DD or MMYY) or
 * from `expiryMonth` and `expiryYear`. A card is good to the end of its month. Two-digit years are of this
 * century.
 */
export function expiryOf(
  raw: Row<'expiry' | 'expiryMonth' | 'expiryYear'>,
  { today, expiry: format }: ExpiryContext,
  errors: ErrorList,
): Expiry {
  const whole = trimmed(raw.expiry);
  const month = trimmed(raw.expiryMonth);
  const year = trimmed(raw.expiryYear);
  if (whole === '' && month === '' && year === '') return refuse('expiry', 'FIELD_MISSING', errors);
  const split = month === '' && year === '' ? undefined : fromParts(month, year, errors);
  const joined =
    whole === '' ? undefined : format ? fromFormat(whole, format, errors) : fromWhole(whole, errors);
  if (joined && split && joined !== NONE && split !== NONE && joined.months !== split.months) {
    errors.push(validationError('expiry', 'EXPIRY_CONFLICT'));
  }
  const expiry = joined ?? split ?? NONE;
  if (expiry !== NONE)
    checkDate(expiry.months - (today.year * 12 + today.month), joined ? 'expiry' : 'expiryYear', errors);
  return expiry;
}

function fromWhole(value: string, errors: ErrorList): Read {
  const before = known.get(value);
  if (before) return before;
  const parts = WHOLE.exec(value);
  if (!parts) return refuse('expiry', damageOfCode(value) ?? 'EXPIRY_FORMAT', errors);
  const month = parts[1] ?? parts[4] ?? parts[5] ?? parts[8] ?? parts[10] ?? '';
  if (month > '12' || month === '00')
    return refuse('expiry', YEAR_FIRST.test(value) ? 'EXPIRY_YEAR_FIRST' : 'EXPIRY_MONTH', errors);
  const expiry = read(month, parts[2] ?? parts[3] ?? parts[6] ?? parts[7] ?? parts[9] ?? '');
  if (known.size < KNOWN_MAX) known.set(value, expiry);
  return expiry;
}

function fromFormat(value: string, format: ExpiryFormat, errors: ErrorList): Read {
  const parts = format.pattern.exec(value)?.groups;
  if (!parts) {
    errors.push(validationError('expiry', 'EXPIRY_SETTING', { format: format.name }));
    return NONE;
  }
  const month = parts['month'] ?? '';
  if (month > '12' || month === '00') return refuse('expiry', 'EXPIRY_MONTH', errors);
  return read(month, parts['year'] ?? '');
}

function fromParts(month: string, year: string, errors: ErrorList): Read {
  const before = errors.length;
  if (month === '') refuse('expiryMonth', 'FIELD_MISSING', errors);
  else if (!MONTH.test(month) || Number(month) < 1 || Number(month) > 12)
    refuse('expiryMonth', 'EXPIRY_MONTH', errors);
  if (year === '') refuse('expiryYear', 'FIELD_MISSING', errors);
  else if (!YEAR.test(year)) refuse('expiryYear', 'EXPIRY_YEAR', errors);
  return errors.length > before ? NONE : read(month.padStart(2, '0'), year);
}

function read(expiryMonth: string, year: string): Read {
  const expiryYear = year.length === 2 ? `20${year}` : year;
  return { expiryMonth, expiryYear, months: Number(expiryYear) * 12 + Number(expiryMonth) };
}

function checkDate(monthsLeft: number, field: FieldName, errors: ErrorList): void {
  const { max } = expiryHorizonYears;
  if (monthsLeft < 0) refuse(field, 'EXPIRY_PAST', errors);
  else if (monthsLeft > max * 12) errors.push(validationError(field, 'EXPIRY_FAR', { years: max }));
}

function refuse(field: FieldName, code: ValidationErrorCode, errors: ErrorList): Read {
  errors.push(validationError(field, code));
  return NONE;
}
