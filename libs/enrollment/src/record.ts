/** A postal address. Lengths are the contract's (`Address` in specs/click-to-pay-enrollment). */
export interface Address {
  readonly line1: string;
  readonly line2?: string | undefined;
  readonly line3?: string | undefined;
  readonly city: string;
  readonly state?: string | undefined;
  readonly postalCode?: string | undefined;
  /** ISO 3166-1 alpha-2, upper case. */
  readonly countryCode: string;
}

/** A mobile number split as the provider takes it: digits only, no plus. */
export interface Mobile {
  /** Country calling code, 1 to 4 digits. */
  readonly countryCode: string;
  /** National significant number, digits. */
  readonly number: string;
}

/** One consent: which version was accepted and where the text can be read. */
export interface Consent {
  readonly acceptedVersion?: string | undefined;
  readonly latestVersion?: string | undefined;
  readonly latestVersionUri?: string | undefined;
}

/** What the cardholder agreed to. Optional at the provider. */
export interface Compliance {
  readonly privacy?: Consent | undefined;
  readonly terms?: Consent | undefined;
}

/** The person. Every row of one `externalConsumerId` in a file must say the same here. */
export interface Consumer {
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly mobile: Mobile;
  /** ISO 3166-1 alpha-2, upper case: the country half of the locale. */
  readonly countryCode: string;
  /** ISO 639-1, lower case: the language half of the locale. */
  readonly languageCode: string;
  readonly compliance?: Compliance | undefined;
}

/** The card, in clear. Lives in memory only, between reading and sealing. */
export interface Card {
  /** Primary account number, 12 to 19 digits that pass Luhn. */
  readonly pan: string;
  /** `01` to `12`. */
  readonly expiryMonth: string;
  /** Four digits. */
  readonly expiryYear: string;
  readonly cardholderName?: string | undefined;
  readonly billingAddress: Address;
}

/** What identifies a record: unique within an intake. */
export interface RecordKey {
  readonly externalConsumerId: string;
  readonly externalCardId: string;
}

/**
 * The key of a record as one text, for maps and sets: equal for equal pairs and no others, whatever the ids
 * hold. The only place where the two ids are joined.
 */
export function recordKeyOf({ externalConsumerId, externalCardId }: RecordKey): string {
  return `${externalConsumerId.length}:${externalConsumerId}${externalCardId}`;
}

/** One card of one consumer. */
export interface EnrollmentRecord extends RecordKey {
  readonly consumer: Consumer;
  readonly card: Card;
}

/** Where a record stands in its input, so that a later attempt reads just that record again. */
export interface SourcePlace {
  /** Row number in the intake, from 1, header not counted. */
  readonly row: number;
  /** Line in the file on which the row starts, from 1, header counted. */
  readonly line: number;
  /** Offset of the row's first byte in the input, in bytes. */
  readonly offset: number;
  /** Length of the row in bytes, line ending excluded. */
  readonly length: number;
}

/** A valid record and its place. */
export interface PlacedRecord {
  readonly place: SourcePlace;
  readonly record: EnrollmentRecord;
}
