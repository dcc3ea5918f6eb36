import type { PartMaker, PlacedRecord, Rejection, ValidationError } from '@enrollkit/enrollment';
import { digestsFor, type DigestBuffers, type Digests } from '../digests.ts';
import { distance, type Origin } from '../slices/origin.ts';
import { packParts, type PackedParts } from './parts.ts';
import { BETWEEN_TEXTS, textOf } from './texts.ts';

/**
 * Words of 32 bits in which each record has its place, as a distance from the origin: row, line, offset,
 * length.
 */
export const PLACE_WORDS = 4;

/** What a row that is sent was warned of; its place is a distance from the origin. */
export interface PackedWarnings {
  readonly place: Rejection['place'];
  readonly warnings: readonly [ValidationError, ...ValidationError[]];
}

/**
 * The records among some rows, ready for register, ledger and provider, as bytes that a thread can hand over.
 */
export interface PackedRecords {
  readonly records: number;
  /** `PLACE_WORDS` each. */
  readonly places: Uint32Array<ArrayBuffer>;
  readonly digests: { readonly [Name in keyof DigestBuffers]: Uint8Array<ArrayBuffer> };
  /** `TEXTS` each, joined by `BETWEEN_TEXTS`. */
  readonly texts: string;
  /** Parts of a batch's plaintext, in clear; absent where the provider makes none. */
  readonly parts?: PackedParts;
}

/** What records are prepared with. */
export interface PackContext {
  readonly digests: Digests;
  readonly partOf: PartMaker | undefined;
}

/**
 * Packs records, one step over all of them after the other: steps that take turns at every record push each
 * other's code out of the processor's cache, which costs a third more.
 */
export function packRecords(
  records: readonly PlacedRecord[],
  from: Origin,
  { digests, partOf }: PackContext,
): PackedRecords {
  const window = digestsFor(records.length);
  records.forEach(({ record }, index) => digests.write({ window, index }, record));
  return {
    records: records.length,
    places: placesOf(records, from),
    digests: window,
    texts: records.map(({ record }) => textOf(record, digests)).join(BETWEEN_TEXTS),
    ...(partOf && { parts: packParts(records, partOf) }),
  };
}

function placesOf(records: readonly PlacedRecord[], from: Origin): Uint32Array<ArrayBuffer> {
  const places = new Uint32Array(records.length * PLACE_WORDS);
  let at = 0;
  for (const { place } of records) {
    const { row, line, offset, length } = distance(place, from);
    places[at++] = row;
    places[at++] = line;
    places[at++] = offset;
    places[at++] = length;
  }
  return places;
}
