import { defined } from '@enrollkit/base';
import type * as Wire from '@enrollkit/contract/click-to-pay-enrollment';
import {
  consumerDifference,
  type Address,
  type BatchDraft,
  type Card,
  type Compliance,
  type Consent,
  type Consumer,
  type EnrollmentRecord,
  type Mobile,
} from '@enrollkit/enrollment';

/*
 * From the domain to the wire, for what both API families have alike. Every mapping takes its domain type
 * apart by name and states that nothing is left (`rest satisfies Nothing`): a field that the domain gains and
 * a mapping forgets does not compile. `defined<T>` checks every name on the wire against the contract.
 */

/** What is left of an object whose every member was used. */
type Nothing = Record<string, never>;

/** One consumer of a batch, and all records of the batch that are theirs. */
export interface ConsumerRecords {
  readonly externalConsumerId: string;
  readonly consumer: Consumer;
  readonly records: readonly [EnrollmentRecord, ...EnrollmentRecord[]];
}

/**
 * The records of a batch by consumer, each consumer once. Throws when one consumer comes with different data.
 */
export function byConsumer({ records }: Pick<BatchDraft, 'records'>): readonly ConsumerRecords[] {
  const groups = new Map<string, [EnrollmentRecord, ...EnrollmentRecord[]]>();
  for (const record of records) {
    const group = groups.get(record.externalConsumerId);
    if (group === undefined) groups.set(record.externalConsumerId, [record]);
    else if (consumerDifference(group[0].consumer, record.consumer) === undefined) group.push(record);
    else throw new Error(`consumer ${record.externalConsumerId} stands in one batch with different data`);
  }
  return [...groups].map(([externalConsumerId, group]) => ({
    externalConsumerId,
    consumer: group[0].consumer,
    records: group,
  }));
}

/** A person and what they agreed to, as the platform's APIs have them. */
export interface WirePerson {
  readonly consumer: Wire.Consumer;
  readonly complianceSettings?: Wire.ComplianceSettings;
}

/** The person, as the platform's APIs have them. */
export function toPerson(consumer: Consumer): WirePerson {
  const { firstName, lastName, email, mobile, countryCode, languageCode, compliance, ...rest } = consumer;
  rest satisfies Nothing;
  return defined<WirePerson>({
    consumer: defined<Wire.Consumer>({
      consumerIdentity: { identityType: 'EMAIL_ADDRESS', identityValue: email },
      mobileNumber: toMobileNumber(mobile),
      firstName,
      lastName,
      countryCode,
      // The provider's samples write it in upper case.
      languageCode: languageCode.toUpperCase(),
    }),
    complianceSettings: compliance && toCompliance(compliance),
  });
}

function toMobileNumber({ countryCode, number, ...rest }: Mobile): Wire.MobileNumber {
  rest satisfies Nothing;
  return { countryCode, phoneNumber: number };
}

/** What a person agreed to, as the platform's APIs have it. */
export function toCompliance({ privacy, terms, ...rest }: Compliance): Wire.ComplianceSettings {
  rest satisfies Nothing;
  return defined<Wire.ComplianceSettings>({
    privacy: privacy && toConsent(privacy),
    tnc: terms && toConsent(terms),
  });
}

function toConsent({ acceptedVersion, latestVersion, latestVersionUri, ...rest }: Consent): Wire.Consent {
  rest satisfies Nothing;
  return defined<Wire.Consent>({ acceptedVersion, latestVersion, latestVersionUri });
}

/** The card of a batch, as the platform's APIs have it, without its id. */
export type WireCard = Omit<Wire.EnrollmentCard, 'externalCardId'>;

/** The card, as the platform's APIs have it, without its id. */
export function toCard(card: Card): WireCard {
  const { pan, expiryMonth, expiryYear, cardholderName, billingAddress, ...rest } = card;
  rest satisfies Nothing;
  return defined<WireCard>({
    primaryAccountNumber: pan,
    panExpirationMonth: expiryMonth,
    panExpirationYear: expiryYear,
    cardholderFullName: cardholderName,
    billingAddress: toAddress(billingAddress),
  });
}

/** A postal address, as the platform's APIs have it. */
export function toAddress(address: Address): Wire.Address {
  const { line1, line2, line3, city, state, postalCode, countryCode, ...rest } = address;
  rest satisfies Nothing;
  return defined<Wire.Address>({ line1, line2, line3, city, state, zip: postalCode, countryCode });
}
