import {
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
  type CountryCode,
  type PhoneNumber,
} from 'libphonenumber-js/max';
import { damageOfCode } from './damage.ts';
import { countryCodes } from './iso-codes.ts';
import { validationError, type ValidationErrorCode } from './messages.ts';
import type { Row } from '../raw-record.ts';
import type { Mobile } from '../record.ts';
import { hasGeneralForm, surelyMobile } from './numbering-plan.ts';
import { required, trimmed, type ErrorList } from './text.ts';

const INTERNATIONAL = /^(?:\+|00)/;
const WRITTEN = /^(?:\+|00)[\d\s().-]*\d[\d\s().-]*$/u;
const NATIONAL = /^[\d\s()./-]*\d[\d\s()./-]*$/u;
const FLOAT = /[.,]0+$/;
/** A last group of few digits, divided from the rest. */
const LAST_GROUP = /[\s().-]+\d{1,4}$/u;
const PLUS = 43;
const NO_MOBILE: Mobile = { countryCode: '', number: '' };
/** Longer texts are no number of 15 digits (E.164), however they are written. */
const WRITTEN_MAX = 40;

/** How mobile numbers are written: with their country code, or as in the country of the row. */
export type MobileForm = 'international' | 'national';

/** The kinds of numbers that receive no messages, as a warning names them. */
const kinds: Readonly<Record<string, string>> = {
  FIXED_LINE: 'a fixed line',
  TOLL_FREE: 'a toll-free number',
  PREMIUM_RATE: 'a premium-rate number',
  SHARED_COST: 'a shared-cost number',
  VOIP: 'an internet telephony number',
  PAGER: 'a pager',
  UAN: 'a company number',
  VOICEMAIL: 'a voice mailbox',
};

/**
 * The mobile number in international form, split at its country code. The library's numbering plans decide.
 */
export function mobileOf(
  raw: Row<'mobile' | 'country' | 'locale'>,
  { mobile: form }: { readonly mobile?: MobileForm },
  errors: ErrorList,
): Mobile {
  const value = required(raw, 'mobile', errors);
  if (value === '') return NO_MOBILE;
  const digits = value.charCodeAt(0) === PLUS ? value.slice(1) : value.startsWith('00') ? value.slice(2) : '';
  const sure = surelyMobile(digits);
  if (sure) return sure;
  return form === 'national' && !INTERNATIONAL.test(value)
    ? national(value, countryOf(raw), errors)
    : parsed(value, errors);
}

function countryOf(raw: Row<'country' | 'locale'>): string {
  return trimmed(raw.country) || trimmed(raw.locale).slice(-2);
}

function national(value: string, country: string, errors: ErrorList): Mobile {
  if (!countryCodes.has(country)) return refuse('MOBILE_COUNTRY_MISSING', errors);
  if (FLOAT.test(value)) return refuse('TEXT_FLOAT', errors);
  if (value.length > WRITTEN_MAX || !NATIONAL.test(value))
    return refuse(damageOfCode(value) ?? 'MOBILE_CHARACTERS', errors);
  const digits = value.replace(/\D/g, '');
  const phone = parsePhoneNumberFromString(digits, country as CountryCode);
  return judged(phone, { digits, number: phone?.number ?? digits }, errors);
}

function parsed(value: string, errors: ErrorList): Mobile {
  if (!INTERNATIONAL.test(value)) return refuse(damageOfCode(value) ?? 'MOBILE_COUNTRY_CODE_MISSING', errors);
  if (value.length > WRITTEN_MAX || !WRITTEN.test(value))
    return refuse(damageOfCode(value) ?? 'MOBILE_CHARACTERS', errors);
  if (FLOAT.test(value) && !value.includes(' ')) return refuse('TEXT_FLOAT', errors);
  const number = numberOf(value);
  const phone = parsePhoneNumberFromString(number);
  if (!isMobile(phone) && LAST_GROUP.test(value)) {
    const shorter = parsePhoneNumberFromString(numberOf(value.replace(LAST_GROUP, '')));
    if (isMobile(shorter)) return refuse('MOBILE_GLUED', errors, shorter.countryCallingCode);
  }
  return judged(phone, { digits: number.slice(1), number }, errors);
}

function numberOf(value: string): string {
  return `+${value.replace(INTERNATIONAL, '').replace(/\D/g, '')}`;
}

function isMobile(phone: PhoneNumber | undefined): phone is PhoneNumber {
  return phone?.isValid() === true && /MOBILE/.test(phone.getType() ?? '');
}

function judged(
  phone: PhoneNumber | undefined,
  { digits, number }: { readonly digits: string; readonly number: string },
  errors: ErrorList,
): Mobile {
  const callingCode = phone?.countryCallingCode;
  const found = phone?.nationalNumber ?? '';
  const isValid = phone?.isValid() === true;
  if (callingCode === undefined || !(isValid || hasGeneralForm(callingCode, found)))
    return refuse(lengthError(number), errors, callingCode);
  const kind = kinds[phone?.getType() ?? ''];
  if (!isValid) errors.push(validationError('mobile', 'MOBILE_UNASSIGNED', { callingCode }));
  else if (kind !== undefined)
    errors.push(validationError('mobile', 'MOBILE_NOT_MOBILE', { callingCode, kind }));
  else if (!digits.endsWith(found))
    errors.push(validationError('mobile', 'MOBILE_REWRITTEN', { callingCode }));
  return { countryCode: callingCode, number: found };
}

function lengthError(number: string): ValidationErrorCode {
  switch (validatePhoneNumberLength(number)) {
    case 'INVALID_COUNTRY':
    case 'NOT_A_NUMBER':
      return 'MOBILE_COUNTRY_CODE_UNKNOWN';
    case 'TOO_SHORT':
      return 'MOBILE_TOO_SHORT';
    case 'TOO_LONG':
      return 'MOBILE_TOO_LONG';
    default:
      return 'MOBILE_INVALID';
  }
}

function refuse(code: ValidationErrorCode, errors: ErrorList, callingCode?: string): Mobile {
  errors.push(validationError('mobile', code, { callingCode: callingCode ?? '', position: 1 }));
  return NO_MOBILE;
}
