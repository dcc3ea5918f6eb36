import type { KeyObject } from 'node:crypto';
import type { Consumer } from '@enrollkit/contract/click-to-pay-enrollment';
import type { Clock } from './clock.ts';
import type { DuplicatePolicy, Programme } from './families/shared/request-context.ts';
import type { FaultRule, RuleReport } from './faults/fault-plan.ts';
import type { ErrorShape } from './gateway/errors.ts';
import type { writeClientFiles } from './keys/keys-directory.ts';
import type { ProviderKey } from './keys/provider-keys.ts';
import type { WorldSummary } from './world/world-index.ts';
import type { WorldRecord } from './world/world.ts';

/** How to start a simulator; everything has a default. */
export interface SimulatorOptions {
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Default 0: a free port. */
  readonly port?: number;
  /** Decides order, error shapes and faults. Default 1. */
  readonly seed?: number;
  /** What a repeated `externalBatchId` does; not documented by the provider. Default `idempotent`. */
  readonly onDuplicate?: DuplicatePolicy;
  /** From 202 to the batch's results, milliseconds. Default 200. */
  readonly processingMs?: number;
  /** Added to every answer of the API, milliseconds of real time. Default 0. */
  readonly latencyMs?: number;
  /** Default the machine's clock. With a manual clock, requests must be signed by it too. */
  readonly clock?: Clock;
  /** File that keeps the world across restarts; default memory. */
  readonly worldFile?: string;
  /** Directory that keeps keys across restarts, and takes the client's files; default none. */
  readonly keysDirectory?: string;
  /** A client with a key pair of its own; its public key will do. Default: one is made. */
  readonly client?: { readonly consumerKey: string; readonly key: KeyObject };
  /** The provider's encryption keys, newest first; default: one is made. */
  readonly encryptionKeys?: readonly ProviderKey[];
  /** Known clients and their directories; default: any is accepted. */
  readonly programmes?: readonly Programme[];
  /** Known Credential Directories; default: any is accepted. */
  readonly directories?: readonly string[];
  /** Whether updates answer with the masked object instead of an acknowledgement. Default false. */
  readonly fullAnswers?: boolean;
  /** `http://` address of a receiver of `notifyEnrollmentRecords`; default: no notifications are sent. */
  readonly notificationUrl?: string;
  /** For how long a read without a flow id may miss what was written, milliseconds. Default 0. */
  readonly replicationLagMs?: number;
  /** Most cards in a batch; default no limit. */
  readonly maxBatchCards?: number;
  /** Cards get no id before the first checkout. Default false. */
  readonly delayedTokenization?: boolean;
  /** Shape of application errors. Default `E1`. */
  readonly errorShape?: ErrorShape;
  /** How far a signature's timestamp may lie off, seconds. Default 300. */
  readonly skewSeconds?: number;
  /** How long an OAuth 2.0 access token lives, seconds. Default 900. */
  readonly tokenSeconds?: number;
  /** Largest request body, bytes. Default 16 MiB. */
  readonly maxBodyBytes?: number;
  readonly faults?: readonly FaultRule[];
  /**
   * `none` is for benches: signatures and contract are not looked at, every card of a batch is enrolled, and
   * its consumer is not kept. JWEs are opened all the same, since the ids stand inside. Default `all`.
   */
  readonly verify?: 'all' | 'none';
  /** Called for every request to the API as it arrives, before faults. */
  readonly onRequest?: (operationId: string) => void;
  /** Called with a defect of the simulator itself. Default: ignored. */
  readonly onDefect?: (error: unknown) => void;
}

/** A running simulator. */
export interface Simulator {
  /** `http://127.0.0.1:PORT`, in front of everything. */
  readonly origin: string;
  /** Base URL of the API, for the client's configuration. */
  readonly url: string;
  /** The provider's public encryption keys. */
  readonly keys: { readonly url: string; readonly kid: string };
  readonly consumerKey: string;
  /**
   * For OAuth 2.0 with DPoP: the same client with the same signing key. The key id is the right half of the
   * consumer key.
   */
  readonly oauth2: {
    readonly issuer: string;
    readonly tokenUrl: string;
    readonly clientId: string;
    readonly kid: string;
  };
  /** The client's private signing key, when the simulator made it or was given it. */
  readonly signingKey?: KeyObject;
  /** What was really enrolled. */
  world(): WorldSummary;
  /** Every record and how often it was enrolled. */
  records(): Iterable<WorldRecord>;
  /**
   * A cardholder opts out at a checkout: takes the consumer and all their cards out. False for an unknown id.
   */
  optOut(srcConsumerId: string): boolean;
  /** A cardholder changes their data at a checkout. False for an unknown id. */
  changeAtCheckout(srcConsumerId: string, consumer: Consumer): boolean;
  /**
   * Sends the notifications that are due by the clock; resolves to how many were accepted. For a manual
   * clock.
   */
  sendNotifications(): Promise<number>;
  /** Replaces the fault rules. Throws `FaultRuleError`. */
  setFaults(rules: readonly FaultRule[]): void;
  /** The fault rules, and how often each was applied. */
  faults(): readonly RuleReport[];
  /** Replaces the encryption key; the old one is refused or still accepted. Resolves to the new kid. */
  rotateKey(old?: 'accept' | 'refuse'): Promise<string>;
  /**
   * OAuth 1.0a: from now on knows another signing key of the client, under a consumer key of its own, as when
   * one is added at the portal.
   */
  addSigningKey(consumerKey: string, key: KeyObject): void;
  /** Forgets a signing key, as when one is removed at the portal. */
  removeSigningKey(consumerKey: string): void;
  /** Writes the client's files into a directory; returns their paths. */
  writeCredentials(directory: string): ReturnType<typeof writeClientFiles>;
  /** Stops listening, ends open connections, closes the world's file. */
  close(): Promise<void>;
}
