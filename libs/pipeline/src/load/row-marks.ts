import type { ValidationErrorCode } from '@enrollkit/enrollment';
import {
  CONSUMER_KEY_BYTES,
  HASH_BYTES,
  KEY_BYTES,
  TWIN_BYTES,
  type LoadingRules,
  type RecordDigests,
} from '@enrollkit/ledger';
import type { DigestSlot } from './digests.ts';
import { isSame, mixed, WordMap, wordsAt, type Words } from './word-map.ts';

/** Who holds each contact and each card number: the consumer of the one, the key of the other. */
export interface Holders {
  readonly contacts: WordMap;
  readonly cards: WordMap;
}

/** Nobody. */
export function noHolders(): Holders {
  return { contacts: new WordMap(2), cards: new WordMap(2) };
}

/**
 * Remembers the rows of an input by their hashes, 8 bytes each, and finds those that repeat or contradict
 * an earlier one: what the ledger finds at the end of a load, without a ledger. Some 50 bytes a row, and as
 * much again for each that is to be sent.
 */
export class RowMarks {
  readonly #rules: LoadingRules;
  readonly #keys = new WordMap(0);
  /** Identity of each consumer. */
  readonly #identities = new WordMap(2);
  readonly #holders: Holders;

  /** `holders`: of earlier inputs; rows of this one join them. */
  constructor(rules: LoadingRules, holders: Holders = noHolders()) {
    this.#rules = rules;
    this.#holders = holders;
  }

  /** Whether a row with this key is remembered: the one at this index of `keys`, `KEY_BYTES` each. */
  has(keys: Uint8Array, index: number): boolean {
    return this.#keys.has(keyHashOf(keys, index));
  }

  /**
   * Remembers a row that is not sent: what follows may repeat it, and must agree in its consumer. Answers as
   * `mark` does.
   */
  markHeld(row: DigestSlot): ValidationErrorCode | undefined {
    const { key, consumer, identity } = marksOf(row);
    if (!this.#keys.add(key)) return 'DUPLICATE_RECORD';
    return isSame(this.#identities.first(consumer, identity), identity) ? undefined : 'CONSUMER_CONFLICT';
  }

  /** The same for a row that gives an enrolled card's consumer another contact. */
  markContact(row: DigestSlot): ValidationErrorCode | undefined {
    const mark = this.markHeld(row);
    const { consumer, contact } = marksOf(row);
    const isShared = !isSame(this.#holders.contacts.first(contact, consumer), consumer);
    return mark ?? (isShared && this.#rules.contact === 'reject' ? 'CONTACT_SHARED' : undefined);
  }

  /**
   * Remembers a row that is to be sent. Answers why it would be rejected; undefined when nothing is wrong
   * with it.
   */
  mark(row: DigestSlot): ValidationErrorCode | undefined {
    const { key, consumer, identity, contact, card } = marksOf(row);
    const { contacts, cards } = this.#holders;
    if (!this.#keys.add(key)) return 'DUPLICATE_RECORD';
    if (!isSame(this.#identities.first(consumer, identity), identity)) return 'CONSUMER_CONFLICT';
    // Who contradicts a holder does not become one.
    const sharesContact = !isSame(contacts.get(contact) ?? consumer, consumer);
    const sharesCard = !isSame(cards.get(card) ?? key, key);
    if (!sharesContact && !sharesCard) {
      contacts.first(contact, consumer);
      cards.first(card, key);
    }
    if (sharesContact && this.#rules.contact === 'reject') return 'CONTACT_SHARED';
    return sharesCard && this.#rules.card === 'reject' ? 'CARD_SHARED' : undefined;
  }
}

/**
 * Finds who of earlier inputs holds what the rows of this one have: first all rows, then all that is known.
 */
export class HolderSearch {
  readonly #contacts = new WordMap(0);
  readonly #cards = new WordMap(0);
  /** Contacts and the consumers that are to have them, in row order. */
  readonly #changed: (readonly [contact: Words, consumer: Words])[] = [];
  readonly #found = noHolders();

  /** Notes what a row that is to be sent has. */
  want(row: DigestSlot): void {
    const { contact, card } = marksOf(row);
    this.#contacts.add(contact);
    this.#cards.add(card);
  }

  /**
   * Notes a row that gives an enrolled card's consumer another contact: it comes before those that are to
   * be sent.
   */
  wantContact(row: DigestSlot): void {
    const { consumer, contact } = marksOf(row);
    this.#contacts.add(contact);
    this.#changed.push([contact, consumer]);
  }

  /** Looks at records of earlier inputs. */
  look({ keys, twins }: Pick<RecordDigests, 'keys' | 'twins'>): void {
    for (let index = 0; index * KEY_BYTES < keys.length; index++) {
      const { key, consumer, contact, card } = hashesOf({ keys, twins }, index);
      if (this.#contacts.has(contact)) this.#found.contacts.first(contact, consumer);
      if (this.#cards.has(card)) this.#found.cards.first(card, key);
    }
  }

  /** Who holds what, once all that is known was looked at. */
  holders(): Holders {
    for (const [contact, consumer] of this.#changed) this.#found.contacts.first(contact, consumer);
    return this.#found;
  }
}

function marksOf({ window, index }: DigestSlot) {
  return { ...hashesOf(window, index), identity: wordsAt(window.identities, index * HASH_BYTES) };
}

function hashesOf({ keys, twins }: Pick<RecordDigests, 'keys' | 'twins'>, index: number) {
  const twin = index * TWIN_BYTES;
  return {
    consumer: wordsAt(keys, index * KEY_BYTES),
    key: keyHashOf(keys, index),
    contact: mixed(wordsAt(twins, twin), wordsAt(twins, twin + HASH_BYTES)),
    card: wordsAt(twins, twin + 2 * HASH_BYTES),
  };
}

function keyHashOf(keys: Uint8Array, index: number): Words {
  const at = index * KEY_BYTES;
  return mixed(wordsAt(keys, at), wordsAt(keys, at + CONSUMER_KEY_BYTES));
}
