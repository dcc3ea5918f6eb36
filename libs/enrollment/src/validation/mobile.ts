import { parsePhoneNumberFromString, validatePhoneNumberLength } from 'libphonenumber-js/min';
import { validationError, type ValidationErrorCode } from './messages.ts';
import type { Row } from '../raw-record.ts';
import type { Mobile } from '../record.ts';
import { surelyValid } from './numbering-plan.ts';
import { required, type ErrorList } from './text.ts';

const INTERNATIONAL = /^(?:\+|00)/;
const WRITTEN = /^(?:\+|00)[\d\s().-]*\d[\d\s().-]*$/u;
const PLUS = 43;
const NO_MOBILE: Mobile = { countryCode: '', number: '' };
/** Longer texts are no number of 15 digits (E.164), however they are written. */
const WRITTEN_MAX = 40;

/** The mobile number in international form, split at its country code. The library's numbering plans decide. */
export function mobileOf(raw: Row<'mobile'>, errors: ErrorList): Mobile {
  const value = required(raw, 'mobile', errors);
  if (value === '') return NO_MOBILE;
  const digits = value.charCodeAt(0) === PLUS ? value.slice(1) : value.startsWith('00') ? value.slice(2) : '';
  return surelyValid(digits) ?? parsed(value, errors);
}

function parsed(value: string, errors: ErrorList): Mobile {
  if (!INTERNATIONAL.test(value)) return refuse('MOBILE_COUNTRY_CODE_MISSING', errors);
  if (value.length > WRITTEN_MAX || !WRITTEN.test(value)) return refuse('MOBILE_CHARACTERS', errors);
  const number = `+${value.replace(INTERNATIONAL, '').replace(/\D/g, '')}`;
  const phone = parsePhoneNumberFromString(number);
  if (phone?.isValid()) return { countryCode: phone.countryCallingCode, number: phone.nationalNumber };
  return refuse(lengthError(number), errors, phone?.countryCallingCode);
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
  errors.push(validationError('mobile', code, { callingCode: callingCode ?? '' }));
  return NO_MOBILE;
}
