import type * as Wire from '@enrollkit/contract/click-to-pay-enrollment';
import type {
  Address,
  BatchDraft,
  Card,
  Compliance,
  Consumer,
  EnrollmentRecord,
} from '@enrollkit/enrollment';

/** One consumer of a batch, and all records of the batch that are theirs. */
export interface ConsumerRecords {
  readonly externalConsumerId: string;
  readonly consumer: Consumer;
  readonly records: readonly [EnrollmentRecord, ...EnrollmentRecord[]];
}

/** The records of a batch by consumer, each consumer once. Throws when one consumer comes with different data. */
export function byConsumer({ records }: Pick<BatchDraft, 'records'>): readonly ConsumerRecords[] {
  const groups = new Map<string, [EnrollmentRecord, ...EnrollmentRecord[]]>();
  for (const record of records) {
    const group = groups.get(record.externalConsumerId);
    if (group === undefined) groups.set(record.externalConsumerId, [record]);
    else if (same(record.consumer, group[0].consumer)) group.push(record);
    else throw new Error(`consumer ${record.externalConsumerId} stands in one batch with different data`);
  }
  return [...groups].map(([externalConsumerId, group]) => ({
    externalConsumerId,
    consumer: group[0].consumer,
    records: group,
  }));
}

const same = (one: Consumer, other: Consumer) =>
  one === other || JSON.stringify(one) === JSON.stringify(other);

/** The person, as the platform's APIs have them. */
export function toPerson({
  firstName,
  lastName,
  email,
  mobile,
  countryCode,
  languageCode,
}: Consumer): Wire.Consumer {
  return {
    consumerIdentity: { identityType: 'EMAIL_ADDRESS', identityValue: email },
    mobileNumber: { countryCode: mobile.countryCode, phoneNumber: mobile.number },
    firstName,
    lastName,
    countryCode,
    // The provider's samples write it in upper case.
    languageCode: languageCode.toUpperCase(),
  };
}

/** What the person agreed to, where there is something: a member to spread. */
export function toCompliance(compliance: Compliance | undefined): {
  readonly complianceSettings?: Wire.ComplianceSettings;
} {
  if (!compliance) return {};
  const { privacy, terms } = compliance;
  return {
    complianceSettings: { ...(privacy && { privacy: { ...privacy } }), ...(terms && { tnc: { ...terms } }) },
  };
}

/** The card, as the platform's APIs have it, without its id. */
export function toCard({
  pan,
  expiryMonth,
  expiryYear,
  cardholderName,
  billingAddress,
}: Card): Omit<Wire.EnrollmentCard, 'externalCardId'> {
  return {
    primaryAccountNumber: pan,
    panExpirationMonth: expiryMonth,
    panExpirationYear: expiryYear,
    ...(cardholderName !== undefined && { cardholderFullName: cardholderName }),
    billingAddress: toAddress(billingAddress),
  };
}

function toAddress({ postalCode, ...rest }: Address): Wire.Address {
  return { ...rest, ...(postalCode !== undefined && { zip: postalCode }) };
}
