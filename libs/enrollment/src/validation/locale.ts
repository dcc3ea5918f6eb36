import { validationError, type ValidationErrorCode } from './messages.ts';
import { countryCodes, languageCodes } from './iso-codes.ts';
import type { FieldName, Row } from '../raw-record.ts';
import { trimmed, type ErrorList } from './text.ts';

/** Country and language of a consumer. */
export interface Locale {
  readonly countryCode: string;
  readonly languageCode: string;
}

const LOCALE = /^([A-Za-z]{2,3})[_-]([A-Za-z]{2,3})$/;

/** Country and language, from their own columns or from `locale` (`en_US`, `en-US`). */
export function localeOf(raw: Row<'locale' | 'country' | 'language'>, errors: ErrorList): Locale {
  const locale = trimmed(raw.locale);
  const country = trimmed(raw.country);
  const language = trimmed(raw.language);
  if (locale === '') {
    return {
      countryCode: country === '' ? missing('country', errors) : countryOf(country, 'country', errors),
      languageCode: language === '' ? missing('language', errors) : languageOf(language, 'language', errors),
    };
  }
  const parts = LOCALE.exec(locale);
  if (!parts) {
    errors.push(validationError('locale', 'LOCALE_SHAPE'));
    return { countryCode: country, languageCode: language };
  }
  const [, languagePart = '', countryPart = ''] = parts;
  if (country !== '' && country !== countryPart)
    errors.push(validationError('locale', 'LOCALE_CONFLICT', { part: 'country' }));
  if (language !== '' && language !== languagePart)
    errors.push(validationError('locale', 'LOCALE_CONFLICT', { part: 'language' }));
  return {
    countryCode: countryOf(countryPart, 'locale', errors),
    languageCode: languageOf(languagePart, 'locale', errors),
  };
}

/** Judges a country code (ISO 3166-1 alpha-2, upper case). */
export function countryOf(value: string, field: FieldName, errors: ErrorList): string {
  if (!countryCodes.has(value)) {
    const upper = value.toUpperCase();
    if (countryCodes.has(upper)) errors.push(validationError(field, 'COUNTRY_CASE', { upper }));
    else refuse(field, /^[A-Za-z]{3}$/.test(value) ? 'COUNTRY_ALPHA3' : 'COUNTRY_UNKNOWN', errors);
  }
  return value;
}

function languageOf(value: string, field: FieldName, errors: ErrorList): string {
  if (!languageCodes.has(value)) {
    const lower = value.toLowerCase();
    if (languageCodes.has(lower)) errors.push(validationError(field, 'LANGUAGE_CASE', { lower }));
    else refuse(field, /^[A-Za-z]{3}$/.test(value) ? 'LANGUAGE_ALPHA3' : 'LANGUAGE_UNKNOWN', errors);
  }
  return value;
}

function missing(field: FieldName, errors: ErrorList): string {
  refuse(field, 'FIELD_MISSING', errors);
  return '';
}

function refuse(field: FieldName, code: ValidationErrorCode, errors: ErrorList): void {
  errors.push(validationError(field, code));
}
