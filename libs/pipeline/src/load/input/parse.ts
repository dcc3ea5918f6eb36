import type { SourcePlace } from '@enrollkit/enrollment';
import { columnFinder, type ColumnFinder, type Layout } from './columns.ts';
import { rowConverter, type RowConverter } from './convert.ts';
import { csvRows, textOf, type CsvShape, type RowsRead } from './csv.ts';
import { fixedRows, type FixedShape } from './fixed.ts';
import type { InputFormat } from './format.ts';
import type { Block } from './frames.ts';
import { ndjsonRows } from './ndjson.ts';
import type { ReadFrom, Row } from './row.ts';
import type { ReadingSettings } from './settings.ts';

/** What must be known to read the rows of an input: plain data, so that it can be given to another thread. */
export interface ReadingPlan {
  readonly settings: ReadingSettings;
  readonly format: InputFormat;
  readonly csv?: CsvShape;
  readonly fixed?: FixedShape;
  readonly layout: Layout;
  /** Where the rows begin. */
  readonly begin: ReadFrom;
  /** The line of a header record that was found in front of them. */
  readonly headerRecord?: number;
}

/** Finds what the names of the file stand for. */
export function finderOf({ columns, join }: ReadingSettings): ColumnFinder {
  return columnFinder(columns, Object.values(join ?? {}).flat());
}

/** Makes rows of blocks; knows nothing of where the bytes come from. */
export class RowParser {
  readonly #plan: ReadingPlan;
  readonly #find: ColumnFinder;
  readonly #convert: RowConverter | undefined;

  constructor(plan: ReadingPlan) {
    this.#plan = plan;
    this.#find = finderOf(plan.settings);
    this.#convert = rowConverter(plan.settings);
  }

  /** The rows of a block, comments left out; `before` counts those before it. */
  parse(block: Block, before: number): RowsRead {
    const { csv, fixed } = this.#plan;
    const rows = this.withoutComments(block);
    if (csv) return this.#converted(csvRows(rows, csv, before));
    if (fixed) return this.#converted(fixedRows(rows, fixed, before));
    return ndjsonRows(rows, { find: this.#find, convert: this.#convert }, before);
  }

  /** The row that stands in these bytes alone; undefined when there is none. */
  parseOne(bytes: Buffer, { row, line, offset }: SourcePlace): Row | undefined {
    const frame = { start: 0, end: bytes.length, line, quotes: countQuotes(bytes) };
    return this.parse({ bytes, offset, frames: [frame] }, row - 1).rows[0];
  }

  /** The block without its comments. */
  withoutComments(block: Block): Block {
    const { comment } = this.#plan.settings;
    if (comment === undefined) return block;
    return { ...block, frames: block.frames.filter((frame) => !textOf(block, frame).startsWith(comment)) };
  }

  /** The rows as they are to be judged. */
  #converted(read: RowsRead): RowsRead {
    const convert = this.#convert;
    if (convert === undefined) return read;
    const { names } = this.#plan.layout;
    const rows = read.rows.map((row): Row => {
      if (row.errors) return row;
      return { ...row, raw: convert(row.raw, (name) => row.cells?.[names.indexOf(name)]) };
    });
    return { ...read, rows };
  }
}

function countQuotes(bytes: Buffer): number {
  let quotes = 0;
  for (const byte of bytes) if (byte === 34) quotes++;
  return quotes;
}
