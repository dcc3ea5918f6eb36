import type { RawRecord } from '../raw.ts';
import type { Address, EnrollmentRecord } from '../record.ts';
import type { Fault } from '../rejection.ts';
import { panOf } from './card-number.ts';
import { complianceOf } from './consent.ts';
import { emailOf } from './email.ts';
import { expiryOf, type Month } from './expiry.ts';
import { countryOf, localeOf } from './locale.ts';
import { mobileOf } from './mobile.ts';
import { idOf, nameOf, prose, required, textOf, trimmed, type Faults } from './text.ts';

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
  return {
    record: {
      externalConsumerId,
      externalCardId,
      consumer: { firstName, lastName, email, mobile, ...locale, ...(compliance && { compliance }) },
      card: { pan, ...expiry, ...(cardholderName !== '' && { cardholderName }), billingAddress },
    },
  };
}

function addressOf(raw: RawRecord, defaultCountry: string, faults: Faults): Address {
  const line1 = prose(required(raw, 'addressLine1', faults), 'addressLine1', faults);
  const line2 = prose(trimmed(raw.addressLine2), 'addressLine2', faults);
  const line3 = prose(trimmed(raw.addressLine3), 'addressLine3', faults);
  const city = prose(required(raw, 'city', faults), 'city', faults);
  const state = prose(trimmed(raw.state), 'state', faults);
  const postalCode = textOf(trimmed(raw.postalCode), 'postalCode', faults);
  const country = trimmed(raw.addressCountry);
  const countryCode = country === '' ? defaultCountry : countryOf(country, 'addressCountry', faults);
  return {
    line1,
    ...(line2 !== '' && { line2 }),
    ...(line3 !== '' && { line3 }),
    city,
    ...(state !== '' && { state }),
    ...(postalCode !== '' && { postalCode }),
    countryCode,
  };
}
