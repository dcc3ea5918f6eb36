import { operations, type paths } from '@enrollkit/contract/credential-directory';
import { connect, type OperationsOf } from '../../transport/connect.ts';
import { operationMethods } from '../shared/operation-methods.ts';
import type { OperationMethods } from '../shared/operation-types.ts';
import type { CredentialDirectoryConfig } from './config.ts';

/** Names the client fills in by itself, from its configuration. */
export type Directory = 'directoryId';

type Operations = OperationsOf<typeof operations, paths>;

/**
 * The Credential Directory API as it is: one method for each operation of the contract, under its `operationId`, with
 * the promises of `ClickToPayClient`. `directoryId` comes from the configuration.
 */
export interface CredentialDirectoryClient extends OperationMethods<Operations, Directory> {
  /** Lets what is in flight finish, then frees all connections. */
  close(): Promise<void>;
}

/** Makes a client of the Credential Directory API. Throws `BaseUrlError`. */
export function createCredentialDirectoryClient(
  config: CredentialDirectoryConfig,
): CredentialDirectoryClient {
  const { exchange, transport } = connect(config);
  const { encryptionKey, directoryId } = config;
  const defaults = { path: { directoryId } satisfies Record<Directory, string> };
  const methods = operationMethods<Operations, Directory>({ operations, exchange, encryptionKey, defaults });
  return { ...methods, close: () => transport.close() };
}
