import { consumerTexts, mailbox, type PlacedRecord } from '@enrollkit/enrollment';
import type { Origin } from '../slices/origin.ts';

/** Secret starting values of the hashes of one check: two of 32 bits. */
export type HashSeed = readonly [number, number];

/** Words of 32 bits in which each row has its place and its hashes. */
export const word = {
  row: 0,
  line: 1,
  offset: 2,
  length: 3,
  /** Two words each. */
  consumer: 4,
  key: 6,
  contact: 8,
  card: 10,
  /**
   * Of the consumer's texts: a word for the first of them, for the first two, and so on; the last is for all.
   */
  texts: 12,
} as const;

/** The words of a row, from `at` on, among those of others. */
export interface RowWords {
  readonly words: Uint32Array;
  readonly at: number;
}

/** Texts of a consumer. */
export const CONSUMER_TEXTS = consumerTexts.length;
/** Words of a row. */
export const ROW_WORDS = word.texts + CONSUMER_TEXTS;
/** The word for all texts of a consumer. */
export const IDENTITY = ROW_WORDS - 1;

const ABSENT = 0x11_0000;
const BETWEEN = 0x11_0001;

/**
 * Writes what a check compares between rows: for each record, hashes of 64 bits, so that among ten million
 * records the chance of taking two different ones for the same is one in hundreds of thousands.
 */
export class RowHasher {
  readonly #seed: HashSeed;
  #one = 0;
  #other = 0;

  constructor(seed: HashSeed) {
    this.#seed = seed;
  }

  /** Writes a record into its words. */
  write({ words, at }: RowWords, { place, record }: PlacedRecord, from: Origin): void {
    words[at + word.row] = place.row - from.rows;
    words[at + word.line] = place.line - from.line;
    words[at + word.offset] = place.offset - from.offset;
    words[at + word.length] = place.length;
    const { consumer, card } = record;
    this.#begin();
    this.#add(record.externalConsumerId);
    this.#put(words, at + word.consumer);
    this.#next(BETWEEN);
    this.#add(record.externalCardId);
    this.#put(words, at + word.key);
    this.#begin();
    this.#add(mailbox(consumer.email));
    this.#next(BETWEEN);
    this.#add(consumer.mobile.countryCode);
    this.#next(BETWEEN);
    this.#add(consumer.mobile.number);
    this.#put(words, at + word.contact);
    this.#begin();
    this.#add(card.pan);
    this.#put(words, at + word.card);
    this.#begin();
    let slot = at + word.texts;
    for (const { of } of consumerTexts) {
      const text = of(consumer);
      if (text === undefined) this.#next(ABSENT);
      else this.#add(text);
      this.#next(BETWEEN);
      words[slot++] = mixed(this.#one, this.#other);
    }
  }

  #begin(): void {
    [this.#one, this.#other] = this.#seed;
  }

  /** Two FNV-1a lanes with different primes. */
  #add(text: string): void {
    let one = this.#one;
    let other = this.#other;
    const { length } = text;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      one = Math.imul(one ^ code, 0x01000193);
      other = Math.imul(other ^ code, 0x85ebca6b);
      other ^= other >>> 15;
    }
    this.#one = one;
    this.#other = other;
  }

  #next(code: number): void {
    this.#one = Math.imul(this.#one ^ code, 0x01000193);
    this.#other = Math.imul(this.#other ^ code, 0x85ebca6b);
    this.#other ^= this.#other >>> 15;
  }

  #put(words: Uint32Array, at: number): void {
    words[at] = mixed(this.#one, this.#other);
    words[at + 1] = mixed(this.#other, this.#one ^ 0x9747b28c);
  }
}

/** MurmurHash3's final mix over two words. */
function mixed(one: number, other: number): number {
  let hash = one ^ Math.imul(other, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
