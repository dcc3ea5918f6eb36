import type { operations } from '@enrollkit/contract/credential-directory';
import type { Handler } from '../shared/request-context.ts';
import { batchCredentials, batchStatus } from './batches.ts';
import { deleteConsumer, getConsumer, updateConsumer } from './consumers.ts';
import { deleteCredential, enrollCredential, getCredential, updateCredential } from './credentials.ts';

/** What each operation of the contract does; one without an entry does not compile. */
export const handlers = {
  batchCredentialsInDirectory: batchCredentials,
  getBatchStatusInDirectory: batchStatus,
  enrollCredentialInDirectory: enrollCredential,
  getConsumerInDirectory: getConsumer,
  updateConsumerInDirectory: updateConsumer,
  deleteConsumerInDirectory: deleteConsumer,
  getCredentialInDirectory: getCredential,
  updateCredentialInDirectory: updateCredential,
  deleteCredentialInDirectory: deleteCredential,
} as const satisfies Record<keyof typeof operations, Handler>;
