import type { ReadingPlan } from '../input/parse.ts';
import { RowParser } from '../input/parse.ts';
import { textOf } from '../input/csv.ts';
import { blockOf, type Block } from '../input/frames.ts';
import type { Row } from '../input/row.ts';
import type { Slice } from './slices.ts';

/** How far a slice goes. */
export interface SliceExtent {
  /** Rows in it. */
  readonly rows: number;
  /** Line ends in it. */
  readonly lines: number;
  /** Where its last row starts, in lines from its first; undefined when it has none. */
  readonly lastLine: number | undefined;
}

/** The rows of a slice, counted from its beginning: the first row is 1, and stands on line 0. */
export interface SliceRows {
  readonly rows: readonly Row[];
  readonly extent: SliceExtent;
}

const NEWLINE = 10;

/** Reads slices, each by itself. */
export class SliceReader {
  readonly #plan: ReadingPlan;
  readonly #parser: RowParser;

  constructor(plan: ReadingPlan) {
    this.#plan = plan;
    this.#parser = new RowParser(plan);
  }

  /**
   * The rows of a slice. Undefined when that cannot be said without what stands before it: it holds the
   * trailer, or an error of the whole file.
   */
  read({ bytes, offset }: Slice): SliceRows | undefined {
    const block = blockOf(bytes, { offset, line: 0, quoted: this.#plan.format === 'csv' });
    if (block === undefined || this.#holdsTrailer(block)) return undefined;
    const { rows, error } = this.#parser.parse(block, 0);
    if (error !== undefined) return undefined;
    const extent = { rows: rows.length, lines: linesIn(bytes), lastLine: block.frames.at(-1)?.line };
    return { rows, extent };
  }

  #holdsTrailer(block: Block): boolean {
    const { trailer } = this.#plan.settings;
    return (
      trailer !== undefined && block.frames.some((frame) => textOf(block, frame).startsWith(trailer.starts))
    );
  }
}

function linesIn(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}
