import { Batcher, type PlacedRecord, type Rejection, type SourcePlace } from '@enrollkit/enrollment';
import type { ReadPosition } from '@enrollkit/ledger';
import type { Validated } from './validate.ts';

/** Rejections kept back while a batch fills; past this the batch is closed early, so that memory stays flat. */
const MOST_REJECTIONS = 5_000;

/** A batch to be sealed (or none) with the rejections before `position`. */
export interface Draft {
  readonly records: readonly PlacedRecord[];
  readonly rejections: readonly Rejection[];
  /** After this draft is in the ledger, reading may go on from here. */
  readonly position: ReadPosition;
}

/** Where reading starts, and how many bytes there are. */
export interface BatchingRange {
  readonly batchSize: number;
  readonly from: ReadPosition;
  readonly bytes: number;
}

/**
 * Gathers records into batches. Depends on nothing but the rows, so the same intake always makes the same batches,
 * whether it is read in one go or in ten.
 */
export async function* batchRecords(
  chunks: AsyncIterable<readonly Validated[]>,
  range: BatchingRange,
): AsyncGenerator<Draft> {
  const cutter = new Cutter(range);
  for await (const chunk of chunks) {
    for (const item of chunk) {
      const draft = cutter.add(item);
      if (draft !== undefined) yield draft;
    }
  }
  yield cutter.end(range.bytes);
}

/** Cuts the stream into drafts, each with the position after which nothing of it would be read again. */
class Cutter {
  readonly #batcher: Batcher;
  /** In row order; those behind the open batch's first row stay back with it. */
  #rejections: Rejection[] = [];
  #batches: number;
  #rows: number;
  #line: number;

  constructor({ batchSize, from }: BatchingRange) {
    this.#batcher = new Batcher({ batchSize });
    this.#batches = from.batches;
    this.#rows = from.rows;
    this.#line = from.line;
  }

  add(item: Validated): Draft | undefined {
    const { place } = 'record' in item ? item : item.rejection;
    const early =
      this.#rejections.length >= MOST_REJECTIONS ? this.#cut(this.#batcher.flush(), place) : undefined;
    this.#rows = place.row;
    this.#line = place.line;
    if ('rejection' in item) {
      this.#rejections.push(item.rejection);
      return early;
    }
    const { rejected, complete } = this.#batcher.add(item);
    if (rejected !== undefined) this.#rejections.push(rejected);
    return complete === undefined ? early : this.#cut(complete, this.#batcher.openFrom ?? place);
  }

  end(bytes: number): Draft {
    const afterLast = { row: this.#rows + 1, line: this.#line + 1, offset: bytes, length: 0 };
    return this.#cut(this.#batcher.flush(), afterLast);
  }

  #cut(records: readonly PlacedRecord[], next: SourcePlace): Draft {
    const before = this.#rejections.filter(({ place }) => place.row < next.row);
    this.#rejections = this.#rejections.slice(before.length);
    if (records.length > 0) this.#batches += 1;
    return {
      records,
      rejections: before,
      position: { offset: next.offset, line: next.line, rows: next.row - 1, batches: this.#batches },
    };
  }
}
