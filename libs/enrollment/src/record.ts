/** A postal address. Lengths are the contract's (`Address` in specs/click-to-pay-enrollment). */
export interface Address {
  readonly line1: string;
  readonly line2?: string;
  readonly line3?: string;
  readonly city: string;
  readonly state?: string;
  readonly postalCode?: string;
  /** ISO 3166-1 alpha-2, upper case. */
  readonly countryCode: string;
}

/** A mobile number split the way the provider wants it: digits only, no plus. */
export interface Mobile {
  /** Country calling code, 1 to 4 digits. */
  readonly countryCode: string;
  /** National significant number, digits. */
  readonly number: string;
}

/** One consent: which version was accepted and where the text stands. */
export interface Consent {
  readonly acceptedVersion?: string;
  readonly latestVersion?: string;
  readonly latestVersionUri?: string;
}

/** What the cardholder agreed to. Optional, as the seed page says. */
export interface Compliance {
  readonly privacy?: Consent;
  readonly terms?: Consent;
}

/** The person. Every row of one `externalConsumerId` that stands together must say the same here. */
export interface Consumer {
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly mobile: Mobile;
  /** ISO 3166-1 alpha-2, upper case: the country half of the locale. */
  readonly countryCode: string;
  /** ISO 639-1, lower case: the language half of the locale. */
  readonly languageCode: string;
  readonly compliance?: Compliance;
}

/** The card, in clear. Lives in memory only, between read and seal. */
export interface Card {
  /** Primary account number, 12 to 19 digits that pass Luhn. */
  readonly pan: string;
  /** `01` to `12`. */
  readonly expiryMonth: string;
  /** Four digits. */
  readonly expiryYear: string;
  readonly cardholderName?: string;
  readonly billingAddress: Address;
}

/** The record's key: unique within an intake. */
export interface RecordKey {
  readonly externalConsumerId: string;
  readonly externalCardId: string;
}

/**
 * The key of a record as one text, for maps and sets: equal for equal pairs and no others, whatever the ids hold. The
 * only place where the two ids are joined.
 */
export function recordKeyOf({ externalConsumerId, externalCardId }: RecordKey): string {
  return `${externalConsumerId.length}:${externalConsumerId}${externalCardId}`;
}

/** One card of one consumer. Its key is (`externalConsumerId`, `externalCardId`). */
export interface EnrollmentRecord extends RecordKey {
  readonly consumer: Consumer;
  readonly card: Card;
}

/** Where a record stands in its input, so that a later attempt re-reads just that record. */
export interface SourcePlace {
  /** Row number in the intake, from 1, header not counted. */
  readonly row: number;
  /** Line in the file on which the row starts, from 1, header counted. */
  readonly line: number;
  /** Byte offset of the row's first byte in the (decoded-from-nothing, raw) input. */
  readonly offset: number;
  /** Length of the row in bytes, line ending excluded. */
  readonly length: number;
}

/** A valid record and its place. */
export interface PlacedRecord {
  readonly place: SourcePlace;
  readonly record: EnrollmentRecord;
}
