import type { SourcePlace } from '@enrollkit/enrollment';
import { keysOf, type Layout } from './input/columns.ts';
import { csvShape, textOf } from './input/csv.ts';
import { InputError } from './input/errors.ts';
import { fixedShape } from './input/fixed.ts';
import { assertFormat, assertText, formatOf, textStart, type InputFormat } from './input/format.ts';
import { blocksOf, type Block, type Frame } from './input/frames.ts';
import { readHeader } from './input/header.ts';
import { finderOf, RowParser, type ReadingPlan } from './input/parse.ts';
import type { ReadFrom, Row } from './input/row.ts';
import { givenFields, type ReadingSettings } from './input/settings.ts';
import { isHeaderRecord } from './input/header-record.ts';
import { skipLines } from './input/skip.ts';
import { slicesOf, type Slice } from './slices/slices.ts';
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
  /** Fixed width: the line of a header record that was found and passed over. */
  readonly headerRecord: number | undefined;
  /**
   * The rows from `from` (default: the first) to the end, in portions. Throws `InputError`: `quote-broken`,
   * `row-too-long`, `input-changed`, `header-repeated`, `trailer-...`, `rows-differ`, `input-encoding`, and
   * `input-has-no-rows` when there is none at all.
   */
  rows(from?: ReadFrom): AsyncGenerator<readonly Row[]>;
  /** Reads one row again. Throws `InputError` `input-changed` when another stands there now. */
  readOne(place: SourcePlace): Promise<Row>;
}

/** Reads all rows of an input, and gives what another thread needs to read a part of them. */
export interface WholeReader extends RowReader {
  /** What was found out about the input before its first row. */
  readonly plan: ReadingPlan;
  /** The bytes from a row to the last line end, cut where rows end, each of at most so many bytes. */
  slices(from: number, bytes?: number): AsyncGenerator<Slice>;
}

const HEAD = 4096;

function linesOf(head: Buffer): readonly string[] {
  return head.toString().split('\n', 2);
}

/**
 * Looks at the beginning of an input and makes its reader. Throws `InputError` when it is no text or its
 * header is not as it must be.
 */
export async function openReader(input: Input, settings: ReadingSettings = {}): Promise<WholeReader> {
  const head = await input.read(0, Math.min(HEAD, input.bytes));
  assertText(head);
  const format = settings.layout ? 'fixed' : (settings.format ?? formatOf(input.source, head));
  assertFormat(format, head);
  const { skipFirst } = settings;
  const first = { offset: textStart(head), line: 1, rows: 0 };
  const fixed = settings.layout && fixedShape(settings.layout);
  const hasHeader = skipFirst === undefined && fixed !== undefined && isHeaderRecord(linesOf(head), fixed);
  const begin = await skipLines(input, first, hasHeader ? 1 : (skipFirst ?? 0));
  if (fixed !== undefined) {
    const layout = { names: fixed.fields, targets: fixed.fields };
    const header = hasHeader ? { headerRecord: first.line } : {};
    return new InputReader(input, { settings, format, fixed, layout, begin, ...header });
  }
  if (format === 'ndjson')
    return new InputReader(input, { settings, format, layout: keysOf(settings.columns), begin });
  const header = await readHeader(input, {
    start: begin.offset,
    line: begin.line,
    reading: settings,
    find: finderOf(settings),
    given: givenFields(settings),
  });
  return new InputReader(input, {
    settings,
    format,
    csv: csvShape(header),
    layout: { names: header.names, targets: header.columns },
    begin: { offset: header.end, line: header.endLine, rows: 0 },
  });
}

class InputReader implements WholeReader {
  readonly plan: ReadingPlan;
  openLine: number | undefined;
  readonly #input: Input;
  readonly #parser: RowParser;

  constructor(input: Input, plan: ReadingPlan) {
    this.#input = input;
    this.plan = plan;
    this.#parser = new RowParser(plan);
  }

  get headerRecord(): number | undefined {
    return this.plan.headerRecord;
  }

  get format(): InputFormat {
    return this.plan.format;
  }

  get delimiter(): string | undefined {
    return this.plan.csv?.delimiter;
  }

  get layout(): Layout {
    return this.plan.layout;
  }

  async *rows(from?: ReadFrom): AsyncGenerator<readonly Row[]> {
    // A position of before the first row (a fresh ledger says 0) means the first row.
    const begin = from && from.rows > 0 ? from : this.plan.begin;
    const framing = { quoted: this.format === 'csv', offset: begin.offset, line: begin.line };
    const { trailer: setting } = this.plan.settings;
    const trailer = setting && new TrailerWatch(setting);
    let { rows } = begin;
    let line = from?.lastLine ?? begin.line;
    for await (const block of blocksOf(this.#input.stream(begin.offset), framing)) {
      const { error, ...rest } = this.#withoutTrailer(block, trailer, rows);
      const read = this.#parser.parse(rest, rows);
      rows += read.rows.length;
      if (read.rows.length > 0) yield read.rows;
      if (read.error ?? error) throw read.error ?? error;
      const last = block.frames.at(-1);
      line = last?.line ?? line;
      if (last && block.offset + last.end >= this.#input.bytes) this.openLine = line;
    }
    await this.#input.assertUnchanged();
    trailer?.end(line);
    assertRows(rows, this.#input.expectedRows, begin.line);
  }

  slices(from: number, bytes?: number): AsyncGenerator<Slice> {
    return slicesOf(this.#input, from, { quoted: this.format === 'csv', bytes });
  }

  async readOne(place: SourcePlace): Promise<Row> {
    const bytes = await this.#input.read(place.offset, place.length);
    const row = this.#parser.parseOne(bytes, place);
    if (row) return row;
    throw new InputError(
      'input-changed',
      { message: 'The row is no longer where it was', hint: 'Give the file that was read first' },
      place,
    );
  }

  /** The block without the trailer, which is compared; with an error, the block ends before it. */
  #withoutTrailer(
    block: Block,
    trailer: TrailerWatch | undefined,
    before: number,
  ): Block & { readonly error?: InputError } {
    if (trailer === undefined) return block;
    const frames: Frame[] = [];
    for (const frame of this.#parser.withoutComments(block).frames) {
      const text = textOf(block, frame);
      const { line } = frame;
      try {
        if (trailer.takes(text, line))
          trailer.judge(text, this.#cells(text), { line, rows: before + frames.length });
        else frames.push(frame);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        return { ...block, frames, error };
      }
    }
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
