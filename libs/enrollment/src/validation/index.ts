import type { EveryMember } from '../fields.ts';
import type { FieldName, RawRecord } from '../raw-record.ts';
import type { Card, Consumer, EnrollmentRecord } from '../record.ts';
import type { ValidationError } from '../rejection.ts';
import { addressOf } from './address.ts';
import { panOf, type PanContext } from './card-number.ts';
import { complianceOf } from './consent.ts';
import { emailOf } from './email.ts';
import type { ExpiryFormat } from './expiry-format.ts';
import { expiryOf, type Month } from './expiry.ts';
import { consumerIdOf, cardIdOf } from './id.ts';
import { localeOf } from './locale.ts';
import { validationError } from './messages.ts';
import { mobileOf, type MobileForm } from './mobile.ts';
import { cardholderNameOf, firstNameOf, lastNameOf } from './name.ts';
import { hasErrors, type ErrorList } from './text.ts';

export type { ExpiryContext, Month } from './expiry.ts';
export { inRanges, networkRanges, type AccountRange } from './account-ranges.ts';
export type { PanContext } from './card-number.ts';
export type { MobileForm } from './mobile.ts';
export { damageRules, type DamageRule, type TextKind } from './damage.ts';

/** How a file writes what can be written in several ways, and what is taken of it. */
export interface ValidationSettings extends PanContext {
  /** How expiries are written; default: the forms that are certain. */
  readonly expiry?: ExpiryFormat;
  /** How mobile numbers are written; default: `international`. */
  readonly mobile?: MobileForm;
}

/** What validation needs to know besides the row. */
export interface ValidationContext extends ValidationSettings {
  /** The month in which a card must not have expired. */
  readonly today: Month;
}

/** The context for a point in time, in UTC. */
export function contextAt(time: Date, settings: ValidationSettings = {}): ValidationContext {
  return { ...settings, today: { year: time.getUTCFullYear(), month: time.getUTCMonth() + 1 } };
}

/** A record, or everything that is wrong with the row. */
export type Verdict =
  | {
      readonly record: EnrollmentRecord;
      /** What a person should look at. */
      readonly warnings?: readonly [ValidationError, ...ValidationError[]];
      readonly errors?: undefined;
    }
  | { readonly errors: readonly [ValidationError, ...ValidationError[]]; readonly record?: undefined };

/**
 * Turns a row into a record, or finds all its errors, not only the first. White space around a value is no
 * part of it and is dropped, and letters are composed (Unicode NFC); nothing else is changed silently. Pure;
 * never throws; no message holds a card number or another sensitive value.
 */
export function toRecord(raw: RawRecord, context: ValidationContext): Verdict {
  const errors: ErrorList = [];
  const externalConsumerId = consumerIdOf(raw, errors);
  const externalCardId = cardIdOf(raw, errors);
  const pan = panOf(raw, context, errors);
  const { expiryMonth, expiryYear } = expiryOf(raw, context, errors);
  const cardholderName = cardholderNameOf(raw, errors);
  const firstName = firstNameOf(raw, errors);
  const lastName = lastNameOf(raw, errors);
  const email = emailOf(raw, errors);
  const mobile = mobileOf(raw, context, errors);
  const { countryCode, languageCode } = localeOf(raw, errors);
  const billingAddress = addressOf(raw, countryCode, errors);
  const compliance = complianceOf(raw, errors);
  rejectNobody(errors);
  if (hasErrors(errors)) return { errors: listOf(errors.filter(({ warning }) => warning !== true)) };
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
  const record = { externalConsumerId, externalCardId, consumer, card };
  return errors.length === 0 ? { record } : { record, warnings: listOf(errors) };
}

/**
 * A first and a last name that both are words for none, as of a test or an export without names, are
 * nobody's.
 */
function rejectNobody(errors: ErrorList): void {
  const isNone = (field: FieldName): boolean =>
    errors.some((error) => error.field === field && error.code === 'TEXT_PERHAPS_NO_VALUE');
  if (isNone('firstName') && isNone('lastName')) errors.push(validationError('lastName', 'TEXT_NO_VALUE'));
}

function listOf([first, ...rest]: ErrorList): readonly [ValidationError, ...ValidationError[]] {
  if (first === undefined) throw new RangeError('a list of findings is never empty');
  return [first, ...rest];
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
