import { faultOf, type FaultCode } from '../faults.ts';
import { countryCodes, languageCodes } from '../iso-codes.ts';
import type { FieldName, RawRecord } from '../raw.ts';
import { trimmed, type Faults } from './text.ts';

/** Country and language of a consumer. */
export interface Locale {
  readonly countryCode: string;
  readonly languageCode: string;
}

const LOCALE = /^([A-Za-z]{2,3})[_-]([A-Za-z]{2,3})$/;

/** Country and language, from their own columns or from `locale` (`en_US`, `en-US`). */
export function localeOf(raw: RawRecord, faults: Faults): Locale {
  const locale = trimmed(raw.locale);
  const country = trimmed(raw.country);
  const language = trimmed(raw.language);
  if (locale === '') {
    return {
      countryCode: country === '' ? missing('country', faults) : countryOf(country, 'country', faults),
      languageCode: language === '' ? missing('language', faults) : languageOf(language, 'language', faults),
    };
  }
  const parts = LOCALE.exec(locale);
  if (!parts) {
    faults.push(faultOf('locale', 'LOCALE_SHAPE'));
    return { countryCode: country, languageCode: language };
  }
  const [, languagePart = '', countryPart = ''] = parts;
  if (country !== '' && country !== countryPart)
    faults.push(faultOf('locale', 'LOCALE_CONFLICT', { part: 'country' }));
  if (language !== '' && language !== languagePart)
    faults.push(faultOf('locale', 'LOCALE_CONFLICT', { part: 'language' }));
  return {
    countryCode: countryOf(countryPart, 'locale', faults),
    languageCode: languageOf(languagePart, 'locale', faults),
  };
}

/** Judges a country code (ISO 3166-1 alpha-2, upper case). */
export function countryOf(value: string, field: FieldName, faults: Faults): string {
  if (!countryCodes.has(value)) {
    const upper = value.toUpperCase();
    if (countryCodes.has(upper)) faults.push(faultOf(field, 'COUNTRY_CASE', { upper }));
    else refuse(field, /^[A-Za-z]{3}$/.test(value) ? 'COUNTRY_ALPHA3' : 'COUNTRY_UNKNOWN', faults);
  }
  return value;
}

function languageOf(value: string, field: FieldName, faults: Faults): string {
  if (!languageCodes.has(value)) {
    const lower = value.toLowerCase();
    if (languageCodes.has(lower)) faults.push(faultOf(field, 'LANGUAGE_CASE', { lower }));
    else refuse(field, /^[A-Za-z]{3}$/.test(value) ? 'LANGUAGE_ALPHA3' : 'LANGUAGE_UNKNOWN', faults);
  }
  return value;
}

function missing(field: FieldName, faults: Faults): string {
  refuse(field, 'FIELD_MISSING', faults);
  return '';
}

function refuse(field: FieldName, code: FaultCode, faults: Faults): void {
  faults.push(faultOf(field, code));
}
