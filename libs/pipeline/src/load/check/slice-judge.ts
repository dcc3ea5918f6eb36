import { contextAt } from '@enrollkit/enrollment/validation';
import type { ReadingPlan } from '../input/parse.ts';
import { validationOf } from '../input/settings.ts';
import { SliceReader, type SliceExtent } from '../slices/slice-reader.ts';
import type { Slice } from '../slices/slices.ts';
import { judgeRows, type JudgeContext, type JudgedRows } from './judge.ts';
import { RowHasher, type HashSeed } from './row-hashes.ts';

/** All that a thread must know to judge slices. */
export interface SliceJudgePlan {
  readonly reading: ReadingPlan;
  /** The day for which rows are judged. */
  readonly today: Date;
  readonly seed: HashSeed;
}

/** What became of the rows of a slice, and how far it goes. */
export interface JudgedSlice {
  readonly judged: JudgedRows;
  readonly extent: SliceExtent;
}

/** What rows are judged with. */
export function judgeContext({ reading, today, seed }: SliceJudgePlan): JudgeContext {
  return { validation: contextAt(today, validationOf(reading.settings)), hasher: new RowHasher(seed) };
}

/** Judges slices, each by itself. */
export class SliceJudge {
  readonly #reader: SliceReader;
  readonly #context: JudgeContext;

  constructor(plan: SliceJudgePlan) {
    this.#reader = new SliceReader(plan.reading);
    this.#context = judgeContext(plan);
  }

  /** What became of the rows of a slice; undefined where {@link SliceReader.read} gives none. */
  judge(slice: Slice): JudgedSlice | undefined {
    const read = this.#reader.read(slice);
    if (read === undefined) return undefined;
    const from = { rows: 0, line: 0, offset: slice.offset };
    return { judged: judgeRows(read.rows, from, this.#context), extent: read.extent };
  }
}
