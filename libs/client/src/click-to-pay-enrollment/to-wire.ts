import type * as Wire from '@enrollkit/contract/click-to-pay-enrollment';
import type { Address, BatchDraft, Card, Compliance, Consumer, EnrollmentRecord } from '@enrollkit/enrollment';

/** The data of a batch as the contract has it: each consumer once, with all cards of the batch that are theirs. */
export function toEnrollmentData({ records }: Pick<BatchDraft, 'records'>): Wire.EnrollmentData {
  const consumers = new Map<string, EnrollmentRecord[]>();
  for (const record of records) {
    const known = consumers.get(record.externalConsumerId);
    if (known) known.push(record);
    else consumers.set(record.externalConsumerId, [record]);
  }
  return { consumers: [...consumers.values()].map(toConsumer) };
}

function toConsumer(records: readonly EnrollmentRecord[]): Wire.EnrollmentConsumer {
  const [first, ...others] = records;
  if (!first) throw new Error('a consumer has at least one record');
  if (!others.every((record) => same(record.consumer, first.consumer))) {
    throw new Error(`consumer ${first.externalConsumerId} stands in one batch with different data`);
  }
  return {
    externalConsumerId: first.externalConsumerId,
    consumer: toPerson(first.consumer),
    ...(first.consumer.compliance && { complianceSettings: toCompliance(first.consumer.compliance) }),
    cards: records.map(({ externalCardId, card }) => ({ externalCardId, ...toCard(card) })),
  };
}

const same = (one: Consumer, other: Consumer) => one === other || JSON.stringify(one) === JSON.stringify(other);

function toPerson({ firstName, lastName, email, mobile, countryCode, languageCode }: Consumer): Wire.Consumer {
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

function toCompliance({ privacy, terms }: Compliance): Wire.ComplianceSettings {
  return { ...(privacy && { privacy: { ...privacy } }), ...(terms && { tnc: { ...terms } }) };
}

function toCard({ pan, expiryMonth, expiryYear, cardholderName, billingAddress }: Card): Omit<Wire.EnrollmentCard, 'externalCardId'> {
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
