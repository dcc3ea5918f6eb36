import { Batcher, duplicateRejection, type PlacedRecord, type Rejection } from '@enrollkit/enrollment';
import type { Validated } from '@enrollkit/pipeline';
import { KeyIndex } from './key-index.ts';

/** Rejects rows without a ledger: by the rules of a row, of a batch, and by keys that occur twice. */
export class Checker {
  readonly #batcher: Batcher;
  readonly #keys = new KeyIndex();
  rejected = 0;

  constructor(batchSize: number) {
    this.#batcher = new Batcher({ batchSize });
  }

  /** Whether the file has more keys than are remembered: later duplicates are not found. */
  get keysFull(): boolean {
    return this.#keys.full;
  }

  /** The rejections of a portion of rows, in their order. */
  *rejectionsIn(portion: readonly Validated[]): Generator<Rejection> {
    for (const item of portion) {
      const rejection = 'rejection' in item ? item.rejection : this.#acrossRows(item);
      if (rejection === undefined) continue;
      this.rejected += 1;
      yield rejection;
    }
  }

  #acrossRows(placed: PlacedRecord): Rejection | undefined {
    const { rejected } = this.#batcher.add(placed);
    if (rejected !== undefined) return rejected;
    const first = this.#keys.lineOf(placed.record, placed.place.line);
    return first === undefined ? undefined : duplicateRejection(placed, first);
  }
}
