import type { MaskedCard, MaskedConsumer } from '@enrollkit/contract/click-to-pay-enrollment';
import type { DirectoryCard, DirectoryConsumer } from '../../world/world.ts';

/** A card as the directory shows it. */
export function maskedCard({ srcDigitalCardId, row, at, serviceId, address }: DirectoryCard): MaskedCard {
  return {
    srcDigitalCardId,
    panBin: row.pan.slice(0, 6),
    panLastFour: row.pan.slice(6),
    panExpirationMonth: row.exp.slice(0, 2),
    panExpirationYear: row.exp.slice(2),
    digitalCardData: {
      status: 'ACTIVE',
      descriptorName: 'Simulated card',
      artUri: 'https://simulator.invalid/card-art.png',
      ...(row.pending !== undefined && { pendingEvents: [...row.pending] }),
    },
    paymentCardDescriptor: 'mastercard',
    serviceId,
    dateOfCardCreated: new Date(at).toISOString(),
    ...(address !== undefined && { maskedBillingAddress: address }),
  };
}

/** A consumer as the directory shows them. */
export function maskedConsumer({ srcConsumerId, person, at }: DirectoryConsumer): MaskedConsumer {
  const identityType = person.identityType as MaskedConsumer['maskedConsumerIdentity']['identityType'];
  return {
    srcConsumerId,
    maskedConsumerIdentity: { identityProvider: 'SRC', identityType, maskedIdentityValue: person.identity },
    maskedMobileNumber: person.mobile,
    maskedFirstName: person.firstName,
    maskedLastName: person.lastName,
    countryCode: person.countryCode,
    languageCode: person.languageCode,
    status: 'ACTIVE',
    dateConsumerAdded: new Date(at).toISOString(),
  };
}
