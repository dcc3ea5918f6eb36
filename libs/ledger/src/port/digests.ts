/** Groups of fields that are digested together, in the order of their digests. */
export const fieldGroups = ['card', 'expiry', 'name', 'contact', 'address', 'consent'] as const;

/** One of `fieldGroups`. */
export type FieldGroup = (typeof fieldGroups)[number];

/** Bytes of the first half of a key, which is the same for all cards of a consumer. */
export const CONSUMER_KEY_BYTES = 8;

/**
 * Bytes of a record's key: 8 of a keyed hash of (environment, programme, consumer id), 8 of one of these and
 * the card id.
 */
export const KEY_BYTES = 16;

/** Bytes of the digest of one group. */
export const GROUP_BYTES = 6;

/**
 * Bytes of a record's digests: one for each group, keyed and salted with the record's key. All zero: not
 * known.
 */
export const DIGEST_BYTES = GROUP_BYTES * fieldGroups.length;

/** Bytes of one hash of a twin. */
export const HASH_BYTES = 8;

/**
 * Bytes of a record's twin hashes: e-mail, mobile, card number; keyed, not salted. A value that is absent is
 * all zero.
 */
export const TWIN_BYTES = HASH_BYTES * 3;

/** What the register needs of records on their way: one slot a record, in the order of the records. */
export interface RecordDigests {
  /** `KEY_BYTES` each. */
  readonly keys: Uint8Array;
  /** `DIGEST_BYTES` each. */
  readonly digests: Uint8Array;
  /** `TWIN_BYTES` each. */
  readonly twins: Uint8Array;
}
