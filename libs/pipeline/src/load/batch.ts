import {
  Batcher,
  recordItems,
  type BatchItems,
  rejectionOf,
  type Rejection,
  type SourcePlace,
} from '@enrollkit/enrollment';
import { KEY_BYTES, type NewChange, type ReadPosition, type UnsentRow } from '@enrollkit/ledger';
import { changesOf } from '../changes/wanted.ts';
import type { Compared, ComparedWindow, SendableRecord } from './compare.ts';
import { hasSameIdentity } from './digests.ts';
import { SeenRows } from './seen-rows.ts';
import { consumerNumberOf, wordsAt } from './word-map.ts';

/**
 * Rows kept back in whole while a batch fills (rejected, or changed and not sent); past this the batch is
 * closed early, so that memory stays flat.
 */
const MAX_KEPT_ROWS = 5_000;
/** Rows of which only the key is kept back; past this the batch is closed early, too. */
const MAX_SEEN_ROWS = 100_000;

/** A batch to be sealed (or none) with the other rows before `position`. */
export interface Draft {
  readonly records: readonly SendableRecord[];
  readonly rejections: readonly Rejection[];
  readonly unsent: readonly UnsentRow[];
  /** Requests that change what is enrolled: those of `unsent`, and of records that replace a card. */
  readonly changes: readonly NewChange[];
  /** How many rows are enrolled and unchanged, by the intake that enrolled them. */
  readonly unchanged: Readonly<Record<string, number>>;
  /** Of all rows of the draft, in row order. */
  readonly keys: Uint8Array;
  readonly identities: Uint8Array;
  readonly lines: Uint32Array;
  /** After this draft is in the ledger, reading may continue from here. */
  readonly position: ReadPosition;
}

/** Where reading starts, and how many bytes there are. */
export interface BatchingRange {
  readonly batchSize: number;
  readonly from: ReadPosition;
  readonly bytes: number;
}

/**
 * Gathers the records that are to be sent into batches. Depends on nothing but the rows and what the register
 * says of them, so the same intake makes the same batches, whether it is read in one go or in ten.
 */
export async function* batchRecords(
  windows: AsyncIterable<ComparedWindow>,
  range: BatchingRange,
): AsyncGenerator<Draft> {
  const cutter = new Cutter(range);
  for await (const { rows, unchangedBy } of windows) {
    cutter.count(unchangedBy);
    for (const row of rows) {
      const draft = cutter.add(row);
      if (draft !== undefined) yield draft;
    }
  }
  yield cutter.end(range.bytes);
}

/** Consumers, and records that describe theirs alike, are told by digests: most need nothing else read. */
const digestedItems: BatchItems<SendableRecord> = {
  ...recordItems,
  consumerOf: ({ window: { keys }, index }) => consumerNumberOf(wordsAt(keys, index * KEY_BYTES)),
  consumerDifference: (one, other) =>
    hasSameIdentity(one, other) ? undefined : recordItems.consumerDifference(one, other),
};

/** Cuts the stream into drafts, each with the position after which nothing of it would be read again. */
class Cutter {
  readonly #batcher: Batcher<SendableRecord>;
  readonly #seen: SeenRows;
  /** Unchanged rows that are in no draft yet, by the intake that enrolled them. */
  readonly #unchangedBy = new Map<string, number>();
  /** In row order; those behind the open batch's first row stay back with it. */
  #rejections: Rejection[] = [];
  #unsent: UnsentRow[] = [];
  #changes: NewChange[] = [];
  #batches: number;
  #rows: number;
  #line: number;

  constructor({ batchSize, from }: BatchingRange) {
    this.#batcher = new Batcher<SendableRecord>({ batchSize, items: digestedItems });
    this.#seen = new SeenRows(from.rows + 1);
    this.#batches = from.batches;
    this.#rows = from.rows;
    this.#line = from.line;
  }

  /** Notes who enrolled the unchanged rows of the next window. */
  count(unchangedBy: Readonly<Record<string, number>>): void {
    for (const [intake, rows] of Object.entries(unchangedBy))
      this.#unchangedBy.set(intake, (this.#unchangedBy.get(intake) ?? 0) + rows);
  }

  add(row: Compared): Draft | undefined {
    const { place } = 'rejection' in row ? row.rejection : row;
    const early = this.#isFull() ? this.#cut(this.#batcher.flush(), place) : undefined;
    this.#rows = place.row;
    this.#line = place.line;
    if ('rejection' in row) {
      this.#seen.add(place.line, 'window' in row ? row : undefined);
      this.#rejections.push(row.rejection);
      return early;
    }
    if ('record' in row) return this.#batch(row) ?? early;
    this.#seen.add(place.line, row, row.unsent === undefined);
    if (row.unsent !== undefined) this.#unsent.push(row.unsent);
    this.#changes.push(...changesOf(row));
    return early;
  }

  end(bytes: number): Draft {
    const afterLast = { row: this.#rows + 1, line: this.#line + 1, offset: bytes, length: 0 };
    return this.#cut(this.#batcher.flush(), afterLast);
  }

  /** A batch that was closed early leaves none that a record could complete. */
  #batch(row: SendableRecord): Draft | undefined {
    const { error, complete } = this.#batcher.add(row);
    this.#seen.add(row.place.line, error === undefined ? row : undefined);
    if (error !== undefined) this.#rejections.push(rejectionOf(row, error));
    return complete && this.#cut(complete, this.#batcher.openFrom ?? row.place);
  }

  #isFull(): boolean {
    return (
      this.#rejections.length + this.#unsent.length >= MAX_KEPT_ROWS || this.#seen.count >= MAX_SEEN_ROWS
    );
  }

  #cut(records: readonly SendableRecord[], next: SourcePlace): Draft {
    const rejections = this.#rejections.filter(({ place }) => place.row < next.row);
    const unsent = this.#unsent.filter(({ place }) => place.row < next.row);
    this.#rejections = this.#rejections.slice(rejections.length);
    this.#unsent = this.#unsent.slice(unsent.length);
    const changes = this.#changes.filter(({ row }) => row < next.row);
    this.#changes = this.#changes.slice(changes.length);
    const { unchanged, ...seen } = this.#seen.take(next.row);
    if (records.length > 0) this.#batches += 1;
    return {
      records,
      rejections,
      unsent,
      changes: [...changes, ...records.flatMap(changesOf)],
      unchanged: this.#takeUnchanged(unchanged),
      ...seen,
      position: { offset: next.offset, line: next.line, rows: next.row - 1, batches: this.#batches },
    };
  }

  /** Which of the intakes enrolled which row is not kept: the sums are what counts. */
  #takeUnchanged(rows: number): Readonly<Record<string, number>> {
    const taken: Record<string, number> = {};
    let left = rows;
    for (const [intake, count] of this.#unchangedBy) {
      if (left === 0) break;
      const part = Math.min(left, count);
      taken[intake] = part;
      left -= part;
      if (part === count) this.#unchangedBy.delete(intake);
      else this.#unchangedBy.set(intake, count - part);
    }
    return taken;
  }
}
