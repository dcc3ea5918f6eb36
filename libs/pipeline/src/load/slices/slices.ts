import { ROW_MAX } from '../input/frames.ts';
import type { Input } from '../input/source.ts';

/** Whole rows, as bytes. */
export interface Slice {
  readonly bytes: Buffer;
  /** Of its first byte in the input. */
  readonly offset: number;
}

/** How slices are cut. */
export interface Slicing {
  /** Whether a line end between double quotes belongs to the row (CSV). */
  readonly quoted: boolean;
  /** Greatest length in bytes, unless a row is longer. Default: 32 KiB. */
  readonly bytes?: number | undefined;
}

/**
 * Large enough that a message for each costs next to nothing, and small enough that what is made of its rows
 * dies young: with twice as many bytes a load takes 35 MB more.
 */
const SLICE = 1 << 15;

const NEWLINE = 10;
const QUOTE = 34;

/**
 * Cuts an input into slices where rows end, from a row's first byte to the last row that is ended; what is
 * behind it is in no slice, and nothing is from a row on that is longer than any that makes sense.
 */
export async function* slicesOf(
  input: Pick<Input, 'bytes' | 'read'>,
  from: number,
  slicing: Slicing,
): AsyncGenerator<Slice> {
  for (let offset = from; offset < input.bytes; ) {
    const bytes = await sliceAt(input, offset, slicing);
    if (bytes === undefined) return;
    // Not asked for afterwards: the bytes may have moved to another thread.
    const { length } = bytes;
    yield { bytes, offset };
    offset += length;
  }
}

async function sliceAt(
  input: Pick<Input, 'bytes' | 'read'>,
  offset: number,
  { quoted, bytes: most = SLICE }: Slicing,
): Promise<Buffer | undefined> {
  for (let length = most; length <= ROW_MAX * 2; length *= 2) {
    const bytes = await input.read(offset, Math.min(length, input.bytes - offset));
    const end = quoted ? lastRowEnd(bytes) : bytes.lastIndexOf(NEWLINE) + 1;
    if (end > 0) return bytes.subarray(0, end);
    if (bytes.length < length) return undefined;
  }
  return undefined;
}

/** Behind the last line end that has an even number of double quotes before it; 0 where there is none. */
function lastRowEnd(bytes: Buffer): number {
  if (!bytes.includes(QUOTE)) return bytes.lastIndexOf(NEWLINE) + 1;
  let end = 0;
  let isInside = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) isInside = !isInside;
    else if (byte === NEWLINE && !isInside) end = at + 1;
  }
  return end;
}
