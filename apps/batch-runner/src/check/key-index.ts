import type { RecordKey } from '@enrollkit/enrollment';

const SLOTS = 1 << 22;
const MOST = SLOTS / 2;

/**
 * Remembers the line of each key in a fixed 48 MB: 64 bits of a hash a key, so that among two million keys the chance
 * of taking two different ones for the same is one in ten million. `check` has no ledger to ask; `run` has.
 */
export class KeyIndex {
  readonly #high = new Int32Array(SLOTS);
  readonly #low = new Int32Array(SLOTS);
  readonly #line = new Uint32Array(SLOTS);
  #count = 0;

  /** Whether the index is full. */
  get full(): boolean {
    return this.#count >= MOST;
  }

  /** The line on which the key was seen first; undefined when it is new (and remembered from now on, unless the index is full). */
  lineOf({ externalConsumerId, externalCardId }: RecordKey, line: number): number | undefined {
    const key = `${externalConsumerId}\n${externalCardId}`;
    const high = mixed(key, 0x9747b28c);
    const low = mixed(key, 0x3c6ef372);
    let slot = low & (SLOTS - 1);
    while (this.#line[slot] !== 0) {
      if (this.#high[slot] === high && this.#low[slot] === low) return this.#line[slot];
      slot = (slot + 1) & (SLOTS - 1);
    }
    if (this.full) return undefined;
    this.#high[slot] = high;
    this.#low[slot] = low;
    this.#line[slot] = line;
    this.#count += 1;
    return undefined;
  }
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
