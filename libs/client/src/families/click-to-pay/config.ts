import type { ConnectionConfig } from '../../transport/connection-config.ts';
import { withClientId } from './client-id.ts';

/** What it takes to talk to the enrollment API. */
export interface ClickToPayConfig extends ConnectionConfig {
  /** Id of the onboarded client: a UUID in lower case. */
  readonly srcClientId: string;
  /** Id of the programme, from onboarding. */
  readonly serviceId: string;
  /**
   * Whether to send `x-openapi-clientid`, the client id half of the consumer key, as the provider's spec asks
   * (default true). The gateway may add it by itself.
   */
  readonly openApiClientIdHeader?: boolean;
}

/** The connection of this family: with its header beside the signature. */
export function connectionOf(config: ClickToPayConfig): ConnectionConfig {
  const { openApiClientIdHeader = true, authenticator } = config;
  return openApiClientIdHeader ? { ...config, authenticator: withClientId(authenticator) } : config;
}
