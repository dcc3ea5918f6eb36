/** Slots at first; a power of two. */
const FIRST_CAPACITY = 1_024;
/** Of all slots, so many may be taken. */
const MOST_TAKEN = 0.7;
const KEY_WORDS = 2;

/** Two words of four bytes. */
export type Words = readonly [low: number, high: number];

/**
 * A map from hashes of 8 bytes to values of 8 bytes, or to none, in flat memory: some 30 bytes an entry
 * instead of the 100 and more of a `Map`. The first value of a key stays.
 */
export class WordMap {
  readonly #width: number;
  #slots: Uint32Array;
  #taken = 0;

  /** `valueWords`: 2, or 0 for a set. */
  constructor(valueWords: 0 | 2) {
    this.#width = KEY_WORDS + valueWords;
    this.#slots = new Uint32Array(FIRST_CAPACITY * this.#width);
  }

  has(key: Words): boolean {
    return this.#isTaken(this.#slotOf(key));
  }

  /** Adds a key; answers whether it is new. */
  add(key: Words): boolean {
    const slot = this.#slotOf(key);
    if (this.#isTaken(slot)) return false;
    this.#take(slot, key);
    return true;
  }

  /** The value of a key: this one, if the key is new. */
  first(key: Words, value: Words): Words {
    const slot = this.#slotOf(key);
    if (this.#isTaken(slot)) return this.#valueAt(slot);
    this.#slots[slot + KEY_WORDS] = value[0];
    this.#slots[slot + KEY_WORDS + 1] = value[1];
    this.#take(slot, key);
    return value;
  }

  /** The value of a key, if it has one. */
  get(key: Words): Words | undefined {
    const slot = this.#slotOf(key);
    return this.#isTaken(slot) ? this.#valueAt(slot) : undefined;
  }

  #valueAt(slot: number): Words {
    return [this.#slots[slot + KEY_WORDS] ?? 0, this.#slots[slot + KEY_WORDS + 1] ?? 0];
  }

  #take(slot: number, key: Words): void {
    this.#slots[slot] = lowOf(key);
    this.#slots[slot + 1] = key[1];
    this.#taken += 1;
    if (this.#taken > (this.#slots.length / this.#width) * MOST_TAKEN) this.#grow();
  }

  #isTaken(slot: number): boolean {
    return this.#slots[slot] !== 0 || this.#slots[slot + 1] !== 0;
  }

  /** The slot of a key, or the free one where it belongs. Hashes need not be hashed again. */
  #slotOf(key: Words): number {
    const [low, high] = [lowOf(key) >>> 0, key[1] >>> 0];
    const last = this.#slots.length / this.#width - 1;
    for (let index = low & last; ; index = (index + 1) & last) {
      const slot = index * this.#width;
      if (!this.#isTaken(slot) || (this.#slots[slot] === low && this.#slots[slot + 1] === high)) return slot;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    for (let slot = 0; slot < old.length; slot += this.#width) {
      const key = [old[slot] ?? 0, old[slot + 1] ?? 0] as const;
      if (key[0] === 0 && key[1] === 0) continue;
      this.#slots.set(old.subarray(slot, slot + this.#width), this.#slotOf(key));
    }
  }
}

/** No key is all zeroes, which is what a free slot is. */
function lowOf([low, high]: Words): number {
  return low === 0 && high === 0 ? 1 : low;
}

/** Whether both are the same 8 bytes. */
export function isSame(one: Words, other: Words): boolean {
  return one[0] >>> 0 === other[0] >>> 0 && one[1] >>> 0 === other[1] >>> 0;
}

/** 8 bytes as words. */
export function wordsAt(bytes: Uint8Array, at: number): Words {
  return [wordAt(bytes, at), wordAt(bytes, at + 4)];
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) |
      ((bytes[at + 1] ?? 0) << 8) |
      ((bytes[at + 2] ?? 0) << 16) |
      ((bytes[at + 3] ?? 0) << 24)) >>>
    0
  );
}

/**
 * The first 53 bits of a consumer's hash, as a number: enough to tell apart the consumers of a batch, and the
 * cheapest key of a `Map`, which keeps a copy of every text that it is asked about.
 */
export function consumerNumberOf([low, high]: Words): number {
  return low * 0x20_0000 + (high >>> 11);
}

/** Two hashes as one. */
export function mixed(one: Words, other: Words): Words {
  return [(one[0] ^ Math.imul(other[0], 0x9e3779b1)) >>> 0, (one[1] ^ Math.imul(other[1], 0x85ebca77)) >>> 0];
}
