import type { EncryptionKey } from '@enrollkit/encryption';
import type { Authenticator } from '@enrollkit/signing';
import type { Surprise } from '../exchange.ts';
import type { TransportOptions } from '../transport.ts';

/** What it takes to talk to the enrollment API. */
export interface ClickToPayConfig {
  /** https; http only for this machine. One of the contract's `servers`, or a simulator. */
  readonly baseUrl: string;
  /** Id of the onboarded client: a UUID in lower case. */
  readonly srcClientId: string;
  /** Id of the programme, from onboarding. */
  readonly serviceId: string;
  readonly authenticator: Authenticator;
  /** The provider's key of the moment. Asked for every body that is sealed, so that a rotated key is used at once. */
  readonly encryptionKey: () => Promise<EncryptionKey>;
  readonly transport?: TransportOptions;
  /**
   * Whether to send `x-openapi-clientid`, the client id half of the consumer key, as the provider's spec asks
   * (default true). The gateway may add it by itself.
   */
  readonly openApiClientIdHeader?: boolean;
  /**
   * Whether to send the session-affinity header of the last answer with the next call, so that back-to-back calls
   * meet one site (default false: known from sibling APIs only).
   */
  readonly sessionAffinity?: boolean;
  /** Hears of values in answers that the contract does not list. */
  readonly onSurprise?: (surprise: Surprise) => void;
}
