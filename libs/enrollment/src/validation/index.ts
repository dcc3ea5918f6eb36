import type { EveryMember } from '../fields.ts';
import type { FieldName, RawRecord } from '../raw-record.ts';
import type { Card, Consumer, EnrollmentRecord } from '../record.ts';
import type { ValidationError } from '../rejection.ts';
import { addressOf } from './address.ts';
import { panOf } from './card-number.ts';
import { complianceOf } from './consent.ts';
import { emailOf } from './email.ts';
import { expiryOf, type Month } from './expiry.ts';
import { consumerIdOf, cardIdOf } from './id.ts';
import { localeOf } from './locale.ts';
import { mobileOf } from './mobile.ts';
import { cardholderNameOf, firstNameOf, lastNameOf } from './name.ts';
import type { ErrorList } from './text.ts';

export type { Month } from './expiry.ts';

/** What validation needs to know besides the row. */
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
 * Turns a row into a record, or finds all its errors, not only the first. White space around a value is no part of it
 * and is dropped; nothing else is changed silently. Pure; never throws; no message holds a card number or another
 * sensitive value.
 */
export function toRecord(raw: RawRecord, context: ValidationContext): Verdict {
  const errors: ErrorList = [];
  const externalConsumerId = consumerIdOf(raw, errors);
  const externalCardId = cardIdOf(raw, errors);
  const pan = panOf(raw, errors);
  const { expiryMonth, expiryYear } = expiryOf(raw, context.today, errors);
  const cardholderName = cardholderNameOf(raw, errors);
  const firstName = firstNameOf(raw, errors);
  const lastName = lastNameOf(raw, errors);
  const email = emailOf(raw, errors);
  const mobile = mobileOf(raw, errors);
  const { countryCode, languageCode } = localeOf(raw, errors);
  const billingAddress = addressOf(raw, countryCode, errors);
  const compliance = complianceOf(raw, errors);
  const [first, ...rest] = errors;
  if (first) return { errors: [first, ...rest] };
  const consumer: EveryMember<Consumer> = {
    firstName,
    lastName,
    email,
    mobile,
    countryCode,
    languageCode,
    compliance,
  };
  const card: EveryMember<Card> = { pan, expiryMonth, expiryYear, cardholderName, billingAddress };
  return { record: { externalConsumerId, externalCardId, consumer, card } };
}

/** The functions that read columns above. */
type Readers =
  | typeof consumerIdOf
  | typeof cardIdOf
  | typeof panOf
  | typeof expiryOf
  | typeof cardholderNameOf
  | typeof firstNameOf
  | typeof lastNameOf
  | typeof emailOf
  | typeof mobileOf
  | typeof localeOf
  | typeof addressOf
  | typeof complianceOf;

type ColumnsRead<Reader> = Reader extends (raw: infer Row, ...rest: never[]) => unknown ? keyof Row : never;

/** Does not compile while a column of a row is read by no function, and names it. */
({}) satisfies Record<Exclude<FieldName, ColumnsRead<Readers>>, never>;
