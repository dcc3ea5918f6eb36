import { isUtf8 } from 'node:buffer';
import { validationError, type ValidationError } from '@enrollkit/enrollment';
import { InputError } from './errors.ts';
import type { Block, Frame } from './frames.ts';

/**
 * Errors of the rows of a block that are not UTF-8 (RFC 3629), some of them of the whole file; empty, at next
 * to no cost, when all are.
 */
export function encodingErrors(block: Block): ReadonlyMap<Frame, ValidationError | InputError> {
  const first = block.frames[0];
  const last = block.frames.at(-1);
  if (!first || !last || isUtf8(block.bytes.subarray(first.start, last.end))) return new Map();
  const broken = block.frames.filter((frame) => !isUtf8(block.bytes.subarray(frame.start, frame.end)));
  return new Map(
    broken.map((frame) => [
      frame,
      otherEncoding(block, frame) ??
        validationError('row', 'ROW_ENCODING', { byte: block.offset + firstBadByte(block, frame) }),
    ]),
  );
}

/** Bytes that begin a UTF-8 character and are seldom alone in a Western text: the rest of it was cut off. */
const CUT_OFF = new Set([0xc2, 0xc3, 0xc4, 0xc5, 0xe2, 0xf0]);

/**
 * A byte of an older encoding between ASCII says that the whole file is in it, or that files of two encodings
 * were joined: the other rows only happen to have no such letter.
 */
function otherEncoding(block: Block, frame: Frame): InputError | undefined {
  const offset = firstBadByte(block, frame);
  const byte = block.bytes[offset] ?? 0;
  const before = block.bytes[offset - 1] ?? 0;
  const next = block.bytes[offset + 1] ?? 0;
  if (byte < 0xa0 || next >= 0x80 || before >= 0x80 || CUT_OFF.has(byte)) return undefined;
  return new InputError(
    'input-encoding',
    {
      message: `Byte ${block.offset + offset} is not UTF-8, but a letter of an older encoding with one byte a letter`,
      hint: 'Save the whole file as UTF-8, or set its encoding, for Western Europe mostly: input.encoding: windows-1252. If other lines are UTF-8, files of two encodings were joined',
    },
    { line: frame.line, offset: block.offset + offset },
  );
}

/**
 * Decoding puts U+FFFD where it fails; the first one that does not stand in the bytes as such is the place.
 */
function firstBadByte(block: Block, frame: Frame): number {
  const bytes = block.bytes.subarray(frame.start, frame.end);
  const text = bytes.toString('utf8');
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', at + 1)) {
    const byte = Buffer.byteLength(text.slice(0, at));
    if (bytes.readUIntBE(byte, Math.min(3, bytes.length - byte)) !== 0xefbfbd) return frame.start + byte;
  }
  return frame.start;
}
