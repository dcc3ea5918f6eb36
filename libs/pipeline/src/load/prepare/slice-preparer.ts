import type { EnrollmentRecord, PartMaker, SourcePlace } from '@enrollkit/enrollment';
import { contextAt, type ValidationContext } from '@enrollkit/enrollment/validation';
import { Digests, type DigestContext } from '../digests.ts';
import { RowParser, type ReadingPlan } from '../input/parse.ts';
import { validationOf } from '../input/settings.ts';
import { SliceReader, type SliceExtent } from '../slices/slice-reader.ts';
import type { Slice } from '../slices/slices.ts';
import { validateRow } from '../validate.ts';
import { prepareRows, type PrepareContext, type PreparedRows } from './prepare-rows.ts';

/** All that a thread must know to prepare slices. */
export interface SlicePlan {
  readonly reading: ReadingPlan;
  /** The day for which rows are judged. */
  readonly today: Date;
  /** With the secret of the digests: it goes to the threads that make them, and to no others. */
  readonly digests: DigestContext;
}

/** What became of the rows of a slice, how far it goes, and its bytes again. */
export interface PreparedSlice {
  readonly prepared: PreparedRows;
  readonly extent: SliceExtent;
  readonly bytes: Uint8Array<ArrayBufferLike>;
}

/** Prepares slices, each by itself. */
export class SlicePreparer {
  readonly #reader: SliceReader;
  readonly #context: PrepareContext;

  constructor({ reading, today, digests }: SlicePlan, partOf: PartMaker) {
    this.#reader = new SliceReader(reading);
    const validation = contextAt(today, validationOf(reading.settings));
    this.#context = { validation, digests: new Digests(digests), partOf };
  }

  /** What became of the rows of a slice; undefined where {@link SliceReader.read} gives none. */
  prepare(slice: Slice): PreparedSlice | undefined {
    const { bytes, offset } = slice;
    const read = this.#reader.read(slice);
    if (read === undefined) return undefined;
    const prepared = prepareRows(read.rows, { rows: 0, line: 0, offset }, this.#context);
    return { prepared, extent: read.extent, bytes };
  }
}

/** Reads records of prepared slices again. */
export class SliceRecords {
  readonly #parser: RowParser;
  readonly #validation: ValidationContext;

  constructor({ reading, today }: Pick<SlicePlan, 'reading' | 'today'>) {
    this.#parser = new RowParser(reading);
    this.#validation = contextAt(today, validationOf(reading.settings));
  }

  /** The record that stands at a distance from the beginning of a slice. */
  at({ buffer, byteOffset }: Uint8Array, place: SourcePlace): EnrollmentRecord {
    const row = this.#parser.parseOne(Buffer.from(buffer, byteOffset + place.offset, place.length), place);
    const verdict = row && validateRow(row, this.#validation);
    if (verdict === undefined || 'rejection' in verdict)
      throw new RangeError(`there is no record in the row at ${place.offset} of its slice`);
    return verdict.record;
  }
}
