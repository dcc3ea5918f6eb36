import type { SourcePlace } from '@enrollkit/enrollment';
import type { LoadingRules } from '@enrollkit/ledger';
import type { Remembering } from './comparisons.ts';
import { DiskWords, ENTRY_WORDS } from './disk-words.ts';
import { HashIndex, type HashEntry } from './hash-index.ts';
import { entryOf, placeOf, type HashedRow } from './hashed-row.ts';
import type { Finding } from './judge.ts';

/** Parts of each comparison, by the first bits of the hash: what can be equal is in one part. */
const PARTS = 256;
/** Rows whose places, or whose findings, are in one part. */
const ROWS_A_PART = 1 << 16;
const WORD_VALUES = 0x1_0000_0000;

/**
 * Rows that came when there was no more memory for hashes. What each is compared by is kept on disk; when all
 * are read, each comparison is made part by part, with the rows that are remembered and with those of the
 * part.
 */
export class LaterRows implements Disposable {
  readonly #comparisons: readonly Remembering[];
  readonly #rules: LoadingRules;
  readonly #hashes: readonly DiskWords[];
  readonly #places = new DiskWords();
  readonly #found = new DiskWords();
  readonly #entry = new Uint32Array(ENTRY_WORDS);
  #rows = 0;

  /** \`comparisons\`: with the rows before these. */
  constructor(comparisons: readonly Remembering[], rules: LoadingRules) {
    this.#comparisons = comparisons;
    this.#rules = rules;
    this.#hashes = comparisons.map(() => new DiskWords());
  }

  /** Keeps a row; nothing is known of it yet. */
  add(row: HashedRow): void {
    const number = this.#rows++;
    for (const [index, { hash, beside }] of this.#comparisons.entries()) {
      const { high, low, line, beside: other } = entryOf(row, hash, beside);
      this.#put(this.#hashes[index], high >>> 24, [high, low, line, other, number]);
    }
    const { row: rowNumber, line, offset, length } = placeOf(row);
    const place = [rowNumber, line, offset % WORD_VALUES, Math.floor(offset / WORD_VALUES), length] as const;
    this.#put(this.#places, Math.floor(number / ROWS_A_PART), place);
  }

  /** The rows that are rejected, in their order. */
  *findings(): Generator<Finding> {
    const rejected = new Uint8Array(this.#rows);
    for (const [index, comparison] of this.#comparisons.entries())
      for (let part = 0; part < PARTS; part++) this.#compare(index, comparison, { part, rejected });
    for (let part = 0; part * ROWS_A_PART < this.#rows; part++) yield* this.#findingsIn(part);
  }

  [Symbol.dispose](): void {
    for (const words of [...this.#hashes, this.#places, this.#found]) words[Symbol.dispose]();
  }

  #compare(
    which: number,
    { index: before, isBroken }: Remembering,
    { part, rejected }: { readonly part: number; readonly rejected: Uint8Array },
  ): void {
    const words = this.#hashes[which]?.read(part) ?? [];
    const these = new HashIndex();
    for (let at = 0; at < words.length; at += ENTRY_WORDS) {
      const number = words[at + 4] ?? 0;
      if (rejected[number] === 1) continue;
      const entry = hashEntry(words, at);
      const known = before.find(entry.high, entry.low);
      const index = known >= 0 ? before : these;
      const seen = known >= 0 ? known : these.see(entry);
      if (seen < 0 || !isBroken(this.#rules, index.besideAt(seen) === entry.beside)) continue;
      rejected[number] = 1;
      const found = [number, which, entry.line, index.lineAt(seen), 0] as const;
      this.#put(this.#found, Math.floor(number / ROWS_A_PART), found);
    }
  }

  *#findingsIn(part: number): Generator<Finding> {
    const found = this.#found.read(part);
    const starts = Array.from({ length: found.length / ENTRY_WORDS }, (_, index) => index * ENTRY_WORDS);
    starts.sort((one, other) => (found[one] ?? 0) - (found[other] ?? 0));
    const places = starts.length === 0 ? found : this.#places.read(part);
    for (const at of starts) {
      const [number = 0, which = 0, line = 0, firstLine = 0] = found.subarray(at, at + ENTRY_WORDS);
      const error = this.#comparisons[which]?.errorOf(line, firstLine);
      const place = placeAt(places, (number % ROWS_A_PART) * ENTRY_WORDS);
      if (error !== undefined) yield { place, errors: [error] };
    }
  }

  #put(words: DiskWords | undefined, part: number, entry: Entry): void {
    this.#entry.set(entry);
    words?.add(part, this.#entry);
  }
}

type Entry = readonly [number, number, number, number, number];

function hashEntry(words: ArrayLike<number>, at: number): HashEntry {
  return {
    high: words[at] ?? 0,
    low: words[at + 1] ?? 0,
    line: words[at + 2] ?? 0,
    beside: words[at + 3] ?? 0,
  };
}

function placeAt(words: Uint32Array, at: number): SourcePlace {
  const [row = 0, line = 0, low = 0, high = 0, length = 0] = words.subarray(at, at + ENTRY_WORDS);
  return { row, line, offset: high * WORD_VALUES + low, length };
}
