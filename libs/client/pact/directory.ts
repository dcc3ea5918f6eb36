import { operations } from '@enrollkit/contract/credential-directory';
import type { Provider } from '@enrollkit/enrollment';
import { onTestFinished } from 'vitest';
import {
  createCredentialDirectoryClient,
  credentialDirectoryProvider,
  type CredentialDirectoryClient,
} from '../src/index.ts';
import { config } from '../test/enrollment.ts';
import { interactionOf } from './interaction.ts';
import { PlainContract } from './plain-schema.ts';

const contract = await PlainContract.load('credential-directory');

/** One interaction of our client with the Credential Directory, as a test. */
export const interaction = interactionOf({
  consumer: 'enrollkit-client',
  provider: 'credential-directory',
  contract,
  operations,
  headers: {},
});

/** The directory all requests name. */
export const directoryId = 'directory-1';

function settings(baseUrl: string) {
  const { authenticator, encryptionKey } = config(baseUrl);
  return { baseUrl, authenticator, encryptionKey, directoryId };
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
