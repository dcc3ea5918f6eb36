import type { EnrollmentRecord, PartMaker, PartSlot, RecordPart } from '@enrollkit/enrollment';

/**
 * Words of 32 bits in which each record has where its card begins and where its part ends among the bytes.
 */
const PART_WORDS = 2;

/** Parts of a batch's plaintext one behind the other, in clear; one that is empty could not be made. */
export interface PackedParts {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly ends: Uint32Array<ArrayBuffer>;
}

/** Where the part of a record is; undefined when it could not be made. */
export function partAt({ bytes, ends }: PackedParts, index: number, joins: boolean): PartSlot | undefined {
  const at = index * PART_WORDS;
  const start = ends[at - 1] ?? 0;
  const [card = 0, end = 0] = [ends[at], ends[at + 1]];
  return end === start ? undefined : { bytes, start, card, end, joins };
}

/** Packs the parts of records. */
export function packParts(
  records: readonly { readonly record: EnrollmentRecord }[],
  partOf: PartMaker,
): PackedParts {
  const parts = records.map(({ record }) => partOf(record) ?? none);
  const bytes = Buffer.allocUnsafeSlow(parts.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0));
  const ends = new Uint32Array(parts.length * PART_WORDS);
  let end = 0;
  for (const [index, { text, card }] of parts.entries()) {
    const written = bytes.write(text, end);
    ends[index * PART_WORDS] =
      end + (written === text.length ? card : Buffer.byteLength(text.slice(0, card)));
    end += written;
    ends[index * PART_WORDS + 1] = end;
  }
  return { bytes, ends };
}

const none: RecordPart = { text: '', card: 0 };
