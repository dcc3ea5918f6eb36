import { HASH_BYTES, KEY_BYTES } from '@enrollkit/ledger';
import type { DigestSlot } from './digests.ts';

/** What a step says of its rows. */
export interface StepRows {
  /** One key a row, in row order; zeroes for a row without a valid one. */
  readonly keys: Uint8Array;
  /** What each row says of its consumer; zeroes likewise. */
  readonly identities: Uint8Array;
  readonly lines: Uint32Array;
  /** How many of them are enrolled and unchanged. */
  readonly unchanged: number;
}

const UNCHANGED = 1;

/** What is kept of the rows that are read and not yet in a step: 29 bytes a row. */
export class SeenRows {
  #keys = Buffer.alloc(1_024 * KEY_BYTES);
  #identities = Buffer.alloc(1_024 * HASH_BYTES);
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

  /** Adds the next row, with its digests if it has any. */
  add(line: number, slot?: DigestSlot, unchanged: boolean = false): void {
    if (this.#count === this.#lines.length) this.#grow();
    put(this.#keys, this.#count, { size: KEY_BYTES, from: slot?.window.keys, index: slot?.index });
    put(this.#identities, this.#count, {
      size: HASH_BYTES,
      from: slot?.window.identities,
      index: slot?.index,
    });
    this.#lines[this.#count] = line;
    this.#flags[this.#count] = unchanged ? UNCHANGED : 0;
    this.#count += 1;
  }

  /** Takes the rows before row number `next`. */
  take(next: number): StepRows {
    const count = Math.min(this.#count, next - this.#first);
    const keys = Uint8Array.prototype.slice.call(this.#keys, 0, count * KEY_BYTES);
    const identities = Uint8Array.prototype.slice.call(this.#identities, 0, count * HASH_BYTES);
    const lines = this.#lines.slice(0, count);
    let unchanged = 0;
    for (let row = 0; row < count; row += 1) unchanged += this.#flags[row] ?? 0;
    this.#keys.copyWithin(0, count * KEY_BYTES, this.#count * KEY_BYTES);
    this.#identities.copyWithin(0, count * HASH_BYTES, this.#count * HASH_BYTES);
    this.#lines.copyWithin(0, count, this.#count);
    this.#flags.copyWithin(0, count, this.#count);
    this.#count -= count;
    this.#first = next;
    return { keys, identities, lines, unchanged };
  }

  #grow(): void {
    const size = this.#lines.length * 2;
    const keys = Buffer.alloc(size * KEY_BYTES);
    const identities = Buffer.alloc(size * HASH_BYTES);
    const lines = new Uint32Array(size);
    const flags = new Uint8Array(size);
    keys.set(this.#keys);
    identities.set(this.#identities);
    lines.set(this.#lines);
    flags.set(this.#flags);
    this.#keys = keys;
    this.#identities = identities;
    this.#lines = lines;
    this.#flags = flags;
  }
}

/** Copies one slot, or fills it with zeroes. */
function put(
  into: Buffer,
  slot: number,
  {
    size,
    from,
    index = 0,
  }: { readonly size: number; readonly from: Buffer | undefined; readonly index: number | undefined },
): void {
  if (from === undefined) into.fill(0, slot * size, (slot + 1) * size);
  else from.copy(into, slot * size, index * size, (index + 1) * size);
}
