import { isUtf8 } from 'node:buffer';
import { validationError, type ValidationError } from '@enrollkit/enrollment';
import type { Block, Frame } from './frames.ts';

/** Errors of the rows of a block that are not UTF-8 (RFC 3629); empty, at next to no cost, when all are. */
export function encodingErrors(block: Block): ReadonlyMap<Frame, ValidationError> {
  const first = block.frames[0];
  const last = block.frames.at(-1);
  if (!first || !last || isUtf8(block.bytes.subarray(first.start, last.end))) return new Map();
  const broken = block.frames.filter((frame) => !isUtf8(block.bytes.subarray(frame.start, frame.end)));
  return new Map(
    broken.map((frame) => [
      frame,
      validationError('row', 'ROW_ENCODING', { byte: block.offset + firstBadByte(block, frame) }),
    ]),
  );
}

/** Decoding puts U+FFFD where it fails; the first one that does not stand in the bytes as such is the place. */
function firstBadByte(block: Block, frame: Frame): number {
  const bytes = block.bytes.subarray(frame.start, frame.end);
  const text = bytes.toString('utf8');
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', at + 1)) {
    const byte = Buffer.byteLength(text.slice(0, at));
    if (bytes.readUIntBE(byte, Math.min(3, bytes.length - byte)) !== 0xefbfbd) return frame.start + byte;
  }
  return frame.start;
}
