import { expect, it } from 'vitest';
import { getCountries } from 'libphonenumber-js/min';
import { countryCodes, languageCodes } from '@enrollkit/enrollment';

/** Codes with a telephone plan of their own that ISO 3166-1 does not assign. */
const UNASSIGNED = ['AC', 'TA', 'XK'];

it('knows every country that has telephones', () => {
  expect(getCountries().filter((country) => !countryCodes.has(country))).toEqual(UNASSIGNED);
});

it('has the 249 countries and 183 languages of the standards, each with a name in English', () => {
  expect([countryCodes.size, languageCodes.size]).toEqual([249, 183]);
  const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  const languages = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });
  expect([...countryCodes].filter((code) => !regions.of(code))).toEqual([]);
  expect([...languageCodes].filter((code) => !languages.of(code))).toEqual([]);
});
