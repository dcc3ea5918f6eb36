import { InputError } from './errors.ts';

/** A row that is longer than this, in bytes, is no row of cardholder data. */
export const ROW_MAX = 1 << 20;

const NEWLINE = 10;
const RETURN = 13;
/** What DOS, and transfers that come from it, write behind the last line: Ctrl-Z. */
const END_OF_FILE = 0x1a;
const QUOTE = 34;

/** The bytes of one row, line ending excluded, within a block. */
export interface Frame {
  readonly start: number;
  readonly end: number;
  /** Line on which it starts, from 1. */
  readonly line: number;
  /** Double quotes in it; counted in CSV only. */
  readonly quotes: number;
}

/** Whole rows, and the bytes they stand in. */
export interface Block {
  readonly bytes: Buffer;
  /** Offset of the block's first byte in the input. */
  readonly offset: number;
  /** In order; blank lines are left out. */
  readonly frames: readonly Frame[];
}

/** How rows end. */
export interface Framing {
  /** Whether a line end between double quotes belongs to the row (CSV). */
  readonly quoted: boolean;
  /** Where the stream starts: byte offset and line. */
  readonly offset: number;
  readonly line: number;
}

/**
 * Cuts a stream into rows without understanding them: a row ends at a line end, in CSV at one that has an
 * even number of double quotes before it in the row. In well-formed CSV (RFC 4180) that is exactly where rows
 * end, so whoever parses the rows and finds no quote error has found the same rows. Places are exact whatever
 * the portions of the stream; at most one row and one portion is held.
 *
 * Throws `InputError` `row-too-long`, or `quote-broken` when the row was long because of an open quote.
 */
export async function* blocksOf(stream: AsyncIterable<Buffer>, framing: Framing): AsyncGenerator<Block> {
  const framer = new Framer(framing);
  for await (const chunk of stream) {
    const block = framer.take(chunk);
    if (block.frames.length > 0) yield block;
    if (framer.error) throw framer.error;
  }
  const last = framer.end();
  if (last.frames.length > 0) yield last;
}

/** The rows of bytes that begin and end where rows do; undefined when one of them is too long. */
export function blockOf(bytes: Buffer, framing: Framing): Block | undefined {
  const framer = new Framer(framing);
  const block = framer.take(bytes);
  return framer.error === undefined ? block : undefined;
}

/** Where the byte stands next, or the end. */
function find(bytes: Buffer, byte: number, from: number): number {
  const at = bytes.indexOf(byte, from);
  return at < 0 ? bytes.length : at;
}

class Framer {
  /** Why there are no rows behind those of the last block. */
  error: InputError | undefined;
  readonly #quoted: boolean;
  /** Bytes of the row that has not ended, its place, and how far it was looked at. */
  #rest: Buffer = Buffer.alloc(0);
  #offset: number;
  #line: number;
  #seen = 0;
  #quotes = 0;
  #linesIn = 0;

  constructor(framing: Framing) {
    this.#quoted = framing.quoted;
    this.#offset = framing.offset;
    this.#line = framing.line;
  }

  take(chunk: Buffer): Block {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: Frame[] = [];
    let start = 0;
    let quotes = this.#quotes;
    let lines = this.#linesIn;
    let quote = this.#quoted ? find(bytes, QUOTE, this.#seen) : bytes.length;
    for (let at = find(bytes, NEWLINE, this.#seen); at < bytes.length; at = find(bytes, NEWLINE, at + 1)) {
      for (; quote < at; quote = find(bytes, QUOTE, quote + 1)) quotes++;
      lines++;
      if (quotes % 2 === 1) continue;
      const end = at > start && bytes[at - 1] === RETURN ? at - 1 : at;
      if (end - start > ROW_MAX) return this.#stop({ bytes, offset: this.#offset, frames }, start, quotes);
      if (end > start) frames.push({ start, end, line: this.#line, quotes });
      this.#line += lines;
      start = at + 1;
      quotes = 0;
      lines = 0;
    }
    for (; quote < bytes.length; quote = find(bytes, QUOTE, quote + 1)) quotes++;
    const block = { bytes, offset: this.#offset, frames };
    this.#keep(bytes.subarray(start), start, { quotes, lines });
    return block;
  }

  end(): Block {
    const length = this.#rest.length;
    const last = { start: 0, end: length, line: this.#line, quotes: this.#quotes };
    const isRow = length > 1 || (length === 1 && this.#rest[0] !== END_OF_FILE);
    return { bytes: this.#rest, offset: this.#offset, frames: isRow ? [last] : [] };
  }

  #keep(rest: Buffer, start: number, state: { readonly quotes: number; readonly lines: number }): void {
    this.#offset += start;
    this.#seen = rest.length;
    this.#quotes = state.quotes;
    this.#linesIn = state.lines;
    // A copy, so that a short rest does not hold on to a whole chunk.
    this.#rest = Buffer.from(rest);
    if (rest.length > ROW_MAX) this.error = this.#tooLong(rest, state.quotes, this.#offset);
  }

  #stop(block: Block, start: number, quotes: number): Block {
    this.error = this.#tooLong(block.bytes.subarray(start, start + ROW_MAX), quotes, this.#offset + start);
    return block;
  }

  #tooLong(row: Buffer, quotes: number, offset: number): InputError {
    const place = { line: this.#line, offset };
    const zero = row.indexOf(0);
    if (zero >= 0) {
      return new InputError(
        'row-too-long',
        {
          message: `The row that starts here, at byte ${offset}, is longer than ${ROW_MAX} bytes, and holds zero bytes from byte ${offset + zero} on`,
          hint: 'A copy that broke off can leave a hole of zero bytes: make the file anew',
        },
        place,
      );
    }
    if (this.#quoted && quotes % 2 === 1) {
      return new InputError(
        'quote-broken',
        {
          message: `In the row that starts here, at byte ${offset}, a double quote opens and does not close`,
          hint: 'Close the quote, or write a quote inside a value twice and the value in quotes',
        },
        place,
      );
    }
    return new InputError(
      'row-too-long',
      {
        message: `The row that starts here, at byte ${offset}, is longer than ${ROW_MAX} bytes`,
        hint: 'This is no row of cardholder data; check that the file is CSV or one JSON object a line',
      },
      place,
    );
  }
}
