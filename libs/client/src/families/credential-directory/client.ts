import {
  operations,
  type BatchStatus,
  type PlainPaths,
  type paths,
} from '@enrollkit/contract/credential-directory';
import { fetchClient, type FetchClient } from '../shared/api-client.ts';
import {
  batchStates,
  pollPlace,
  waitForBatch,
  type BatchReader,
  type WaitOptions,
} from '../shared/batch-waiting.ts';
import { createCore, type RetryOptions } from '../shared/core.ts';
import { isFinal } from '../shared/to-domain.ts';
import { operationMethods } from '../shared/operation-methods.ts';
import type { ClientPaths, OperationMethods, OperationsOf } from '../shared/operation-types.ts';
import { connectDirectory, defaultsOf, type CredentialDirectoryConfig, type Directory } from './config.ts';

type Operations = OperationsOf<typeof operations, paths>;

/**
 * The paths of the contract as `GET`, `POST`, `PUT` and `DELETE` take them: bodies in clear, configured ids
 * optional.
 */
export type CredentialDirectoryPaths = ClientPaths<PlainPaths, Directory>;

/** What a client of the Credential Directory API is made of. */
export interface CredentialDirectoryClientConfig extends CredentialDirectoryConfig {
  /** Attempts of each call, where an error says that repeating is safe (default: one). */
  readonly retries?: RetryOptions;
}

/**
 * The Credential Directory API as it is: one method for each operation of the contract, under its
 * `operationId`, with the promises of `ClickToPayClient`. `directoryId` comes from the configuration.
 */
export interface CredentialDirectoryClient
  extends OperationMethods<Operations, Directory>,
    FetchClient<CredentialDirectoryPaths> {
  /** Polls a batch until its state is final, and returns that. */
  waitForBatch(batchId: string, options?: WaitOptions<BatchStatus>): Promise<BatchStatus>;
  /** The states of a batch as they are read; the last one is final. */
  batchStates(batchId: string, options?: WaitOptions<BatchStatus>): AsyncIterable<BatchStatus>;
  /** Lets what is in flight finish, then frees all connections. */
  close(): Promise<void>;
}

/** Makes a client of the Credential Directory API. Throws `ConfigError`. */
export function createCredentialDirectoryClient(
  config: CredentialDirectoryClientConfig,
): CredentialDirectoryClient {
  const connection = connectDirectory(config);
  const { encryptionKey, retries, newCorrelationId } = config;
  const defaults = defaultsOf(config);
  const core = createCore({ ...connection, encryptionKey, defaults, retries, newCorrelationId });
  const methods = operationMethods<Operations, Directory>(operations, core);
  const reader: BatchReader<BatchStatus> = {
    read: async (batchId, signal) => {
      const options = { signal };
      return (await methods.getBatchStatusInDirectory({ path: { batchId } }, options)).body;
    },
    placeOf: pollPlace(config.baseUrl, operations.getBatchStatusInDirectory, defaults.path),
    isFinal: ({ batchStatus }) => isFinal(batchStatus),
  };
  return {
    ...fetchClient<CredentialDirectoryPaths>({ baseUrl: config.baseUrl, operations, core }),
    ...methods,
    waitForBatch: (batchId, options) => waitForBatch(reader, batchId, options),
    batchStates: (batchId, options) => batchStates(reader, batchId, options),
    close: () => connection.transport.close(),
  };
}
