import { postcodeValidator, postcodeValidatorExistsForCountry } from 'postcode-validator';

/**
 * Whether a text may be a postal code of the country (ISO 3166-1 alpha-2). Countries without a pattern take
 * any.
 */
export function isPostalCodeOf(country: string, text: string): boolean {
  return !postcodeValidatorExistsForCountry(country) || postcodeValidator(text, country);
}
