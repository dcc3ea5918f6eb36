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
  const ownCountry = trimmed(raw.addressCountry);
  const country = ownCountry === '' ? consumerCountry : countryOf(ownCountry, 'addressCountry', errors);
  const city = textOf(required(raw, 'city', errors), 'city', errors);
  const state = textOf(trimmed(raw.state), 'state', errors);
  const postalCode = textOf(trimmed(raw.postalCode), 'postalCode', errors);
  if (postalCode !== '' && !isPostalCodeOf(country, postalCode))
    errors.push(validationError('postalCode', 'POSTAL_CODE_SHAPE', { country }));
  if (hasNoLetter(city)) errors.push(validationError('city', 'CITY_SHAPE'));
  if (state !== '' && NUMBER.test(state)) errors.push(validationError('state', 'STATE_SHAPE'));
  return {
    line1: textOf(required(raw, 'addressLine1', errors), 'addressLine1', errors),
    line2: textOf(trimmed(raw.addressLine2), 'addressLine2', errors) || undefined,
    line3: textOf(trimmed(raw.addressLine3), 'addressLine3', errors) || undefined,
    city,
    state: state || undefined,
    postalCode: postalCode || undefined,
    countryCode: country,
  };
}

const LETTER = /\p{L}/u;
const NUMBER = /^\d{4,}$/;

function hasNoLetter(city: string): boolean {
  const first = city.charCodeAt(0);
  return first < 0x41 && !LETTER.test(city);
}
