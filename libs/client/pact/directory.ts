import { operations } from '@enrollkit/contract/credential-directory';
import type { Provider } from '@enrollkit/enrollment';
import { onTestFinished } from 'vitest';
import {
  createCredentialDirectoryClient,
  credentialDirectoryProvider,
  type CredentialDirectoryClient,
} from '../src/index.ts';
import { config, srcCorrelationId } from '../test/enrollment.ts';
import { correlated, interactionOf, type Interaction } from './interaction.ts';
import { PlainContract } from './plain-schema.ts';

const contract = await PlainContract.load('credential-directory');

const sides = {
  consumer: 'enrollkit-client',
  provider: 'credential-directory',
  contract,
  operations,
  headers: {},
};

/** One interaction of our client with the Credential Directory, as a test. */
export const interaction = interactionOf(sides);

/** One interaction of a client that fills in the id of the call. */
export const clientInteraction = (story: Interaction): void => interaction(correlated(sides, story));

/** The directory all requests name. */
export const directoryId = 'directory-1';

function settings(baseUrl: string) {
  const { authenticator, encryptionKey } = config(baseUrl);
  return { baseUrl, authenticator, encryptionKey, directoryId, newCorrelationId: () => srcCorrelationId };
}

/** The pipeline's view of the API. */
export function provider(baseUrl: string): Provider {
  const made = credentialDirectoryProvider(settings(baseUrl));
  onTestFinished(() => made.close());
  return made;
}

/** The API as it is. */
export function client(baseUrl: string): CredentialDirectoryClient {
  const made = createCredentialDirectoryClient(settings(baseUrl));
  onTestFinished(() => made.close());
  return made;
}
