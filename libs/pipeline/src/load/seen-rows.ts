import { KEY_BYTES } from '@enrollkit/ledger';

/** What a step says of its rows. */
export interface StepRows {
  /** One key a row, in row order; zeroes for a row without a valid one. */
  readonly keys: Uint8Array;
  readonly lines: Uint32Array;
  /** How many of them are enrolled and unchanged. */
  readonly unchanged: number;
}

const UNCHANGED = 1;

/** The keys and lines of the rows that are read and not yet in a step: 21 bytes a row. */
export class SeenRows {
  #keys = Buffer.alloc(1_024 * KEY_BYTES);
  #lines = new Uint32Array(1_024);
  #flags = new Uint8Array(1_024);
  #count = 0;
  /** Row number of the first one. */
  #first: number;

  constructor(first: number) {
    this.#first = first;
  }

  get count(): number {
    return this.#count;
  }

  /** Adds the next row; its key is the one at `index` of `keys`, or none. */
  add(
    line: number,
    key?: { readonly keys: Buffer; readonly index: number },
    unchanged: boolean = false,
  ): void {
    if (this.#count === this.#lines.length) this.#grow();
    const at = this.#count * KEY_BYTES;
    if (key === undefined) this.#keys.fill(0, at, at + KEY_BYTES);
    else key.keys.copy(this.#keys, at, key.index * KEY_BYTES, (key.index + 1) * KEY_BYTES);
    this.#lines[this.#count] = line;
    this.#flags[this.#count] = unchanged ? UNCHANGED : 0;
    this.#count += 1;
  }

  /** Takes the rows before row number `next`. */
  take(next: number): StepRows {
    const count = Math.min(this.#count, next - this.#first);
    const keys = Uint8Array.prototype.slice.call(this.#keys, 0, count * KEY_BYTES);
    const lines = this.#lines.slice(0, count);
    let unchanged = 0;
    for (let row = 0; row < count; row += 1) unchanged += this.#flags[row] ?? 0;
    this.#keys.copyWithin(0, count * KEY_BYTES, this.#count * KEY_BYTES);
    this.#lines.copyWithin(0, count, this.#count);
    this.#flags.copyWithin(0, count, this.#count);
    this.#count -= count;
    this.#first = next;
    return { keys, lines, unchanged };
  }

  #grow(): void {
    const size = this.#lines.length * 2;
    const keys = Buffer.alloc(size * KEY_BYTES);
    const lines = new Uint32Array(size);
    const flags = new Uint8Array(size);
    keys.set(this.#keys);
    lines.set(this.#lines);
    flags.set(this.#flags);
    this.#keys = keys;
    this.#lines = lines;
    this.#flags = flags;
  }
}
