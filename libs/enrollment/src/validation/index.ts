import type { RawRecord } from '../raw-record.ts';
import type { Address, Card, Consumer, EnrollmentRecord } from '../record.ts';
import type { ValidationError } from '../rejection.ts';
import { panOf } from './card-number.ts';
import { complianceOf } from './consent.ts';
import { emailOf } from './email.ts';
import { expiryOf, type Month } from './expiry.ts';
import { countryOf, localeOf } from './locale.ts';
import { mobileOf } from './mobile.ts';
import { idOf, nameOf, required, textOf, trimmed, type ErrorList } from './text.ts';

export type { Month } from './expiry.ts';

/** What the rules need to know besides the row. */
export interface ValidationContext {
  /** The month in which a card must not have expired. */
  readonly today: Month;
}

/** The context for a point in time, in UTC. */
export function contextAt(time: Date): ValidationContext {
  return { today: { year: time.getUTCFullYear(), month: time.getUTCMonth() + 1 } };
}

/** A record, or everything that is wrong with the row. */
export type Verdict =
  | { readonly record: EnrollmentRecord; readonly errors?: undefined }
  | { readonly errors: readonly [ValidationError, ...ValidationError[]]; readonly record?: undefined };

/**
 * Turns a row into a record, or finds all its errors, not only the first. White space around a value is no part of
 * it and goes; nothing else is mended silently. Pure; never throws; no message holds a PAN or another sensitive value.
 */
export function toRecord(raw: RawRecord, context: ValidationContext): Verdict {
  const errors: ErrorList = [];
  const externalConsumerId = idOf(raw, 'externalConsumerId', errors);
  const externalCardId = idOf(raw, 'externalCardId', errors);
  const pan = panOf(raw, errors);
  const expiry = expiryOf(raw, context.today, errors);
  const cardholderName = nameOf(trimmed(raw.cardholderName), 'cardholderName', errors);
  const firstName = nameOf(required(raw, 'firstName', errors), 'firstName', errors);
  const lastName = nameOf(required(raw, 'lastName', errors), 'lastName', errors);
  const email = emailOf(raw, errors);
  const mobile = mobileOf(raw, errors);
  const locale = localeOf(raw, errors);
  const billingAddress = addressOf(raw, locale.countryCode, errors);
  const compliance = complianceOf(raw, errors);
  const [first, ...rest] = errors;
  if (first) return { errors: [first, ...rest] };
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

function addressOf(raw: RawRecord, defaultCountry: string, errors: ErrorList): Address {
  const line1 = textOf(required(raw, 'addressLine1', errors), 'addressLine1', errors);
  const line2 = textOf(trimmed(raw.addressLine2), 'addressLine2', errors);
  const line3 = textOf(trimmed(raw.addressLine3), 'addressLine3', errors);
  const city = textOf(required(raw, 'city', errors), 'city', errors);
  const state = textOf(trimmed(raw.state), 'state', errors);
  const postalCode = textOf(trimmed(raw.postalCode), 'postalCode', errors);
  const country = trimmed(raw.addressCountry);
  const countryCode = country === '' ? defaultCountry : countryOf(country, 'addressCountry', errors);
  const address: Writable<Address> = { line1, city, countryCode };
  if (line2 !== '') address.line2 = line2;
  if (line3 !== '') address.line3 = line3;
  if (state !== '') address.state = state;
  if (postalCode !== '') address.postalCode = postalCode;
  return address;
}
