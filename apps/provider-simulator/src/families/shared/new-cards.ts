import type { Address, Consumer } from '@enrollkit/contract/click-to-pay-enrollment';
import { maskEmail, maskPan, maskPhone, maskWords } from './masking.ts';
import { refusalOf } from './reserved-pans.ts';
import type { CardRow, ConsumerRow, MaskedAddress, MaskedPerson } from '../../world/entries.ts';
import type { World } from '../../world/world.ts';

/** One card that wants to be enrolled, in clear; it goes no further than this file. */
export interface NewCard {
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
  const numberOf = (consumer: Consumer): number => {
    const profile = profileOf(world, consumer);
    const known = arriving.get(profile);
    if (known !== undefined) return known;
    const former = world.consumerNumber(profile);
    const number = former?.number ?? nextNumber++;
    arriving.set(profile, number);
    if (former?.present !== true) consumers.push({ profile, person: maskPerson(consumer) });
    return number;
  };
  const cards = newCards.map((newCard) =>
    cardRow(world, { newCard, consumer: numberOf(newCard.consumer), now }),
  );
  return { consumers, cards };
}

/** Rows of bench mode: every card is enrolled, and nothing is kept but its ids and masked number. */
export function bareRows(
  world: World,
  newCards: readonly NewCard[],
): { consumers: ConsumerRow[]; cards: CardRow[] } {
  const first = world.cardCount;
  const cards = newCards.map(({ externalConsumerId: c, externalCardId: k = '', card }, position) => {
    const { panBin, panLastFour } = maskPan(card.primaryAccountNumber);
    return {
      c,
      k,
      n: first + position,
      pan: panBin + panLastFour,
      exp: card.panExpirationMonth + card.panExpirationYear,
    };
  });
  return { consumers: [], cards };
}

/** The provider knows a profile by its e-mail address and mobile number. */
function profileOf(world: World, { consumerIdentity, mobileNumber }: Consumer): string {
  return world.keyed(
    'profile',
    consumerIdentity.identityType,
    consumerIdentity.identityValue.toLowerCase(),
    mobileNumber.countryCode,
    mobileNumber.phoneNumber,
  );
}

function cardRow(
  world: World,
  { newCard, consumer, now }: { newCard: NewCard; consumer: number; now: number },
): CardRow {
  const { primaryAccountNumber: pan, panExpirationMonth, panExpirationYear, billingAddress } = newCard.card;
  const key = {
    c: newCard.externalConsumerId,
    k: newCard.externalCardId ?? world.keyed('card', String(consumer), pan),
  };
  const refusal = refusalOf(
    { pan, expiryMonth: panExpirationMonth, expiryYear: panExpirationYear, triedBefore: world.knows(key) },
    now,
  );
  const { panBin, panLastFour } = maskPan(pan);
  return {
    ...key,
    n: consumer,
    pan: panBin + panLastFour,
    exp: panExpirationMonth + panExpirationYear,
    ...(refusal !== undefined && { no: refusal }),
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
