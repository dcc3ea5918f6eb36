import { availableParallelism } from 'node:os';
import { mapConcurrent } from '@enrollkit/base';
import type { ReadFrom } from '../input/row.ts';
import type { WholeReader } from '../read.ts';
import { behind } from './origin.ts';
import type { SliceExtent } from './slice-reader.ts';
import type { Slice } from './slices.ts';
import { SliceThreads, type ThreadProgram } from './threads.ts';

/**
 * By how many threads the rows of an input are read and validated besides the one that compares them, which
 * takes what is too much for them.
 */
export interface ThreadSettings {
  readonly count: number;
  /** Inputs of fewer bytes are read on the main thread: to start another takes as long as to read them. */
  readonly fromBytes: number;
  /** Bytes that a thread is given at a time; default: 32 KiB. */
  readonly sliceBytes?: number;
  /** Whether nothing is begun before all threads have started; for tests. */
  readonly awaitsStart?: boolean;
}

/** More threads than this wait for the one that compares the rows. */
const MOST_THREADS = 3;

/** A thread for each further processor, for inputs of 4 MiB and more. */
export function usualThreads(): ThreadSettings {
  const count = Math.min(availableParallelism() - 1, MOST_THREADS);
  return { count, fromBytes: count === 0 ? Number.POSITIVE_INFINITY : 1 << 22 };
}

/** What is done with each slice, on a thread and on this one; both answer alike. */
export interface SliceWork<Answer> {
  readonly program: ThreadProgram;
  readonly here: (slice: Slice) => Answer | undefined;
}

/** The answer of a slice, in the order of the input. */
export interface WorkedSlice<Answer> {
  readonly from: ReadFrom;
  readonly answer: Answer;
  /** Where reading goes on. */
  readonly next: ReadFrom;
}

/**
 * The slices of an input from `from` on, worked on by threads, up to the first that cannot be answered by
 * itself.
 */
export async function* workedSlices<Answer extends { readonly extent: SliceExtent }>(
  reader: Pick<WholeReader, 'slices'>,
  from: ReadFrom,
  {
    program,
    here,
    threads: { count, sliceBytes, awaitsStart = false },
  }: SliceWork<Answer> & {
    readonly threads: ThreadSettings;
  },
): AsyncGenerator<WorkedSlice<Answer>> {
  const threads = new SliceThreads<Answer>(count, program);
  try {
    if (awaitsStart) await threads.started;
    const work = async (slice: Slice) => {
      const end = slice.offset + slice.bytes.length;
      return { end, answer: await (threads.work(slice) ?? here(slice)) };
    };
    let at = from;
    // What all threads may have, and a slice more, which is worked on here meanwhile.
    const slices = reader.slices(from.offset, sliceBytes);
    for await (const { end, answer } of mapConcurrent(slices, threads.capacity + 1, work)) {
      if (answer === undefined) return;
      const next = behind(at, answer.extent, end);
      yield { from: at, answer, next };
      at = next;
    }
  } finally {
    await threads.end();
  }
}
