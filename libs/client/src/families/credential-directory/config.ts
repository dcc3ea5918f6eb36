import { operations, type BatchReceipt } from '@enrollkit/contract/credential-directory';
import type { SubjectFields } from '../../retry.ts';
import { connect, type Connection } from '../../transport/connect.ts';
import type { ConnectionConfig } from '../../transport/connection-config.ts';
import type { Defaults } from '../shared/core.ts';
import { checkId } from '../shared/check-id.ts';

/** What it takes to talk to the Credential Directory API. */
export interface CredentialDirectoryConfig extends ConnectionConfig {
  /** Id of the issuer's directory, given when it is created. */
  readonly directoryId: string;
}

/** Names the client fills in by itself, from its configuration. */
export type Directory = 'directoryId';

/** What is filled into requests of this family. */
export function defaultsOf({ directoryId }: CredentialDirectoryConfig): Defaults {
  return { path: { directoryId } satisfies Record<Directory, string> };
}

/** The fields by which the provider's errors name what they are about. */
export const subjects: SubjectFields = {
  batch: ['externalBatchId', 'batchId'] satisfies (keyof BatchReceipt)[],
  programme: ['directoryId'] satisfies Directory[],
};

/** Opens the connection of this family, its id checked. Throws `ConfigError`. */
export function connectDirectory(config: CredentialDirectoryConfig): Connection {
  checkId(operations.getConsumerInDirectory, 'directoryId', {
    code: 'directory-id-invalid',
    value: config.directoryId,
  });
  return connect(config, subjects);
}
