import type { SourcePlace } from '@enrollkit/enrollment';
import { columnFinder, keysOf, type ColumnFinder, type ColumnMapping, type Layout } from './input/columns.ts';
import { csvRows, type RowsRead } from './input/csv.ts';
import { InputError } from './input/errors.ts';
import { assertText, formatOf, textStart, type InputFormat } from './input/format.ts';
import { blocksOf, type Block } from './input/frames.ts';
import { readHeader, type Header } from './input/header.ts';
import { ndjsonRows } from './input/ndjson.ts';
import type { ReadFrom, Row } from './input/row.ts';
import type { Input } from './input/source.ts';

/** How an input is to be read; everything in it is part of what makes an intake. */
export interface ReadingSettings {
  /** Default: by the file's name, else by its first bytes. */
  readonly format?: InputFormat;
  /** One character; default: found in the header. CSV only. */
  readonly delimiter?: string;
  /** Names in the file to fields. */
  readonly columns?: ColumnMapping;
}

/** Reads the rows of one input: all of them in order, or one again. */
export interface RowReader {
  readonly format: InputFormat;
  /** CSV only. */
  readonly delimiter: string | undefined;
  /** CSV: the header as it stands in the file. NDJSON: the keys a line may have. */
  readonly layout: Layout;
  /**
   * The rows from `from` (default: the first) to the end, in portions. Throws `InputError`: `quote-broken`,
   * `row-too-long`, `input-changed`, and `input-has-no-rows` when there is none at all.
   */
  rows(from?: ReadFrom): AsyncGenerator<readonly Row[]>;
  /** Reads one row again. Throws `InputError` `input-changed` when another stands there now. */
  readOne(place: SourcePlace): Promise<Row>;
}

const HEAD = 4096;

/** Looks at the beginning of an input and makes its reader. Throws `InputError` when it is no text or its header is not as it must be. */
export async function openReader(input: Input, settings: ReadingSettings = {}): Promise<RowReader> {
  const head = await input.read(0, Math.min(HEAD, input.bytes));
  assertText(head);
  const start = textStart(head);
  const find = columnFinder(settings.columns);
  const format = settings.format ?? formatOf(input.source, head);
  if (format === 'ndjson')
    return new InputReader(input, {
      find,
      layout: keysOf(settings.columns),
      begin: { offset: start, line: 1, rows: 0 },
    });
  const header = await readHeader(input, { start, delimiter: settings.delimiter, find });
  return new InputReader(input, {
    find,
    header,
    layout: { names: header.names, targets: header.columns },
    begin: { offset: header.end, line: header.endLine, rows: 0 },
  });
}

interface ReaderParts {
  readonly find: ColumnFinder;
  readonly header?: Header;
  readonly layout: Layout;
  /** Where the rows begin. */
  readonly begin: ReadFrom;
}

class InputReader implements RowReader {
  readonly format: InputFormat;
  readonly delimiter: string | undefined;
  readonly layout: Layout;
  readonly #input: Input;
  readonly #parts: ReaderParts;

  constructor(input: Input, parts: ReaderParts) {
    this.#input = input;
    this.#parts = parts;
    this.format = parts.header ? 'csv' : 'ndjson';
    this.delimiter = parts.header?.delimiter;
    this.layout = parts.layout;
  }

  async *rows(from?: ReadFrom): AsyncGenerator<readonly Row[]> {
    // A position of before the first row (a fresh ledger says 0) means the first row.
    const begin = from && from.rows > 0 ? from : this.#parts.begin;
    const framing = { quoted: this.format === 'csv', offset: begin.offset, line: begin.line };
    let rows = begin.rows;
    for await (const block of blocksOf(this.#input.stream(begin.offset), framing)) {
      const read = this.#parse(block, rows);
      rows += read.rows.length;
      if (read.rows.length > 0) yield read.rows;
      if (read.error) throw read.error;
    }
    await this.#input.assertUnchanged();
    if (rows === 0) {
      throw new InputError(
        'input-has-no-rows',
        { message: 'The input has a header and no row', hint: 'Check whether the export ran' },
        { line: begin.line },
      );
    }
  }

  async readOne(place: SourcePlace): Promise<Row> {
    const bytes = await this.#input.read(place.offset, place.length);
    const frame = { start: 0, end: bytes.length, line: place.line, quotes: countQuotes(bytes) };
    const [row] = this.#parse({ bytes, offset: place.offset, frames: [frame] }, place.row - 1).rows;
    if (row) return row;
    throw new InputError(
      'input-changed',
      { message: 'The row is no longer where it was', hint: 'Give the file that was read first' },
      place,
    );
  }

  #parse(block: Block, before: number): RowsRead {
    const { header, find } = this.#parts;
    return header ? csvRows(block, header, before) : { rows: ndjsonRows(block, find, before) };
  }
}

function countQuotes(bytes: Buffer): number {
  let quotes = 0;
  for (const byte of bytes) if (byte === 34) quotes++;
  return quotes;
}
