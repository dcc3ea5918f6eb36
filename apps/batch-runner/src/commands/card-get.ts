import type { ProviderCard } from '@enrollkit/enrollment';
import { defineCommand, type AnyCommand } from '../command.ts';
import type { GivenIds } from '../process/find-card.ts';
import { readProvider } from '../process/read-provider.ts';

/** A card in one line, masked as the provider shows it. */
export function cardText({
  providerCardId,
  externalCardId,
  status,
  pendingEvents,
  ...card
}: ProviderCard): string {
  const { panStart = '', panEnd = '', expiryMonth, expiryYear, billingAddress } = card;
  return [
    'card',
    providerCardId,
    externalCardId,
    status,
    `${panStart}...${panEnd}`,
    expiryMonth === undefined ? undefined : `${expiryMonth}/${expiryYear ?? ''}`,
    ...(billingAddress === undefined ? [] : Object.values(billingAddress)),
    ...pendingEvents,
  ]
    .filter(Boolean)
    .join('  ');
}

/** `enrollkit card get` as it is typed. */
export const cardGetCommand: AnyCommand = defineCommand<GivenIds>({
  declare: (command) =>
    command
      .argument('<consumer>', 'externalConsumerId')
      .argument('<card>', 'externalCardId')
      .option('--provider-id <id>', "the provider's id of the card, where the register does not have it"),
  examples: [
    { line: 'enrollkit card get consumer-1 card-1', does: 'the card, masked, as the provider has it' },
  ],
  run: (context, given, [externalConsumerId, externalCardId = '']) =>
    readProvider<ProviderCard>(context, {
      command: 'card get',
      named: { externalConsumerId, externalCardId },
      given,
      ask: (provider, address, signal) => provider.getCard(address, signal),
      text: cardText,
    }),
});
