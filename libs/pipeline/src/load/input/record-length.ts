import { InputError } from './errors.ts';
import { fixedShape, type FixedLayout } from './fixed.ts';

/** Bytes behind the last field that are looked at for the end of the record. */
const MOST_FILLER = 2_000;
/** Records whose card number is looked at. */
const MOST_RECORDS = 50;
const PAN_DIGITS = { fewest: 12, most: 19 };

/**
 * The bytes of a record in a file of fixed width without line ends: the length that divides the file and puts
 * a card number at its place in each record, header and trailer excepted. In any encoding of one byte a
 * character, EBCDIC included. Undefined where the lines have ends. Throws `InputError` `layout-unfit` when
 * several records stand side by side and no length fits. `head`: how the file begins; `bytes`: its size.
 */
export function recordLengthIn(head: Buffer, bytes: number, layout: FixedLayout): number | undefined {
  const { columns } = fixedShape(layout);
  const pan = columns.find(({ field }) => field === 'pan');
  if (pan === undefined || head.some(endsLine)) return undefined;
  const shortest = Math.max(...columns.map(({ end }) => end));
  for (let length = shortest; length <= shortest + MOST_FILLER; length++) {
    if (bytes % length !== 0) continue;
    const records = Math.min(Math.floor(head.length / length), bytes / length - 1, MOST_RECORDS);
    const behind = Array.from({ length: records - 1 }, (_, index) => (index + 1) * length);
    const fits = behind.every((at) => isCardNumber(head.subarray(at + pan.start, at + pan.end)));
    if (behind.length > 0 && fits) return length;
  }
  if (bytes < 2 * shortest) return undefined;
  throw new InputError('layout-unfit', {
    message: `The file has no line ends, and its ${bytes} bytes are no whole records with a card number at its place`,
    hint: 'It was cut off, or input.layout does not fit: compare both with the source; input.recordLength says the bytes of a record',
  });
}

/** Line feed and carriage return, and in EBCDIC new line and line feed. */
function endsLine(byte: number): boolean {
  return byte === 0x0a || byte === 0x0d || byte === 0x15 || byte === 0x25;
}

function isCardNumber(cell: Buffer): boolean {
  const digits = cell.filter(isDigit).length;
  return (
    digits >= PAN_DIGITS.fewest &&
    digits <= PAN_DIGITS.most &&
    cell.every((byte) => isDigit(byte) || isFiller(byte))
  );
}

function isDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0xf0 && byte <= 0xf9);
}

/** Space and hyphen, in ASCII and EBCDIC. */
function isFiller(byte: number): boolean {
  return byte === 0x20 || byte === 0x2d || byte === 0x40 || byte === 0x60;
}
