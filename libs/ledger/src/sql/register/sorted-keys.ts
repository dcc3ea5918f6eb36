import { KEY_BYTES } from '../../port/digests.ts';
import { copySlot, KEY_WORDS, wordsOf, type Slot } from './words.ts';

/** A share of the range of keys: the one of this number, of so many. */
export interface Pass {
  readonly pass: number;
  readonly passes: number;
}

/**
 * Bytes of a key that are sorted as numbers, and the numbers of entries beside them: a float holds both
 * exactly.
 */
const PREFIX_BYTES = 3;
const MOST_ENTRIES = 2 ** (53 - 8 * PREFIX_BYTES);

/** Keys with the places they come from, to be sorted: 28 bytes each. */
export class SortedKeys {
  #keys = new Uint32Array(1024 * KEY_WORDS);
  #batches = new Float64Array(1024);
  #indexes = new Uint32Array(1024);
  #order = new Uint32Array(0);
  length = 0;

  /** Forgets all keys and keeps the memory, for the next pass. */
  clear(): void {
    this.length = 0;
  }

  /**
   * Adds the keys of a batch that fall into the pass; answers their indexes, in the order of their entries.
   */
  add(batch: number, keys: Uint8Array, { pass, passes }: Pass): readonly number[] {
    const added: number[] = [];
    const words = wordsOf(keys);
    for (let index = 0; index * KEY_BYTES < keys.length; index++) {
      const at = index * KEY_BYTES;
      // By the first two bytes, so that the passes follow each other in the order of the keys.
      const prefix = ((keys[at] ?? 0) << 8) | (keys[at + 1] ?? 0);
      if (Math.floor((prefix * passes) / 65_536) !== pass) continue;
      if (this.length === this.#indexes.length) this.#grow();
      copySlot({ words, slot: index }, { words: this.#keys, slot: this.length }, KEY_WORDS);
      this.#batches[this.length] = batch;
      this.#indexes[this.length] = index;
      this.length += 1;
      added.push(index);
    }
    return added;
  }

  /** Brings the keys into their order, as the database compares them. */
  sort(): void {
    const view = Buffer.from(this.#keys.buffer);
    // The first bytes of the key above the number of the entry: such numbers are sorted without a call for
    // each comparison.
    const ranked = new Float64Array(this.length);
    for (let entry = 0; entry < this.length; entry++)
      ranked[entry] = view.readUIntBE(entry * KEY_BYTES, PREFIX_BYTES) * MOST_ENTRIES + entry;
    ranked.sort();
    this.#order = new Uint32Array(this.length);
    for (let rank = 0; rank < this.length; rank++) this.#order[rank] = (ranked[rank] ?? 0) % MOST_ENTRIES;
    this.#sortWithinPrefixes(view, ranked);
  }

  /** Sorts keys whose first bytes are the same: the cards of one consumer, and few others. */
  #sortWithinPrefixes(view: Buffer, ranked: Float64Array): void {
    const prefixAt = (rank: number) => Math.floor((ranked[rank] ?? 0) / MOST_ENTRIES);
    for (let from = 0; from < this.length; ) {
      const prefix = prefixAt(from);
      let to = from + 1;
      while (to < this.length && prefixAt(to) === prefix) to += 1;
      if (to > from + 1)
        this.#order
          .subarray(from, to)
          .sort((a, b) =>
            view.compare(view, b * KEY_BYTES, (b + 1) * KEY_BYTES, a * KEY_BYTES, (a + 1) * KEY_BYTES),
          );
      from = to;
    }
  }

  /** So many keys in their order. */
  keys(from: number, count: number): Uint8Array {
    const words = new Uint32Array(count * KEY_WORDS);
    for (let slot = 0; slot < count; slot++) this.copyKey(from + slot, { words, slot });
    return new Uint8Array(words.buffer);
  }

  /** Copies the key at a rank into a slot of other words. */
  copyKey(rank: number, into: Slot): void {
    copySlot({ words: this.#keys, slot: this.entry(rank) }, into, KEY_WORDS);
  }

  /** Whether two ranks have one key. */
  isSame(rank: number, other: number): boolean {
    const [at, its] = [this.entry(rank) * KEY_WORDS, this.entry(other) * KEY_WORDS];
    // From behind: the cards of one consumer share their first half.
    for (let word = KEY_WORDS - 1; word >= 0; word--)
      if (this.#keys[at + word] !== this.#keys[its + word]) return false;
    return true;
  }

  /** The number of the entry at this rank, as it was added. */
  entry(rank: number): number {
    return this.#order[rank] ?? 0;
  }

  /** Where the key at this rank comes from. */
  place(rank: number): { readonly batch: number; readonly index: number } {
    const entry = this.#order[rank] ?? 0;
    return { batch: this.#batches[entry] ?? 0, index: this.#indexes[entry] ?? 0 };
  }

  #grow(): void {
    const size = this.#indexes.length * 2;
    this.#keys = grown(this.#keys, new Uint32Array(size * KEY_WORDS));
    this.#batches = grown(this.#batches, new Float64Array(size));
    this.#indexes = grown(this.#indexes, new Uint32Array(size));
  }
}

function grown<T extends Float64Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
