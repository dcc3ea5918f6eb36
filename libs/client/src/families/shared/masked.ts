import { defined } from '@enrollkit/base';
import type * as Wire from '@enrollkit/contract/click-to-pay-enrollment';
import type { Address, ProviderCard, ProviderProfile } from '@enrollkit/enrollment';
import type { Listed } from './to-domain.ts';

/** What the states of a card mean. A state that is not here is `other`. */
const cardStates = {
  ACTIVE: 'active',
  SUSPENDED: 'suspended',
  CANCELLED: 'cancelled',
} as const satisfies Record<Listed<Wire.DigitalCardData['status']>, ProviderCard['status']>;

/** What the states of a consumer mean. A state that is not here is `other`. */
const consumerStates = {
  ACTIVE: 'active',
  SUSPENDED: 'suspended',
  LOCKED: 'locked',
} as const satisfies Record<Listed<NonNullable<Wire.MaskedConsumer['status']>>, ProviderProfile['status']>;

/** A masked card in domain words; without one, only that there is a card. */
export function toProviderCard(card: Wire.MaskedCard | undefined, externalCardId?: string): ProviderCard {
  return defined<ProviderCard>({
    providerCardId: card?.srcDigitalCardId,
    externalCardId,
    panStart: card?.panBin,
    panEnd: card?.panLastFour,
    expiryMonth: card?.panExpirationMonth,
    expiryYear: card?.panExpirationYear,
    status: card === undefined ? 'untold' : stateIn(cardStates, card.digitalCardData.status),
    pendingEvents: card?.digitalCardData.pendingEvents ?? [],
    billingAddress: card?.maskedBillingAddress && toMaskedAddress(card.maskedBillingAddress),
  });
}

/** A masked consumer and their cards in domain words. */
export function toProviderProfile(
  consumer: Wire.MaskedConsumer,
  cards: readonly ProviderCard[],
): ProviderProfile {
  const { srcConsumerId, status, maskedConsumerIdentity, maskedEmailAddress, maskedMobileNumber } = consumer;
  const email =
    maskedConsumerIdentity.identityType === 'EMAIL_ADDRESS'
      ? maskedConsumerIdentity.maskedIdentityValue
      : undefined;
  return defined<ProviderProfile>({
    providerConsumerId: srcConsumerId,
    status: status === undefined ? 'untold' : stateIn(consumerStates, status),
    maskedEmail: maskedEmailAddress ?? email,
    maskedMobile:
      maskedMobileNumber && `+${maskedMobileNumber.countryCode} ${maskedMobileNumber.phoneNumber}`,
    maskedFirstName: consumer.maskedFirstName,
    maskedLastName: consumer.maskedLastName,
    countryCode: consumer.countryCode,
    languageCode: consumer.languageCode?.toLowerCase(),
    cards,
  });
}

function stateIn<State>(states: Readonly<Record<string, State>>, name: string): State | 'other' {
  return Object.hasOwn(states, name) ? (states[name] ?? 'other') : 'other';
}

function toMaskedAddress(masked: Wire.MaskedAddress): Partial<Address> {
  const { line1, line2, line3, city, state, countryCode, zip } = masked;
  return defined<Partial<Address>>({ line1, line2, line3, city, state, countryCode, postalCode: zip });
}
