import type { RawRecord } from '../raw.ts';
import type { Address, Card, Consumer, EnrollmentRecord } from '../record.ts';
import type { Fault } from '../rejection.ts';
import { panOf } from './card-number.ts';
import { complianceOf } from './consent.ts';
import { emailOf } from './email.ts';
import { expiryOf, type Month } from './expiry.ts';
import { countryOf, localeOf } from './locale.ts';
import { mobileOf } from './mobile.ts';
import { idOf, nameOf, required, textOf, trimmed, type Faults } from './text.ts';

export type { Month } from './expiry.ts';

/** What the rules need to know besides the row. */
export interface RuleContext {
  /** The month in which a card must not have expired. */
  readonly today: Month;
}

/** The context for a point in time, in UTC. */
export function contextAt(time: Date): RuleContext {
  return { today: { year: time.getUTCFullYear(), month: time.getUTCMonth() + 1 } };
}

/** A record, or everything that is wrong with the row. */
export type Verdict =
  | { readonly record: EnrollmentRecord; readonly faults?: undefined }
  | { readonly faults: readonly [Fault, ...Fault[]]; readonly record?: undefined };

/**
 * Turns a row into a record, or finds all its faults, not only the first. White space around a value is no part of
 * it and goes; nothing else is mended silently. Pure; never throws; no message holds a PAN or another sensitive value.
 */
export function toRecord(raw: RawRecord, context: RuleContext): Verdict {
  const faults: Faults = [];
  const externalConsumerId = idOf(raw, 'externalConsumerId', faults);
  const externalCardId = idOf(raw, 'externalCardId', faults);
  const pan = panOf(raw, faults);
  const expiry = expiryOf(raw, context.today, faults);
  const cardholderName = nameOf(trimmed(raw.cardholderName), 'cardholderName', faults);
  const firstName = nameOf(required(raw, 'firstName', faults), 'firstName', faults);
  const lastName = nameOf(required(raw, 'lastName', faults), 'lastName', faults);
  const email = emailOf(raw, faults);
  const mobile = mobileOf(raw, faults);
  const locale = localeOf(raw, faults);
  const billingAddress = addressOf(raw, locale.countryCode, faults);
  const compliance = complianceOf(raw, faults);
  const [first, ...rest] = faults;
  if (first) return { faults: [first, ...rest] };
  const consumer: Writable<Consumer> = {
    firstName,
    lastName,
    email,
    mobile,
    countryCode: locale.countryCode,
    languageCode: locale.languageCode,
  };
  if (compliance) consumer.compliance = compliance;
  const card: Writable<Card> = {
    pan,
    expiryMonth: expiry.expiryMonth,
    expiryYear: expiry.expiryYear,
    billingAddress,
  };
  if (cardholderName !== '') card.cardholderName = cardholderName;
  return { record: { externalConsumerId, externalCardId, consumer, card } };
}

/** While it is made. Assigning a member that may be missing costs a tenth of spreading one. */
type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

function addressOf(raw: RawRecord, defaultCountry: string, faults: Faults): Address {
  const line1 = textOf(required(raw, 'addressLine1', faults), 'addressLine1', faults);
  const line2 = textOf(trimmed(raw.addressLine2), 'addressLine2', faults);
  const line3 = textOf(trimmed(raw.addressLine3), 'addressLine3', faults);
  const city = textOf(required(raw, 'city', faults), 'city', faults);
  const state = textOf(trimmed(raw.state), 'state', faults);
  const postalCode = textOf(trimmed(raw.postalCode), 'postalCode', faults);
  const country = trimmed(raw.addressCountry);
  const countryCode = country === '' ? defaultCountry : countryOf(country, 'addressCountry', faults);
  const address: Writable<Address> = { line1, city, countryCode };
  if (line2 !== '') address.line2 = line2;
  if (line3 !== '') address.line3 = line3;
  if (state !== '') address.state = state;
  if (postalCode !== '') address.postalCode = postalCode;
  return address;
}
