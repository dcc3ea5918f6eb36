import type { PlacedRecord } from '@enrollkit/enrollment';
import { digestsFor, type Digests, type DigestSlot, type RecordWindow } from './digests.ts';
import type { RejectedRow, Validated } from './validate.ts';
import { windowsOf } from './windows.ts';

/** A valid record with its digests: those at `index` of its window. */
export interface DigestedRecord extends PlacedRecord, DigestSlot {}

/** A row that is rejected by itself. */
export type InvalidRow = Pick<RejectedRow, 'rejection'>;

/** Rows that are looked up together. */
export interface DigestedWindow {
  readonly rows: readonly (DigestedRecord | InvalidRow)[];
  /** Those with a record, in the order of their digests. */
  readonly records: readonly DigestedRecord[];
  readonly window: RecordWindow;
}

/** Digests rows, a window at a time. */
export async function* digestRows(
  portions: AsyncIterable<readonly Validated[]>,
  digests: Digests,
): AsyncGenerator<DigestedWindow> {
  for await (const rows of windowsOf(portions)) {
    const valid = rows.filter((row) => 'record' in row);
    const window = digestsFor(valid.length);
    const records = valid.map(({ place, record }, index): DigestedRecord => {
      digests.write({ window, index }, record);
      return { place, record, window, index };
    });
    let next = 0;
    yield {
      rows: rows.map((row) => ('rejection' in row ? row : (records[next++] as DigestedRecord))),
      records,
      window,
    };
  }
}
