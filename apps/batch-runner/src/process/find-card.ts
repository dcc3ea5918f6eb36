import { defined } from '@enrollkit/base';
import type { CardAddress } from '@enrollkit/enrollment';
import { KEY_BYTES } from '@enrollkit/ledger';
import type { OpenRegister } from '../register.ts';

/** Whom a command is about, by our ids. */
export interface Named {
  readonly externalConsumerId: string;
  readonly externalCardId?: string | undefined;
}

/** The provider's ids, where a person gives them. */
export interface GivenIds {
  readonly providerId?: string;
}

/**
 * How both families name a consumer, or a card of theirs: with the provider's ids as the register has them,
 * or as they are given. What is not in the register has our ids only, which the Credential Directory knows,
 * too.
 */
export async function addressIn(
  { ledger, digests }: OpenRegister,
  { externalConsumerId, externalCardId }: Named,
  { providerId }: GivenIds,
): Promise<CardAddress> {
  const consumer = Buffer.concat([digests.consumerKey(externalConsumerId)], KEY_BYTES);
  for (const { origin } of await ledger.enrolledCards(consumer)) {
    const found = await ledger.addressOf(origin);
    if (found === undefined || (externalCardId !== undefined && found.externalCardId !== externalCardId))
      continue;
    return providerId === undefined ? found : { ...found, ...given(externalCardId, providerId) };
  }
  return { externalConsumerId, externalCardId: externalCardId ?? '', ...given(externalCardId, providerId) };
}

function given(externalCardId: string | undefined, id: string | undefined): Partial<CardAddress> {
  return defined<Partial<CardAddress>>(
    externalCardId === undefined ? { providerConsumerId: id } : { providerCardId: id },
  );
}
