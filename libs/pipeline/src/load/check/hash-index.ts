const SMALLEST = 1 << 6;
/** Words of an entry: two of the hash, the line (0: free), and what stands beside it. */
const ENTRY = 4;
/** Entries in a hundred places. */
const FILLED = 70;

/**
 * Remembers hashes of 64 bits, 16 bytes each, with the line where each was seen first and a word beside it.
 */
export class HashIndex {
  #words = new Uint32Array(SMALLEST * ENTRY);
  #places = SMALLEST;
  #count = 0;
  readonly #most: number;

  /** `most`: bytes it may take. */
  constructor(most: number = Number.POSITIVE_INFINITY) {
    this.#most = most;
  }

  /** Whether one more hash would take more bytes than it may. */
  get isFull(): boolean {
    return this.#isCrowded && this.#words.byteLength * 2 > this.#most;
  }

  /** Where a hash is remembered; -1 when it is not. */
  find(high: number, low: number): number {
    const at = this.#placeOf(high, low);
    return this.#words[at + 2] === 0 ? -1 : at;
  }

  /** Where a hash is remembered; -1 when it was not, and is from now on. */
  see(entry: HashEntry): number {
    if (this.#isCrowded) this.#grow();
    const at = this.#placeOf(entry.high, entry.low);
    if (this.#words[at + 2] !== 0) return at;
    this.#put(at, entry);
    return -1;
  }

  /** The line where it was seen first. */
  lineAt(at: number): number {
    return this.#words[at + 2] ?? 0;
  }

  besideAt(at: number): number {
    return this.#words[at + 3] ?? 0;
  }

  /** Forgets all. */
  clear(): void {
    this.#words.fill(0);
    this.#count = 0;
  }

  get #isCrowded(): boolean {
    return this.#count * 100 >= this.#places * FILLED;
  }

  #placeOf(high: number, low: number): number {
    const words = this.#words;
    const end = words.length;
    let at = (low & (this.#places - 1)) * ENTRY;
    while (words[at + 2] !== 0 && !(words[at] === high >>> 0 && words[at + 1] === low >>> 0)) {
      at += ENTRY;
      if (at === end) at = 0;
    }
    return at;
  }

  #put(at: number, { high, low, line, beside }: HashEntry): void {
    const words = this.#words;
    words[at] = high;
    words[at + 1] = low;
    words[at + 2] = line;
    words[at + 3] = beside;
    this.#count += 1;
  }

  #grow(): void {
    const old = this.#words;
    this.#places *= 2;
    this.#words = new Uint32Array(this.#places * ENTRY);
    this.#count = 0;
    for (let at = 0; at < old.length; at += ENTRY) {
      const entry = entryAt(old, at);
      if (entry.line !== 0) this.#put(this.#placeOf(entry.high, entry.low), entry);
    }
  }
}

function entryAt(words: Uint32Array, at: number): HashEntry {
  return {
    high: words[at] ?? 0,
    low: words[at + 1] ?? 0,
    line: words[at + 2] ?? 0,
    beside: words[at + 3] ?? 0,
  };
}

/** A hash with what is remembered of it. */
export interface HashEntry {
  readonly high: number;
  readonly low: number;
  readonly line: number;
  readonly beside: number;
}
