/** A cardholder as the directory keeps them: masked, never in clear. */
export interface MaskedPerson {
  readonly identityType: string;
  readonly identity: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly mobile: { readonly countryCode: string; readonly phoneNumber: string };
  readonly countryCode: string;
  readonly languageCode: string;
}

/** A billing address, masked, by the contract's member names. */
export type MaskedAddress = Readonly<Record<string, string>>;

/**
 * A consumer who was not there before. `profile` is a keyed hash: of e-mail address and mobile number, or of
 * directory and external id.
 */
export interface ConsumerRow {
  readonly profile: string;
  readonly person: MaskedPerson;
}

/** One card of an entry, kept as a short row: there may be millions. */
export interface CardRow {
  /** Directory, for a credential of a Credential Directory. */
  readonly d?: string;
  /** External consumer id; empty for a card enrolled synchronously by the Enroll API, which has none. */
  readonly c: string;
  /** External card id, or a keyed hash of the PAN for a card enrolled synchronously. */
  readonly k: string;
  /**
   * Of the Enroll API: which card it is under these ids, another number being another card; absent for the
   * first one.
   */
  readonly r?: number;
  /** Number of the consumer. */
  readonly n: number;
  /** First six and last four digits of the PAN. */
  readonly pan: string;
  /** `MMYYYY`. */
  readonly exp: string;
  /** Why it was not enrolled. */
  readonly no?: string;
  readonly addr?: MaskedAddress;
  /** What the cardholder still has to do at the first checkout. */
  readonly pending?: readonly string[];
}

/** Cards that came in together, and what became of each of them. */
interface Enrolling {
  /** When it was taken, and from when on its results hold. Milliseconds since the epoch. */
  readonly at: number;
  readonly due: number;
  /** Empty where only a directory is named. */
  readonly srcClientId: string;
  readonly serviceId: string;
  /** The Credential Directory it went to; absent for the Enroll API. */
  readonly directoryId?: string;
  readonly consumers: readonly ConsumerRow[];
  readonly cards: readonly CardRow[];
}

/** A batch that was answered with 202. */
export interface BatchEntry extends Enrolling {
  readonly type: 'batch';
  readonly externalBatchId: string;
  /** Keyed hash of what the batch held, to tell a repetition from another batch under the same id. */
  readonly digest: string;
  /** Set when its cards only went into the pre-provisioning database: none is in the directory. */
  readonly preProvisioned?: true;
  /** Set when the whole batch failed; none of its cards was enrolled then. */
  readonly failed?: string;
}

/** A card enrolled by itself. */
export interface CardEntry extends Enrolling {
  readonly type: 'card';
}

/** What can happen in the world. The log is a list of these; everything else is derived from it. */
export type WorldEntry =
  | { readonly type: 'world'; readonly version: 1; readonly secret: string }
  | BatchEntry
  | CardEntry
  | CardUpdate
  | { readonly type: 'card-deleted'; readonly at: number; readonly card: number }
  | ConsumerUpdate
  | { readonly type: 'consumer-deleted'; readonly at: number; readonly consumer: number };

/** A card's new billing address. `at` in milliseconds since the epoch, as in every entry. */
export interface CardUpdate {
  readonly type: 'card-updated';
  readonly at: number;
  readonly card: number;
  readonly addr: MaskedAddress;
}

/** A consumer's new data. */
export interface ConsumerUpdate {
  readonly type: 'consumer-updated';
  readonly at: number;
  readonly consumer: number;
  readonly person: MaskedPerson;
}
