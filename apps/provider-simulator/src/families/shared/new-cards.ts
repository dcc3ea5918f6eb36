import type { Address, Consumer } from '@enrollkit/contract/click-to-pay-enrollment';
import { maskEmail, maskPan, maskPhone, maskWords } from './masking.ts';
import { pendingPan, refusalOf } from './reserved-pans.ts';
import type { CardRow, ConsumerRow, MaskedAddress, MaskedPerson } from '../../world/entries.ts';
import type { World } from '../../world/world.ts';

/** One card to be enrolled, in clear; it goes no further than this file. */
export interface NewCard {
  /** The Credential Directory it is for; absent for the Enroll API. */
  readonly directoryId?: string;
  /** Empty in a synchronous call, which has no external ids. */
  readonly externalConsumerId: string;
  readonly externalCardId?: string;
  readonly consumer: Consumer;
  readonly card: {
    readonly primaryAccountNumber: string;
    readonly panExpirationMonth: string;
    readonly panExpirationYear: string;
    readonly billingAddress?: Address;
  };
}

/** Decides about each card, and turns all of them into rows that hold nothing in clear. */
export function rowsOf(
  world: World,
  newCards: readonly NewCard[],
  now: number,
): { consumers: ConsumerRow[]; cards: CardRow[] } {
  const arriving = new Map<string, number>();
  const consumers: ConsumerRow[] = [];
  let nextNumber = world.consumerCount;
  const numberOf = (card: NewCard): number => {
    const profile = profileOf(world, card);
    const known = arriving.get(profile);
    if (known !== undefined) return known;
    const former = world.consumerNumber(profile);
    const number = former?.number ?? nextNumber++;
    arriving.set(profile, number);
    if (former?.present !== true) consumers.push({ profile, person: maskPerson(card.consumer) });
    return number;
  };
  const cards = newCards.map((newCard) => cardRow(world, { newCard, consumer: numberOf(newCard), now }));
  return { consumers, cards };
}

/** Rows of bench mode: every card is enrolled, and nothing is kept but its ids and masked number. */
export function bareRows(
  world: World,
  newCards: readonly NewCard[],
): { consumers: ConsumerRow[]; cards: CardRow[] } {
  const first = world.cardCount;
  const cards = newCards.map(
    ({ directoryId: d, externalConsumerId: c, externalCardId: k = '', card }, position) => {
      const { panBin, panLastFour } = maskPan(card.primaryAccountNumber);
      return {
        ...(d !== undefined && { d }),
        c,
        k,
        n: first + position,
        pan: panBin + panLastFour,
        exp: card.panExpirationMonth + card.panExpirationYear,
      };
    },
  );
  return { consumers: [], cards };
}

/**
 * The Enroll API knows a profile by its e-mail address and mobile number, a directory by the issuer's own id.
 */
function profileOf(world: World, { directoryId, externalConsumerId, consumer }: NewCard): string {
  if (directoryId !== undefined) return directoryProfile(world, { directoryId, externalConsumerId });
  const { consumerIdentity, mobileNumber } = consumer;
  return world.keyed(
    'profile',
    consumerIdentity.identityType,
    consumerIdentity.identityValue.toLowerCase(),
    mobileNumber.countryCode,
    mobileNumber.phoneNumber,
  );
}

/** The profile of a consumer of a Credential Directory. */
export function directoryProfile(
  world: World,
  { directoryId, externalConsumerId }: { readonly directoryId: string; readonly externalConsumerId: string },
): string {
  return world.keyed('directory profile', directoryId, externalConsumerId);
}

function cardRow(
  world: World,
  { newCard, consumer, now }: { newCard: NewCard; consumer: number; now: number },
): CardRow {
  const { primaryAccountNumber: pan, panExpirationMonth, panExpirationYear, billingAddress } = newCard.card;
  const ids = {
    ...(newCard.directoryId !== undefined && { d: newCard.directoryId }),
    c: newCard.externalConsumerId,
    k: newCard.externalCardId ?? world.keyed('card', String(consumer), pan),
  };
  const { panBin, panLastFour } = maskPan(pan);
  const which = newCard.directoryId === undefined ? world.whichCard(ids, panBin + panLastFour) : undefined;
  const key = { ...ids, ...(which !== undefined && { r: which }) };
  const refusal = refusalOf(
    { pan, expiryMonth: panExpirationMonth, expiryYear: panExpirationYear, triedBefore: world.knows(key) },
    now,
  );
  return {
    ...key,
    n: consumer,
    pan: panBin + panLastFour,
    exp: panExpirationMonth + panExpirationYear,
    ...(refusal !== undefined && { no: refusal }),
    ...(pan === pendingPan.pan && { pending: pendingPan.pendingEvents }),
    ...(billingAddress !== undefined && { addr: maskAddress(billingAddress) }),
  };
}

/** The person as the directory keeps them. */
export function maskPerson(consumer: Consumer): MaskedPerson {
  const { identityType, identityValue } = consumer.consumerIdentity;
  return {
    identityType,
    identity: identityType === 'MOBILE_PHONE_NUMBER' ? maskPhone(identityValue) : maskEmail(identityValue),
    firstName: maskWords(consumer.firstName),
    lastName: maskWords(consumer.lastName),
    mobile: {
      countryCode: consumer.mobileNumber.countryCode,
      phoneNumber: maskPhone(consumer.mobileNumber.phoneNumber),
    },
    countryCode: consumer.countryCode,
    languageCode: consumer.languageCode,
  };
}

/** The address as the directory keeps it; the country stays. */
export function maskAddress(address: Address): MaskedAddress {
  const masked = Object.entries(address).map(([member, value]) => [
    member,
    member === 'countryCode' ? value : maskWords(String(value)),
  ]);
  return Object.fromEntries(masked);
}
