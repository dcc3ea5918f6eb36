import type { EncryptionKey } from '@enrollkit/encryption';
import type { Authenticator } from '@enrollkit/signing';
import type { UnknownValue } from './exchange.ts';
import type { TransportOptions } from './transport.ts';

/** What it takes to talk to any API of the platform. */
export interface ConnectionConfig {
  /** https; http only for this machine. One of the contract's `servers`, or a simulator. */
  readonly baseUrl: string;
  readonly authenticator: Authenticator;
  /**
   * The provider's key of the moment. Asked for every body that is sealed, so that a rotated key is used at once.
   * `withdrawn` is the kid of a key that the provider has just refused: a source that keeps keys should look again.
   */
  readonly encryptionKey: (withdrawn?: string) => Promise<EncryptionKey>;
  readonly transport?: TransportOptions;
  /**
   * Whether to send the session-affinity header of the last answer with the next call, so that back-to-back calls
   * meet one site (default false: known from sibling APIs only).
   */
  readonly sessionAffinity?: boolean;
  /** Hears of values in answers that the contract does not list. */
  readonly onUnknownValue?: (value: UnknownValue) => void;
}
