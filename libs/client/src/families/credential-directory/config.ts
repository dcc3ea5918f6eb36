import type { ConnectionConfig } from '../../transport/connection-config.ts';

/** What it takes to talk to the Credential Directory API. */
export interface CredentialDirectoryConfig extends ConnectionConfig {
  /** Id of the issuer's directory, given when it is created. */
  readonly directoryId: string;
}
