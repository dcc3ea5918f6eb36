import { availableParallelism } from 'node:os';
import { mapConcurrent } from '@enrollkit/base';
import { contextAt } from '@enrollkit/enrollment/validation';
import type { ReadFrom, Row } from '../input/row.ts';
import { validationOf } from '../input/settings.ts';
import type { Slice } from '../input/slices.ts';
import type { WholeReader } from '../read.ts';
import { judgeRows, type JudgedRows } from './judge.ts';
import { RowHasher, type Origin } from './row-hashes.ts';
import { SliceJudge, type JudgedSlice, type SliceJudgePlan } from './slice-judge.ts';
import { JudgingThreads } from './threads.ts';

/**
 * By how many threads an input is judged besides the one that compares the rows, which judges what is too
 * much for them.
 */
export interface ThreadSettings {
  readonly count: number;
  /** Inputs of fewer bytes are judged on the main thread: to start another takes as long as to judge them. */
  readonly fromBytes: number;
  /** Bytes that a thread is given at a time; default: 128 KiB. */
  readonly sliceBytes?: number;
  /** Whether nothing is judged before all threads have started; for tests. */
  readonly awaitsStart?: boolean;
}

/** More threads than this wait for the one that compares the rows. */
const MOST_THREADS = 3;

/** A thread for each further processor, for inputs of 16 MiB and more. */
export function usualThreads(): ThreadSettings {
  const count = Math.min(availableParallelism() - 1, MOST_THREADS);
  return { count, fromBytes: count === 0 ? Number.POSITIVE_INFINITY : 1 << 24 };
}

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
    for await (const { judged, next } of judgedByThreads(reader, plan, threads)) {
      yield { from: at, judged };
      at = next(at);
    }
  }
  const context = {
    validation: contextAt(plan.today, validationOf(plan.reading.settings)),
    hasher: new RowHasher(plan.seed),
  };
  for await (const rows of reader.rows(at)) {
    const from = originOf(rows);
    yield { from, judged: judgeRows(rows, from, context) };
  }
}

interface SlicePortion {
  readonly judged: JudgedSlice;
  /** Where reading goes on behind a slice that begins at `from`. */
  readonly next: (from: ReadFrom) => ReadFrom;
}

/** The slices of an input, judged, up to the first that a thread cannot judge. */
async function* judgedByThreads(
  reader: WholeReader,
  plan: SliceJudgePlan,
  { count, sliceBytes, awaitsStart = false }: ThreadSettings,
): AsyncGenerator<SlicePortion> {
  const threads = new JudgingThreads(count, plan);
  const here = new SliceJudge(plan);
  try {
    if (awaitsStart) await threads.started;
    const judge = async (slice: Slice) => {
      const end = slice.offset + slice.bytes.length;
      return { end, judged: await (threads.judge(slice) ?? here.judge(slice)) };
    };
    // What all threads may have, and a slice more, which is judged here meanwhile.
    const answers = mapConcurrent(reader.slices(sliceBytes), threads.capacity + 1, judge);
    for await (const { end, judged } of answers) {
      if (judged === undefined) return;
      yield { judged, next: (from) => behind(from, judged, end) };
    }
  } finally {
    await threads.end();
  }
}

function behind(from: ReadFrom, { rows, lines, lastLine }: JudgedSlice, offset: number): ReadFrom {
  return {
    offset,
    line: from.line + lines,
    rows: from.rows + rows,
    lastLine: lastLine === undefined ? (from.lastLine ?? from.line) : from.line + lastLine,
  };
}

/** The first of some rows. */
function originOf([first]: readonly Row[]): Origin {
  const { row, line, offset } = first?.place ?? { row: 1, line: 1, offset: 0 };
  return { rows: row - 1, line, offset };
}
