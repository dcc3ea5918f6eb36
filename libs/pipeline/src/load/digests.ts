import { createHmac, createSecretKey, hash, hkdfSync } from 'node:crypto';
import {
  fieldGroups,
  digestTexts,
  mailbox,
  measured,
  type EnrollmentRecord,
  type RecordKey,
} from '@enrollkit/enrollment';
import {
  CONSUMER_KEY_BYTES,
  DIGEST_BYTES,
  GROUP_BYTES,
  HASH_BYTES,
  KEY_BYTES,
  TWIN_BYTES,
  type LedgerBinding,
  type RecordDigests,
} from '@enrollkit/ledger';
import type { PackedParts } from './prepare/parts.ts';

/**
 * Raised whenever the texts or the groups that are digested change: then no digest of before equals one of
 * now.
 */
export const DIGEST_VERSION = 1;

/** What digests are made with. */
export interface DigestContext {
  /** Secret of the ledger, at least 32 bytes; throws `RangeError` when shorter. */
  readonly fingerprintKey: Uint8Array;
  /** Base URL of the provider's API. */
  readonly environment: string;
  /** `srcClientId` and `serviceId`, or `directoryId`, as one name. */
  readonly programme: string;
}

/**
 * Digests in buffers, and what a record says of its consumer, `HASH_BYTES` each: all rows of a consumer must
 * agree in it.
 */
export type DigestBuffers = { readonly [Name in keyof RecordDigests | 'identities']: Buffer<ArrayBuffer> };

/** What else is ready of the records of a window, for the ledger and for the provider. */
export interface PreparedRecords {
  /** As `keptAt` reads them. */
  readonly texts: readonly string[];
  readonly parts: PackedParts | undefined;
}

/** The digests of the records that are looked up together, and what else is ready of them. */
export interface RecordWindow extends DigestBuffers {
  readonly prepared?: PreparedRecords;
}

/** The digests of one record among those of others. */
export interface DigestSlot {
  readonly window: RecordWindow;
  readonly index: number;
}

/** Bytes of a record. */
const slotBytes = { keys: KEY_BYTES, digests: DIGEST_BYTES, twins: TWIN_BYTES } as const;

/** What may stand in front of a text that is digested, besides the consumer's programme. */
const labels = [...fieldGroups, 'email', 'mobile', 'identity'] as const;

/** Room for the digests of so many records. */
export function digestsFor(records: number): DigestBuffers {
  return {
    keys: Buffer.alloc(records * KEY_BYTES),
    digests: Buffer.alloc(records * DIGEST_BYTES),
    twins: Buffer.alloc(records * TWIN_BYTES),
    identities: Buffer.alloc(records * HASH_BYTES),
  };
}

/** Copies the digests of one record into slot `slot` of others. */
export function copyDigests({ window, index }: DigestSlot, into: RecordDigests, slot: number): void {
  for (const name of ['keys', 'digests', 'twins'] as const) {
    const size = slotBytes[name];
    window[name].copy(into[name], slot * size, index * size, (index + 1) * size);
  }
}

/** Whether two records say the same of their consumer. */
export function hasSameIdentity(one: DigestSlot, other: DigestSlot): boolean {
  const [from, to] = [one.index * HASH_BYTES, other.index * HASH_BYTES];
  const { identities } = other.window;
  return one.window.identities.compare(identities, to, to + HASH_BYTES, from, from + HASH_BYTES) === 0;
}

/**
 * What the ledger keeps of a record instead of clear data: keyed hashes, equal for equal values and worth
 * nothing without the key.
 *
 * - The fingerprint of a card number is HMAC-SHA-256.
 * - Everything of the register is SHA-256 over a derived key of one block, a label and the value, cut to 6 or
 *   8 of its 32 bytes. The cut keeps lengths from being extended, and the key, being one whole block, from
 *   meeting the value. An HMAC of each would cost four times as much, and a record has a dozen.
 */
export class Digests {
  /** Keyed hash of a card number, 64 hex digits. */
  readonly fingerprint: (pan: string) => string;
  /** What they are made with: it holds the secret. */
  readonly context: DigestContext;
  /** Hex, and so just one block of SHA-256. */
  readonly #key: string;
  readonly #programme: string;
  /** By label, the key with the label behind it. */
  readonly #behind: Readonly<Record<(typeof labels)[number], string>>;

  constructor(context: DigestContext) {
    const { fingerprintKey, environment, programme } = context;
    if (fingerprintKey.length < 32)
      throw new RangeError(
        `The fingerprint key must have at least 32 bytes; this one has ${fingerprintKey.length}`,
      );
    const secret = createSecretKey(fingerprintKey);
    this.fingerprint = (pan) => createHmac('sha256', secret).update(pan, 'latin1').digest('hex');
    this.context = { fingerprintKey, environment, programme };
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'enrollkit register', 32)).toString('hex');
    this.#programme = flat(`${this.#key}consumer ${measured(environment)}${measured(programme)}`);
    this.#behind = Object.fromEntries(
      labels.map((label) => [label, flat(`${this.#key}${label} `)]),
    ) as Record<(typeof labels)[number], string>;
  }

  /** What a ledger is bound to, with the check value of the key. */
  get binding(): LedgerBinding {
    const { environment, programme } = this.context;
    const keyCheck = Uint8Array.from(Buffer.from(hash('sha256', `${this.#key}check`).slice(0, 32), 'hex'));
    return { environment, programme, keyCheck, digestVersion: DIGEST_VERSION };
  }

  /** The half of a key that all cards of a consumer share. */
  consumerKey(externalConsumerId: string): Buffer {
    const key = Buffer.alloc(CONSUMER_KEY_BYTES);
    put(key, { at: 0, bytes: CONSUMER_KEY_BYTES }, hashed(this.#programme + measured(externalConsumerId)));
    return key;
  }

  /** The keys of records, one after the other. */
  keysOf(records: readonly RecordKey[]): Buffer {
    const keys = Buffer.alloc(records.length * KEY_BYTES);
    records.forEach((record, index) => this.#writeKey(keys, index, record));
    return keys;
  }

  /** Writes everything the register needs of a record into its slot. */
  write({ window, index }: DigestSlot, record: EnrollmentRecord): void {
    const { keys, digests, twins, identities } = window;
    this.#writeKey(keys, index, record);
    const salt = keys.toString('latin1', index * KEY_BYTES, (index + 1) * KEY_BYTES);
    const behind = this.#behind;
    const { groups, identity } = digestTexts(record);
    let at = index * DIGEST_BYTES;
    for (const group of fieldGroups) {
      put(digests, { at, bytes: GROUP_BYTES }, hashed(`${behind[group]}${salt}${groups[group]}`));
      at += GROUP_BYTES;
    }
    const { email, mobile } = record.consumer;
    at = index * TWIN_BYTES;
    put(twins, { at, bytes: HASH_BYTES }, hashed(`${behind.email}${mailbox(email)}`));
    put(
      twins,
      { at: at + HASH_BYTES, bytes: HASH_BYTES },
      hashed(`${behind.mobile}${mobile.countryCode} ${mobile.number}`),
    );
    put(twins, { at: at + 2 * HASH_BYTES, bytes: HASH_BYTES }, hashed(`${behind.card}${record.card.pan}`));
    put(identities, { at: index * HASH_BYTES, bytes: HASH_BYTES }, hashed(`${behind.identity}${identity}`));
  }

  /** The digests of whole records, in their order. */
  of(records: readonly EnrollmentRecord[]): RecordDigests {
    const window = digestsFor(records.length);
    records.forEach((record, index) => this.write({ window, index }, record));
    return window;
  }

  #writeKey(keys: Buffer, index: number, { externalConsumerId, externalCardId }: RecordKey): void {
    const at = index * KEY_BYTES;
    const consumer = this.#programme + measured(externalConsumerId);
    put(keys, { at, bytes: CONSUMER_KEY_BYTES }, hashed(consumer));
    const card = hashed(`${consumer}${measured(externalCardId)}`);
    put(keys, { at: at + CONSUMER_KEY_BYTES, bytes: KEY_BYTES - CONSUMER_KEY_BYTES }, card);
  }
}

/**
 * `latin1` out of `crypto.hash` costs a quarter of a buffer. The length is what it is anyway: where it is
 * given, `hash` does not look at every call whether the algorithm needs one, which takes a tenth of the call.
 */
const asText = { outputEncoding: 'latin1', outputLength: 32 } as const;

const hashed = (text: string): string => hash('sha256', text, asText);

/** Writes the first bytes of a digest. A call of `Buffer.write` for so few costs several times as much. */
function put(
  into: Uint8Array,
  { at, bytes }: { readonly at: number; readonly bytes: number },
  digest: string,
): void {
  for (let index = 0; index < bytes; index++) into[at + index] = digest.charCodeAt(index);
}

/** The text in one piece: one put together of several is gone through piece by piece wherever it is used. */
function flat(text: string): string {
  return Buffer.from(text).toString();
}
