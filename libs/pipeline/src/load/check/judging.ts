import { extname } from 'node:path';
import type { ReadFrom } from '../input/row.ts';
import type { WholeReader } from '../read.ts';
import { originOf, type Origin } from '../slices/origin.ts';
import { workedSlices, type ThreadSettings } from '../slices/work.ts';
import { judgeRows, type JudgedRows } from './judge.ts';
import type { JudgeThreadData } from './thread.ts';
import { judgeContext, SliceJudge, type JudgedSlice, type SliceJudgePlan } from './slice-judge.ts';

/** Rows that were judged, and where they begin. */
export interface JudgedPortion {
  readonly from: Origin;
  readonly judged: JudgedRows;
}

/**
 * Reads and judges the rows of an input, in order: by threads where they are many enough, otherwise here.
 * Both give the same, for what threads cannot judge is read here from the slice on: an error of the whole
 * file, a trailer, a last row without a line end. Throws what {@link WholeReader.rows} does.
 */
export async function* judgedPortions(
  reader: WholeReader,
  { threads, ...plan }: SliceJudgePlan & { readonly threads: ThreadSettings & { readonly bytes: number } },
): AsyncGenerator<JudgedPortion> {
  let at: ReadFrom = reader.plan.begin;
  if (threads.bytes >= threads.fromBytes) {
    const judge = new SliceJudge(plan);
    const data: JudgeThreadData = plan;
    // The file beside this one, as source or as built.
    const module = new URL(`thread${extname(import.meta.url)}`, import.meta.url);
    const slices = workedSlices<JudgedSlice>(reader, at, {
      program: { module, data, name: 'check' },
      here: (slice) => judge.judge(slice),
      threads,
    });
    for await (const { from, answer, next } of slices) {
      yield { from, judged: answer.judged };
      at = next;
    }
  }
  const context = judgeContext(plan);
  for await (const rows of reader.rows(at)) {
    const from = originOf(rows);
    yield { from, judged: judgeRows(rows, from, context) };
  }
}
