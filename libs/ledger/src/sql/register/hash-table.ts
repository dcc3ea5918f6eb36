/** Share of the slots that are taken at most. */
const FULLEST = 2 / 3;

/**
 * A table from hashes of 8 or 16 bytes to a place, in flat memory: some 20 bytes an entry instead of the 100
 * of a `Map`.
 */
export class HashTable {
  readonly #words: number;
  #capacity: number;
  #length = 0;
  #hashes: Uint32Array;
  /** Place + 1; 0 is free. */
  #places: Uint32Array;

  /** For hashes with `words` words of 4 bytes; grows when there are more entries than expected. */
  constructor(entries: number, words: 2 | 4) {
    this.#words = words;
    this.#capacity = Math.max(8, Math.ceil(entries / FULLEST));
    this.#hashes = new Uint32Array(this.#capacity * words);
    this.#places = new Uint32Array(this.#capacity);
  }

  /** Forgets all entries and keeps the memory, for the next pass. */
  clear(): void {
    this.#places.fill(0);
    this.#length = 0;
  }

  /** The place of an equal hash that was added first; undefined after this one was added as the first. */
  addOrFind(hashes: Uint32Array, at: number, place: number): number | undefined {
    const slot = this.#slotOf(hashes, at);
    const found = this.#places[slot] ?? 0;
    if (found !== 0) return found - 1;
    this.#put(slot, { hashes, at, place });
    if (this.#length > this.#capacity * FULLEST) this.#grow();
    return undefined;
  }

  /** The place of an equal hash. */
  find(hashes: Uint32Array, at: number): number | undefined {
    const found = this.#places[this.#slotOf(hashes, at)] ?? 0;
    return found === 0 ? undefined : found - 1;
  }

  #put(
    slot: number,
    { hashes, at, place }: { readonly hashes: Uint32Array; readonly at: number; readonly place: number },
  ): void {
    this.#places[slot] = place + 1;
    for (let word = 0; word < this.#words; word++)
      this.#hashes[slot * this.#words + word] = hashes[at + word] ?? 0;
    this.#length += 1;
  }

  #grow(): void {
    const hashes = this.#hashes;
    const places = this.#places;
    this.#capacity *= 2;
    this.#hashes = new Uint32Array(this.#capacity * this.#words);
    this.#places = new Uint32Array(this.#capacity);
    this.#length = 0;
    for (const [slot, place] of places.entries()) {
      if (place === 0) continue;
      const at = slot * this.#words;
      this.#put(this.#slotOf(hashes, at), { hashes, at, place: place - 1 });
    }
  }

  /** The slot that holds the hash, or the free one where it would be. */
  #slotOf(hashes: Uint32Array, at: number): number {
    // Hashes are evenly spread already: any of their bits will do. The last words differ also for the cards
    // of one consumer.
    let slot = (hashes[at + this.#words - 1] ?? 0) % this.#capacity;
    while ((this.#places[slot] ?? 0) !== 0 && !this.#equals(slot, hashes, at))
      slot = slot + 1 === this.#capacity ? 0 : slot + 1;
    return slot;
  }

  #equals(slot: number, hashes: Uint32Array, at: number): boolean {
    for (let word = 0; word < this.#words; word++)
      if (this.#hashes[slot * this.#words + word] !== hashes[at + word]) return false;
    return true;
  }
}
