import { contextAt } from '@enrollkit/enrollment/validation';
import { textOf } from '../input/csv.ts';
import { blockOf, type Block } from '../input/frames.ts';
import { RowParser, type ReadingPlan } from '../input/parse.ts';
import { validationOf } from '../input/settings.ts';
import { judgeRows, type JudgeContext, type JudgedRows } from './judge.ts';
import type { Slice } from '../input/slices.ts';
import { RowHasher, type HashSeed } from './row-hashes.ts';

/** All that a thread must know to judge slices. */
export interface SliceJudgePlan {
  readonly reading: ReadingPlan;
  /** The day for which rows are judged. */
  readonly today: Date;
  readonly seed: HashSeed;
}

/** What became of the rows of a slice, and how far it goes. */
export interface JudgedSlice extends JudgedRows {
  /** Line ends in it. */
  readonly lines: number;
  /** Where its last row starts, in lines from its first; undefined when it has none. */
  readonly lastLine: number | undefined;
}

const NEWLINE = 10;

/** Judges slices, each by itself. */
export class SliceJudge {
  readonly #reading: ReadingPlan;
  readonly #parser: RowParser;
  readonly #context: JudgeContext;

  constructor({ reading, today, seed }: SliceJudgePlan) {
    this.#reading = reading;
    this.#parser = new RowParser(reading);
    this.#context = {
      validation: contextAt(today, validationOf(reading.settings)),
      hasher: new RowHasher(seed),
    };
  }

  /**
   * What became of the rows of a slice. Undefined when that cannot be said without what stands before it: it
   * holds the trailer, or an error of the whole file.
   */
  judge({ bytes, offset }: Slice): JudgedSlice | undefined {
    const from = { rows: 0, line: 0, offset };
    const block = blockOf(bytes, { ...from, quoted: this.#reading.format === 'csv' });
    if (block === undefined || this.#holdsTrailer(block)) return undefined;
    const { rows, error } = this.#parser.parse(block, 0);
    if (error !== undefined) return undefined;
    return {
      ...judgeRows(rows, from, this.#context),
      lines: linesIn(bytes),
      lastLine: block.frames.at(-1)?.line,
    };
  }

  #holdsTrailer(block: Block): boolean {
    const { trailer } = this.#reading.settings;
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
