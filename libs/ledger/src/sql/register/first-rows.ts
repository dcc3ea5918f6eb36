import { HashTable } from './hash-table.ts';
import type { Reason } from './twin-holders.ts';
import { isZero, KEY_WORDS } from './words.ts';

/** A line, and the two words of an identity. */
const KEPT_WORDS = 3;

/** A row that cannot stand beside an earlier one of the same input. */
export interface LaterRow {
  readonly row: number;
  readonly reason: Extract<Reason, 'duplicate' | 'consumer-conflict'>;
  /** The line of the earlier row. */
  readonly firstLine: number;
}

/** One row of a step. */
interface SeenRow {
  readonly keys: Uint32Array;
  readonly identities: Uint32Array;
  /** Its index in the step. */
  readonly row: number;
  readonly line: number;
}

/**
 * The first row of each key, and what the first row of each consumer says of it: some 60 bytes a row, in flat
 * memory.
 */
export class FirstRows {
  readonly #cards: HashTable;
  readonly #consumers: HashTable;
  #kept = new Uint32Array(1024 * KEPT_WORDS);
  #length = 0;

  constructor(entries: number) {
    this.#cards = new HashTable(entries, 4);
    this.#consumers = new HashTable(entries, 2);
  }

  /** Forgets all rows, for the next pass. */
  clear(): void {
    this.#cards.clear();
    this.#consumers.clear();
    this.#length = 0;
  }

  /** Adds a row; answers why it cannot stand beside an earlier one. */
  add({ keys, identities, row, line }: SeenRow): Omit<LaterRow, 'row'> | undefined {
    const key = row * KEY_WORDS;
    const place = this.#length;
    const same = this.#cards.addOrFind(keys, key, place);
    if (same !== undefined) return { reason: 'duplicate', firstLine: this.#kept[same * KEPT_WORDS] ?? 0 };
    this.#keep(line, identities, row);
    if (isZero(identities, row * 2, 2)) return undefined;
    const first = this.#consumers.addOrFind(keys, key, place);
    if (first === undefined || this.#agrees(first, place)) return undefined;
    return { reason: 'consumer-conflict', firstLine: this.#kept[first * KEPT_WORDS] ?? 0 };
  }

  #keep(line: number, identities: Uint32Array, row: number): void {
    if ((this.#length + 1) * KEPT_WORDS > this.#kept.length) {
      const kept = new Uint32Array(this.#kept.length * 2);
      kept.set(this.#kept);
      this.#kept = kept;
    }
    const at = this.#length * KEPT_WORDS;
    this.#kept[at] = line;
    this.#kept[at + 1] = identities[row * 2] ?? 0;
    this.#kept[at + 2] = identities[row * 2 + 1] ?? 0;
    this.#length += 1;
  }

  #agrees(one: number, other: number): boolean {
    return [1, 2].every(
      (word) => this.#kept[one * KEPT_WORDS + word] === this.#kept[other * KEPT_WORDS + word],
    );
  }
}
