const SMALLEST = 1 << 12;

/** What is remembered of a text: the line on which it was seen first, and what stood beside it. */
export interface Seen {
  readonly line: number;
  /** 32 bits of a hash. */
  readonly beside: number;
}

/**
 * Remembers texts by 64 bits of a hash, 16 bytes each, so that among two million the chance of taking two
 * different ones for the same is one in ten million. `check` has no ledger to ask; `run` has.
 */
export class LineIndex {
  #high = new Int32Array(SMALLEST);
  #low = new Int32Array(SMALLEST);
  #line = new Uint32Array(SMALLEST);
  #beside = new Int32Array(SMALLEST);
  #count = 0;

  /** What is remembered of a text; undefined when it is new, and remembered from now on. */
  see(text: string, line: number, beside: string = ''): Seen | undefined {
    if (this.#count * 2 >= this.#line.length) this.#grow();
    const high = mixed(text, 0x9747b28c);
    const low = mixed(text, 0x3c6ef372);
    const slot = this.#slotOf(high, low);
    const seen = this.#line[slot] ?? 0;
    if (seen !== 0) return { line: seen, beside: this.#beside[slot] ?? 0 };
    this.#put(slot, { high, low, line, beside: hashOf(beside) });
    return undefined;
  }

  #slotOf(high: number, low: number): number {
    const mask = this.#line.length - 1;
    let slot = low & mask;
    while (this.#line[slot] !== 0 && !(this.#high[slot] === high && this.#low[slot] === low))
      slot = (slot + 1) & mask;
    return slot;
  }

  #put(
    slot: number,
    entry: {
      readonly high: number;
      readonly low: number;
      readonly line: number;
      readonly beside: number;
    },
  ): void {
    this.#high[slot] = entry.high;
    this.#low[slot] = entry.low;
    this.#line[slot] = entry.line;
    this.#beside[slot] = entry.beside;
    this.#count += 1;
  }

  #grow(): void {
    const old = { high: this.#high, low: this.#low, line: this.#line, beside: this.#beside };
    const size = old.line.length * 2;
    this.#high = new Int32Array(size);
    this.#low = new Int32Array(size);
    this.#line = new Uint32Array(size);
    this.#beside = new Int32Array(size);
    this.#count = 0;
    for (const [at, line] of old.line.entries()) {
      if (line === 0) continue;
      const high = old.high[at] ?? 0;
      const low = old.low[at] ?? 0;
      this.#put(this.#slotOf(high, low), { high, low, line, beside: old.beside[at] ?? 0 });
    }
  }
}

/** 32 bits of a text's hash. */
export function hashOf(text: string): number {
  return mixed(text, 0x85ebca6b);
}

/** FNV-1a over UTF-16 units with MurmurHash3's final mix. */
function mixed(text: string, seed: number): number {
  let hash = seed;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
