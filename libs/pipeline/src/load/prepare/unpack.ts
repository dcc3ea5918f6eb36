import type { EnrollmentRecord, SourcePlace } from '@enrollkit/enrollment';
import type { DigestedRecord, DigestedWindow, InvalidRow } from '../digest-rows.ts';
import type { PreparedRecords, RecordWindow } from '../digests.ts';
import { placeFrom, type Origin } from '../slices/origin.ts';
import { PLACE_WORDS, type PackedRecords } from './packed.ts';
import type { PreparedRows } from './prepare-rows.ts';
import { BETWEEN_TEXTS } from './texts.ts';

/**
 * A record of a portion: its number, where it stands from the portion's origin, and the texts of all records.
 */
export type RecordOf = (index: number, place: SourcePlace, texts: readonly string[]) => EnrollmentRecord;

/** The rows of a portion, as the register is asked about them. */
export function unpack(
  { rejections, packed }: Pick<PreparedRows, 'rejections' | 'packed'>,
  from: Origin,
  recordOf: RecordOf,
): DigestedWindow {
  const window = windowOf(packed);
  const { texts } = window.prepared;
  const records = Array.from({ length: packed.records }, (_, index): DigestedRecord => {
    const place = placeAt(packed.places, index);
    return {
      place: placeFrom(from, place),
      record: recordOf(index, place, texts),
      window,
      index,
    };
  });
  const invalid = rejections.map((rejection): InvalidRow => {
    return { rejection: { ...rejection, place: placeFrom(from, rejection.place) } };
  });
  return { rows: inOrder(records, invalid), records, window };
}

function windowOf({
  digests,
  texts,
  parts,
}: PackedRecords): RecordWindow & { readonly prepared: PreparedRecords } {
  const { keys, digests: groups, twins, identities } = digests;
  return {
    keys: asBuffer(keys),
    digests: asBuffer(groups),
    twins: asBuffer(twins),
    identities: asBuffer(identities),
    prepared: { texts: texts.split(BETWEEN_TEXTS), parts },
  };
}

/** A `Buffer` that comes from another thread is none any more. */
function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): Buffer<ArrayBuffer> {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function placeAt(places: Uint32Array, index: number): SourcePlace {
  const at = index * PLACE_WORDS;
  return {
    row: places[at] ?? 0,
    line: places[at + 1] ?? 0,
    offset: places[at + 2] ?? 0,
    length: places[at + 3] ?? 0,
  };
}

function inOrder(
  records: readonly DigestedRecord[],
  invalid: readonly InvalidRow[],
): readonly (DigestedRecord | InvalidRow)[] {
  if (invalid.length === 0) return records;
  const rows = [...records, ...invalid];
  return rows.sort((one, other) => rowOf(one) - rowOf(other));
}

function rowOf(row: DigestedRecord | InvalidRow): number {
  return ('rejection' in row ? row.rejection : row).place.row;
}
