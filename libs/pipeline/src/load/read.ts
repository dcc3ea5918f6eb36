import type { SourcePlace } from '@enrollkit/enrollment';
import { columnFinder, keysOf, type ColumnFinder, type Layout } from './input/columns.ts';
import { rowConverter, type RowConverter } from './input/convert.ts';
import { csvRows, csvShape, textOf, type CsvShape, type RowsRead } from './input/csv.ts';
import { InputError } from './input/errors.ts';
import { fixedRows, fixedShape, type FixedShape } from './input/fixed.ts';
import { assertFormat, assertText, formatOf, textStart, type InputFormat } from './input/format.ts';
import { blocksOf, type Block } from './input/frames.ts';
import { readHeader } from './input/header.ts';
import { ndjsonRows } from './input/ndjson.ts';
import type { ReadFrom, Row } from './input/row.ts';
import { givenFields, type ReadingSettings } from './input/settings.ts';
import { skipLines } from './input/skip.ts';
import type { Input } from './input/source.ts';
import { TrailerWatch } from './input/trailer.ts';

export type { ReadingSettings } from './input/settings.ts';

/** Reads the rows of one input: all of them in order, or one again. */
export interface RowReader {
  readonly format: InputFormat;
  /** CSV only. */
  readonly delimiter: string | undefined;
  /** CSV: the header as it stands in the file. NDJSON: the keys a line may have. Fixed width: the fields. */
  readonly layout: Layout;
  /** The last line, once read, when nothing ends it: the file may be cut off there. */
  readonly openLine: number | undefined;
  /**
   * The rows from `from` (default: the first) to the end, in portions. Throws `InputError`: `quote-broken`,
   * `row-too-long`, `input-changed`, `header-repeated`, `trailer-...`, `rows-differ`, `input-encoding`, and
   * `input-has-no-rows` when there is none at all.
   */
  rows(from?: ReadFrom): AsyncGenerator<readonly Row[]>;
  /** Reads one row again. Throws `InputError` `input-changed` when another stands there now. */
  readOne(place: SourcePlace): Promise<Row>;
}

const HEAD = 4096;

/**
 * Looks at the beginning of an input and makes its reader. Throws `InputError` when it is no text or its
 * header is not as it must be.
 */
export async function openReader(input: Input, settings: ReadingSettings = {}): Promise<RowReader> {
  const head = await input.read(0, Math.min(HEAD, input.bytes));
  assertText(head);
  const joined = Object.values(settings.join ?? {}).flat();
  const find = columnFinder(settings.columns, joined);
  const format = settings.layout ? 'fixed' : (settings.format ?? formatOf(input.source, head));
  assertFormat(format, head);
  const begin = await skipLines(
    input,
    { offset: textStart(head), line: 1, rows: 0 },
    settings.skipFirst ?? 0,
  );
  const parts = { find, convert: rowConverter(settings), settings, format };
  if (settings.layout !== undefined) {
    const fixed = fixedShape(settings.layout);
    const layout = { names: fixed.fields, targets: fixed.fields };
    return new InputReader(input, { ...parts, fixed, layout, begin });
  }
  if (format === 'ndjson')
    return new InputReader(input, { ...parts, layout: keysOf(settings.columns), begin });
  const header = await readHeader(input, {
    start: begin.offset,
    line: begin.line,
    reading: settings,
    find,
    given: givenFields(settings),
  });
  return new InputReader(input, {
    ...parts,
    csv: csvShape(header),
    layout: { names: header.names, targets: header.columns },
    begin: { offset: header.end, line: header.endLine, rows: 0 },
  });
}

interface ReaderParts {
  readonly find: ColumnFinder;
  readonly convert: RowConverter | undefined;
  readonly settings: ReadingSettings;
  readonly format: InputFormat;
  readonly csv?: CsvShape;
  readonly fixed?: FixedShape;
  readonly layout: Layout;
  /** Where the rows begin. */
  readonly begin: ReadFrom;
}

class InputReader implements RowReader {
  readonly format: InputFormat;
  readonly delimiter: string | undefined;
  readonly layout: Layout;
  openLine: number | undefined;
  readonly #input: Input;
  readonly #parts: ReaderParts;

  constructor(input: Input, parts: ReaderParts) {
    this.#input = input;
    this.#parts = parts;
    this.format = parts.format;
    this.delimiter = parts.csv?.delimiter;
    this.layout = parts.layout;
  }

  async *rows(from?: ReadFrom): AsyncGenerator<readonly Row[]> {
    // A position of before the first row (a fresh ledger says 0) means the first row.
    const begin = from && from.rows > 0 ? from : this.#parts.begin;
    const framing = { quoted: this.format === 'csv', offset: begin.offset, line: begin.line };
    const { trailer: setting } = this.#parts.settings;
    const trailer = setting && new TrailerWatch(setting);
    let { rows, line } = begin;
    for await (const block of blocksOf(this.#input.stream(begin.offset), framing)) {
      const read = this.#parse(this.#withoutOthers(block, trailer, rows), rows);
      rows += read.rows.length;
      if (read.rows.length > 0) yield read.rows;
      if (read.error) throw read.error;
      const last = block.frames.at(-1);
      line = last?.line ?? line;
      if (last && block.offset + last.end >= this.#input.bytes) this.openLine = line;
    }
    await this.#input.assertUnchanged();
    trailer?.end(line);
    assertRows(rows, this.#input.expectedRows, begin.line);
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
    const { csv, fixed, find, convert } = this.#parts;
    if (csv) return this.#converted(csvRows(block, csv, before));
    if (fixed) return this.#converted(fixedRows(block, fixed, before));
    return ndjsonRows(block, { find, convert }, before);
  }

  /** The rows as they are to be judged. */
  #converted(read: RowsRead): RowsRead {
    const { convert, layout } = this.#parts;
    if (convert === undefined) return read;
    const rows = read.rows.map((row): Row => {
      if (row.errors) return row;
      return { ...row, raw: convert(row.raw, (name) => row.cells?.[layout.names.indexOf(name)]) };
    });
    return { ...read, rows };
  }

  /** The block without its comments and without the trailer, which is compared. */
  #withoutOthers(block: Block, trailer: TrailerWatch | undefined, before: number): Block {
    const { comment } = this.#parts.settings;
    if (comment === undefined && trailer === undefined) return block;
    let rows = before;
    const frames = block.frames.filter((frame) => {
      const text = textOf(block, frame);
      if (comment !== undefined && text.startsWith(comment)) return false;
      if (trailer?.takes(text, frame.line)) {
        trailer.judge(text, this.#cells(text), { line: frame.line, rows });
        return false;
      }
      rows++;
      return true;
    });
    return { ...block, frames };
  }

  #cells(text: string): readonly string[] {
    return text.split(this.delimiter ?? ',').map((cell) => cell.replace(/^"(.*)"$/, '$1'));
  }
}

function assertRows(rows: number, expected: number | undefined, line: number): void {
  if (rows === 0)
    throw new InputError(
      'input-has-no-rows',
      { message: 'The input has a header and no row', hint: 'Check whether the export ran' },
      { line },
    );
  if (expected !== undefined && rows !== expected)
    throw new InputError('rows-differ', {
      message: `The file has ${rows} rows, and ${expected} were expected`,
      hint: 'The file is not the one that was exported, or it was cut off: fetch it again; nothing was sent',
    });
}

function countQuotes(bytes: Buffer): number {
  let quotes = 0;
  for (const byte of bytes) if (byte === 34) quotes++;
  return quotes;
}
