import { faultOf, type FaultCode } from '../faults.ts';
import { expiryHorizonYears } from '../limits.ts';
import type { FieldName, RawRecord } from '../raw.ts';
import { trimmed, type Faults } from './text.ts';

/** A month of the calendar. */
export interface Month {
  /** Four digits. */
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
}

/** An expiry as the record wants it. */
export interface Expiry {
  readonly expiryMonth: string;
  readonly expiryYear: string;
}

const WHOLE = /^(?:(\d\d)\/(\d\d(?:\d\d)?)|(\d{4})-(\d\d)|(\d\d)(\d\d))$/;
const MONTH = /^\d{1,2}$/;
const YEAR = /^(?:\d\d|\d{4})$/;
const NONE: Expiry = { expiryMonth: '', expiryYear: '' };

/**
 * The expiry, from `expiry` (MM/YY, MM/YYYY, YYYY-MM or MMYY) or from `expiryMonth` and `expiryYear`. A card is good
 * to the end of its month. Two-digit years are of this century.
 */
export function expiryOf(raw: RawRecord, today: Month, faults: Faults): Expiry {
  const whole = trimmed(raw.expiry);
  const month = trimmed(raw.expiryMonth);
  const year = trimmed(raw.expiryYear);
  const split = month !== '' || year !== '' ? fromParts(month, year, faults) : undefined;
  if (whole === '' && !split) {
    faults.push(faultOf('expiry', 'FIELD_MISSING'));
    return NONE;
  }
  const joined = whole === '' ? undefined : fromWhole(whole, faults);
  const expiry = joined ?? split ?? NONE;
  if (joined && split && joined !== NONE && split !== NONE && !same(joined, split)) {
    faults.push(faultOf('expiry', 'EXPIRY_CONFLICT'));
  }
  if (expiry !== NONE) checkDate(expiry, today, { field: joined ? 'expiry' : 'expiryYear', faults });
  return expiry;
}

function fromWhole(value: string, faults: Faults): Expiry {
  const parts = WHOLE.exec(value);
  if (!parts) return refuse('expiry', 'EXPIRY_FORMAT', faults);
  const month = parts[1] ?? parts[4] ?? parts[5] ?? '';
  const year = parts[2] ?? parts[3] ?? parts[6] ?? '';
  return month > '12' || month === '00' ? refuse('expiry', 'EXPIRY_MONTH', faults) : { expiryMonth: month, expiryYear: century(year) };
}

function fromParts(month: string, year: string, faults: Faults): Expiry {
  const before = faults.length;
  if (month === '') refuse('expiryMonth', 'FIELD_MISSING', faults);
  else if (!MONTH.test(month) || Number(month) < 1 || Number(month) > 12) refuse('expiryMonth', 'EXPIRY_MONTH', faults);
  if (year === '') refuse('expiryYear', 'FIELD_MISSING', faults);
  else if (!YEAR.test(year)) refuse('expiryYear', 'EXPIRY_YEAR', faults);
  return faults.length > before ? NONE : { expiryMonth: month.padStart(2, '0'), expiryYear: century(year) };
}

function checkDate(expiry: Expiry, today: Month, report: { readonly field: FieldName; readonly faults: Faults }): void {
  const months = (Number(expiry.expiryYear) - today.year) * 12 + Number(expiry.expiryMonth) - today.month;
  if (months < 0) refuse(report.field, 'EXPIRY_PAST', report.faults);
  if (months > expiryHorizonYears.max * 12) {
    report.faults.push(faultOf(report.field, 'EXPIRY_FAR', { years: expiryHorizonYears.max }));
  }
}

function refuse(field: FieldName, code: FaultCode, faults: Faults): Expiry {
  faults.push(faultOf(field, code));
  return NONE;
}

function century(year: string): string {
  return year.length === 2 ? `20${year}` : year;
}

function same(one: Expiry, other: Expiry): boolean {
  return one.expiryMonth === other.expiryMonth && one.expiryYear === other.expiryYear;
}
