import type { EveryMember } from '../fields.ts';
import type { Row } from '../raw-record.ts';
import type { Address } from '../record.ts';
import { countryOf } from './locale.ts';
import { validationError } from './messages.ts';
import { isPostalCodeOf } from './postal.ts';
import { required, textOf, trimmed, type ErrorList } from './text.ts';

/** The columns of an address. */
type AddressColumn =
  | 'addressLine1'
  | 'addressLine2'
  | 'addressLine3'
  | 'city'
  | 'state'
  | 'postalCode'
  | 'addressCountry';

/** The billing address; `consumerCountry` where the row names no country of its own for it. */
export function addressOf(
  raw: Row<AddressColumn>,
  consumerCountry: string,
  errors: ErrorList,
): EveryMember<Address> {
  const country = trimmed(raw.addressCountry);
  checkPlaces(raw, country === '' ? consumerCountry : country, errors);
  return {
    line1: textOf(required(raw, 'addressLine1', errors), 'addressLine1', errors),
    line2: textOf(trimmed(raw.addressLine2), 'addressLine2', errors) || undefined,
    line3: textOf(trimmed(raw.addressLine3), 'addressLine3', errors) || undefined,
    city: textOf(required(raw, 'city', errors), 'city', errors),
    state: textOf(trimmed(raw.state), 'state', errors) || undefined,
    postalCode: textOf(trimmed(raw.postalCode), 'postalCode', errors) || undefined,
    countryCode: country === '' ? consumerCountry : countryOf(country, 'addressCountry', errors),
  };
}

const LETTER = /[A-Za-z]|\p{L}/u;
const NUMBER = /^\d{4,}$/;

/** Warns of what is written as no postal code, city or state of the country is: mostly, columns are shifted. */
function checkPlaces(raw: Row<'postalCode' | 'city' | 'state'>, country: string, errors: ErrorList): void {
  const postalCode = trimmed(raw.postalCode);
  if (postalCode !== '' && !isPostalCodeOf(country, postalCode))
    errors.push(validationError('postalCode', 'POSTAL_CODE_SHAPE', { country }));
  const city = trimmed(raw.city);
  if (city !== '' && !LETTER.test(city)) errors.push(validationError('city', 'CITY_SHAPE'));
  const state = trimmed(raw.state);
  if (state !== '' && NUMBER.test(state)) errors.push(validationError('state', 'STATE_SHAPE'));
}
