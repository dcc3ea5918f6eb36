import type { ValidationErrorCode } from '@enrollkit/enrollment';
import { CONSUMER_KEY_BYTES, HASH_BYTES, KEY_BYTES, TWIN_BYTES, type LoadingRules } from '@enrollkit/ledger';
import type { DigestSlot } from './digests.ts';

/**
 * Remembers the rows of an input by their hashes, 8 bytes each, and finds those that repeat or contradict an earlier one:
 * what the ledger finds at the end of a load, without a ledger. Some 100 bytes a row.
 */
export class RowMarks {
  readonly #rules: LoadingRules;
  readonly #keys = new Set<bigint>();
  /** Identity of each consumer. */
  readonly #identities = new Map<bigint, bigint>();
  /** Consumer of each contact, key of each card number. */
  readonly #contacts = new Map<bigint, bigint>();
  readonly #cards = new Map<bigint, bigint>();

  constructor(rules: LoadingRules) {
    this.#rules = rules;
  }

  /** Remembers a row. Answers why it would be rejected; undefined when nothing is wrong with it. */
  mark({ window, index }: DigestSlot): ValidationErrorCode | undefined {
    const consumer = at(window.keys, index * KEY_BYTES);
    const key = mixed(consumer, at(window.keys, index * KEY_BYTES + CONSUMER_KEY_BYTES));
    const twin = index * TWIN_BYTES;
    const contact = mixed(at(window.twins, twin), at(window.twins, twin + HASH_BYTES));
    const card = at(window.twins, twin + 2 * HASH_BYTES);
    const identity = at(window.identities, index * HASH_BYTES);
    if (this.#keys.has(key)) return 'DUPLICATE_RECORD';
    this.#keys.add(key);
    if (first(this.#identities, consumer, identity) !== identity) return 'CONSUMER_CONFLICT';
    if (first(this.#contacts, contact, consumer) !== consumer && this.#rules.contact === 'reject')
      return 'CONTACT_SHARED';
    if (first(this.#cards, card, key) !== key && this.#rules.card === 'reject') return 'CARD_SHARED';
    return undefined;
  }
}

/** The value that is kept for a key: the given one, where there is none yet. */
function first(values: Map<bigint, bigint>, key: bigint, value: bigint): bigint {
  const kept = values.get(key);
  if (kept !== undefined) return kept;
  values.set(key, value);
  return value;
}

function at(bytes: Uint8Array, offset: number): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset + offset, 8).getBigUint64(0);
}

function mixed(one: bigint, other: bigint): bigint {
  return one ^ BigInt.asUintN(64, other * 0x9e3779b97f4a7c15n);
}
