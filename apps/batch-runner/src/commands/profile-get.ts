import type { ProviderProfile } from '@enrollkit/enrollment';
import { defineCommand, type AnyCommand } from '../command.ts';
import type { GivenIds } from '../process/find-card.ts';
import { readProvider } from '../process/read-provider.ts';
import { cardText } from './card-get.ts';

function profileText({ providerConsumerId, status, cards, ...masked }: ProviderProfile): string {
  const { maskedFirstName, maskedLastName, maskedEmail, maskedMobile, countryCode, languageCode } = masked;
  const data = [maskedFirstName, maskedLastName, maskedEmail, maskedMobile, countryCode, languageCode];
  return [
    ['profile', providerConsumerId, status].filter(Boolean).join('  '),
    `  ${data.filter(Boolean).join('  ')}`,
    ...cards.map((card) => `  ${cardText(card)}`),
  ].join('\n');
}

/** `enrollkit profile get` as it is typed. */
export const profileGetCommand: AnyCommand = defineCommand<GivenIds>({
  declare: (command) =>
    command
      .argument('<consumer>', 'externalConsumerId')
      .option('--provider-id <id>', "the provider's id of the consumer, where the register does not have it"),
  examples: [
    {
      line: 'enrollkit profile get consumer-1',
      does: 'the profile with its cards, masked, as the provider has it',
    },
  ],
  run: (context, given, [externalConsumerId]) =>
    readProvider<ProviderProfile>(context, {
      command: 'profile get',
      named: { externalConsumerId },
      given,
      ask: (provider, address, signal) => provider.getProfile(address, signal),
      text: profileText,
    }),
});
