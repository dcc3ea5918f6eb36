/**
 * Numbers keys in the order they first appear, and finds the number of a key again, in 12 to 24 bytes a key:
 * a million keys as `Map<string, number>` would take more than 100 MB. Keys themselves are not kept, only a
 * 64-bit hash (not a cryptographic one: that would be half the simulator's work); the odds that a million
 * keys hold two alike are 1 in 37 million.
 */
export class KeyIndex {
  #high = new Uint32Array(1024);
  #low = new Uint32Array(1024);
  /** Number of the key plus one; 0 marks a free slot. */
  #number = new Uint32Array(1024);
  #size = 0;

  /** How many different keys have been added. */
  get size(): number {
    return this.#size;
  }

  /** The key's number, or undefined when it was never added. */
  find(key: string): number | undefined {
    const number = this.#number[this.#slotOf(...hash64(key))] ?? 0;
    return number === 0 ? undefined : number - 1;
  }

  /** The key's number; a key not seen before gets the next one. */
  add(key: string): number {
    const [high, low] = hash64(key);
    const slot = this.#slotOf(high, low);
    const known = this.#number[slot] ?? 0;
    if (known !== 0) return known - 1;
    this.#high[slot] = high;
    this.#low[slot] = low;
    this.#number[slot] = ++this.#size;
    const number = this.#size - 1;
    if (this.#size * 2 > this.#number.length) this.#grow();
    return number;
  }

  #slotOf(high: number, low: number): number {
    const mask = this.#number.length - 1;
    let slot = low & mask;
    while (this.#number[slot] !== 0 && (this.#low[slot] !== low || this.#high[slot] !== high))
      slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [high, low, number] = [this.#high, this.#low, this.#number];
    this.#high = new Uint32Array(high.length * 2);
    this.#low = new Uint32Array(high.length * 2);
    this.#number = new Uint32Array(high.length * 2);
    for (const [old, value] of number.entries()) {
      if (value === 0) continue;
      const slot = this.#slotOf(high[old] ?? 0, low[old] ?? 0);
      this.#high[slot] = high[old] ?? 0;
      this.#low[slot] = low[old] ?? 0;
      this.#number[slot] = value;
    }
  }
}

/** Two 32-bit multiply-and-xor hashes of the UTF-16 units, crosswise mixed at the end (as in cyrb53). */
function hash64(text: string): [high: number, low: number] {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  const mixedHigh = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  const mixedLow =
    Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(mixedHigh ^ (mixedHigh >>> 13), 3266489909);
  return [mixedHigh >>> 0, mixedLow >>> 0];
}
