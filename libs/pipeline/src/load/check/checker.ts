import { Batcher, type ValidationError } from '@enrollkit/enrollment';
import type { LoadingRules } from '@enrollkit/ledger';
import { comparisons, type Remembering } from './comparisons.ts';
import { entryOf, hashedItems, placeOf, wordOf, type HashedRow } from './hashed-row.ts';
import { HashIndex } from './hash-index.ts';
import { placeFrom, type Origin } from '../slices/origin.ts';
import type { Finding, JudgedRows } from './judge.ts';
import { LaterRows } from './later-rows.ts';
import { ROW_WORDS, word } from './row-hashes.ts';

/** By which rules rows are compared with others. */
export interface CheckRules {
  readonly batchSize: number;
  readonly duplicates: LoadingRules;
  /** Bytes in which hashes are remembered; those of further rows are kept on disk. Default: 64 MiB. */
  readonly hashBytes?: number;
}

const HASH_BYTES = 1 << 26;

/** Rejects rows without a ledger: by the rules of a batch, and by what stands in other rows, all of them. */
export class Checker implements Disposable {
  readonly #rules: LoadingRules;
  readonly #batcher: Batcher<HashedRow>;
  readonly #comparisons: readonly Remembering[];
  /** Rows that are compared when all are read. */
  #later: LaterRows | undefined;

  constructor({ batchSize, duplicates, hashBytes = HASH_BYTES }: CheckRules) {
    this.#rules = duplicates;
    this.#batcher = new Batcher({ batchSize, items: hashedItems });
    this.#comparisons = comparisons.map((comparison) => ({
      ...comparison,
      index: new HashIndex(hashBytes / comparisons.length),
    }));
  }

  /**
   * What is found in the next rows, in their order: rejections, and warnings of rows that are fit by
   * themselves.
   */
  *findingsIn({ rejections, warnings, words }: JudgedRows, from: Origin): Generator<Finding> {
    let rejected = 0;
    let warned = 0;
    for (let at = 0; at < words.length; at += ROW_WORDS) {
      const row = { from, words, at };
      for (; isBefore(rejections[rejected], row); rejected++) yield* placed(rejections[rejected], from);
      const error = this.#batcher.add(row).error ?? this.#acrossRows(row);
      if (error !== undefined) yield { place: placeOf(row), errors: [error] };
      if (isOf(warnings[warned], row)) yield* placed(warnings[warned++], from);
    }
    for (; rejected < rejections.length; rejected++) yield* placed(rejections[rejected], from);
  }

  /** What is found in rows that could not be compared as they came, in their order. */
  *rest(): Generator<Finding> {
    if (this.#later !== undefined) yield* this.#later.findings();
  }

  [Symbol.dispose](): void {
    this.#later?.[Symbol.dispose]();
  }

  #acrossRows(row: HashedRow): ValidationError | undefined {
    if (this.#later === undefined && this.#comparisons.some(({ index }) => index.isFull))
      this.#later = new LaterRows(this.#comparisons, this.#rules);
    if (this.#later !== undefined) {
      this.#later.add(row);
      return undefined;
    }
    for (const { index, hash, beside, isBroken, errorOf } of this.#comparisons) {
      const entry = entryOf(row, hash, beside);
      const seen = index.see(entry);
      if (seen >= 0 && isBroken(this.#rules, index.besideAt(seen) === entry.beside))
        return errorOf(entry.line, index.lineAt(seen));
    }
    return undefined;
  }
}

function isBefore(finding: Finding | undefined, row: HashedRow): boolean {
  return finding !== undefined && finding.place.row < wordOf(row, word.row);
}

function isOf(finding: Finding | undefined, row: HashedRow): boolean {
  return finding !== undefined && finding.place.row === wordOf(row, word.row);
}

function* placed(finding: Finding | undefined, from: Origin): Generator<Finding> {
  if (finding) yield { place: placeFrom(from, finding.place), errors: finding.errors };
}
