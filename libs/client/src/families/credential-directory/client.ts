import { operations, type paths } from '@enrollkit/contract/credential-directory';
import { createCore, type RetryOptions } from '../shared/core.ts';
import { operationMethods } from '../shared/operation-methods.ts';
import type { OperationMethods, OperationsOf } from '../shared/operation-types.ts';
import { connectDirectory, defaultsOf, type CredentialDirectoryConfig, type Directory } from './config.ts';

type Operations = OperationsOf<typeof operations, paths>;

/** What a client of the Credential Directory API is made of. */
export interface CredentialDirectoryClientConfig extends CredentialDirectoryConfig {
  /** Attempts of each call, where an error says that repeating is safe (default: one). */
  readonly retries?: RetryOptions;
}

/**
 * The Credential Directory API as it is: one method for each operation of the contract, under its `operationId`, with
 * the promises of `ClickToPayClient`. `directoryId` comes from the configuration.
 */
export interface CredentialDirectoryClient extends OperationMethods<Operations, Directory> {
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
  return { ...methods, close: () => connection.transport.close() };
}
