import { KEY_BYTES } from '../../port/digests.ts';

/** A share of the range of keys: the one of this number, of so many. */
export interface Pass {
  readonly pass: number;
  readonly passes: number;
}

/** Keys with the places they come from, to be sorted: 22 bytes each. */
export class SortedKeys {
  #keys = new Uint8Array(1024 * KEY_BYTES);
  #batches = new Float64Array(1024);
  #indexes = new Uint32Array(1024);
  #order = new Uint32Array(0);
  length = 0;

  /** Adds the keys of a batch that fall into the pass; answers their indexes, in the order of their entries. */
  add(batch: number, keys: Uint8Array, { pass, passes }: Pass): readonly number[] {
    const added: number[] = [];
    for (let index = 0; index * KEY_BYTES < keys.length; index++) {
      const at = index * KEY_BYTES;
      // By the first two bytes, so that the passes follow each other in the order of the keys.
      const prefix = ((keys[at] ?? 0) << 8) | (keys[at + 1] ?? 0);
      if (Math.floor((prefix * passes) / 65_536) !== pass) continue;
      if (this.length === this.#indexes.length) this.#grow();
      this.#keys.set(keys.subarray(at, at + KEY_BYTES), this.length * KEY_BYTES);
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
    const prefixes = Float64Array.from({ length: this.length }, (_, entry) =>
      view.readUIntBE(entry * KEY_BYTES, 6),
    );
    this.#order = Uint32Array.from({ length: this.length }, (_, entry) => entry).sort(
      (a, b) =>
        (prefixes[a] ?? 0) - (prefixes[b] ?? 0) ||
        view.compare(view, b * KEY_BYTES, (b + 1) * KEY_BYTES, a * KEY_BYTES, (a + 1) * KEY_BYTES),
    );
  }

  /** So many keys in their order. */
  keys(from: number, count: number): Uint8Array {
    const bytes = new Uint8Array(count * KEY_BYTES);
    for (let slot = 0; slot < count; slot++) {
      const at = (this.#order[from + slot] ?? 0) * KEY_BYTES;
      bytes.set(this.#keys.subarray(at, at + KEY_BYTES), slot * KEY_BYTES);
    }
    return bytes;
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
    this.#keys = grown(this.#keys, new Uint8Array(size * KEY_BYTES));
    this.#batches = grown(this.#batches, new Float64Array(size));
    this.#indexes = grown(this.#indexes, new Uint32Array(size));
  }
}

function grown<T extends Uint8Array | Float64Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
