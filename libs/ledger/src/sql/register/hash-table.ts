/**
 * A table from hashes of 8 or 16 bytes to a place, in flat memory: some 20 bytes an entry instead of the 100
 * of a `Map`.
 */
export class HashTable {
  readonly #words: number;
  readonly #mask: number;
  readonly #hashes: Uint32Array;
  /** Place + 1; 0 is free. */
  readonly #places: Uint32Array;

  /** For so many entries of hashes with `words` words of 4 bytes. */
  constructor(entries: number, words: 2 | 4) {
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(8, entries * 2)));
    this.#words = words;
    this.#mask = capacity - 1;
    this.#hashes = new Uint32Array(capacity * words);
    this.#places = new Uint32Array(capacity);
  }

  /** The place of an equal hash that was added first; undefined after this one was added as the first. */
  addOrFind(hashes: Uint32Array, at: number, place: number): number | undefined {
    const slot = this.#slotOf(hashes, at);
    const found = this.#places[slot] ?? 0;
    if (found !== 0) return found - 1;
    this.#places[slot] = place + 1;
    for (let word = 0; word < this.#words; word++)
      this.#hashes[slot * this.#words + word] = hashes[at + word] ?? 0;
    return undefined;
  }

  /** The place of an equal hash. */
  find(hashes: Uint32Array, at: number): number | undefined {
    const found = this.#places[this.#slotOf(hashes, at)] ?? 0;
    return found === 0 ? undefined : found - 1;
  }

  /** The slot that holds the hash, or the free one where it would be. */
  #slotOf(hashes: Uint32Array, at: number): number {
    // Hashes are evenly spread already: any of their bits will do. The last words differ also for the cards
    // of one consumer.
    let slot = (hashes[at + this.#words - 1] ?? 0) & this.#mask;
    while ((this.#places[slot] ?? 0) !== 0 && !this.#equals(slot, hashes, at)) slot = (slot + 1) & this.#mask;
    return slot;
  }

  #equals(slot: number, hashes: Uint32Array, at: number): boolean {
    for (let word = 0; word < this.#words; word++)
      if (this.#hashes[slot * this.#words + word] !== hashes[at + word]) return false;
    return true;
  }
}

/** Bytes as words of 4; copied where they do not stand on a border of words. */
export function wordsOf(bytes: Uint8Array): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
}

/** Whether so many words from there on are all zero: a hash of nothing. */
export function isZero(words: Uint32Array, at: number, count: number): boolean {
  for (let word = 0; word < count; word++) if (words[at + word] !== 0) return false;
  return true;
}
