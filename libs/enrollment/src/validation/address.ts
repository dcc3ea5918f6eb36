import type { EveryMember } from '../fields.ts';
import type { Row } from '../raw-record.ts';
import type { Address } from '../record.ts';
import { countryOf } from './locale.ts';
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
