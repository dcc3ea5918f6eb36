import type { EncryptionKey } from '@enrollkit/encryption';
import type { Authenticator } from '@enrollkit/signing';
import type { Hooks } from './hooks.ts';
import type { TransportOptions } from './options.ts';

/** What it takes to talk to any API of the platform. */
export interface ConnectionConfig extends Hooks {
  /** https; http only for this machine. One of the contract's `servers`, or a simulator. */
  readonly baseUrl: string;
  readonly authenticator: Authenticator;
  /**
   * The provider's current key. Called for every body that is sealed, so that a rotated key is used at once.
   * `withdrawn` is the kid of a key that the provider has just refused: a source that caches keys should look
   * again.
   */
  readonly encryptionKey: (withdrawn?: string) => Promise<EncryptionKey>;
  readonly transport?: TransportOptions;
  /**
   * Whether to send the session-affinity header of the last answer with the next call, so that back-to-back
   * calls meet one site (default false: known from sibling APIs only).
   */
  readonly sessionAffinity?: boolean;
  /**
   * Makes the id of each call that is sent as `srcCorrelationId` and repeated by errors and hooks (default: a
   * random UUID). Its form is the contract's: a UUID, with eight hex digits and one character before it at
   * most.
   */
  readonly newCorrelationId?: () => string;
  /** Name and version of the application, for the `User-Agent`: `payments-hub/2.1`. */
  readonly appInfo?: string;
}
