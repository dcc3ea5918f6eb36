import { parentPort, workerData } from 'node:worker_threads';
import { SliceJudge, type JudgedSlice, type SliceJudgePlan } from './slice-judge.ts';

/** Bytes of whole rows, for a thread. */
export interface SliceMessage {
  readonly bytes: Uint8Array;
  readonly offset: number;
}

/** The thread has started. */
export interface ReadyMessage {
  readonly ready: true;
}

/**
 * What became of the slice that was given first and is not answered yet; undefined when it must be judged
 * elsewhere.
 */
export interface JudgedMessage {
  readonly judged: JudgedSlice | undefined;
}

const judge = new SliceJudge(workerData as SliceJudgePlan);

parentPort?.on('message', ({ bytes, offset }: SliceMessage) => {
  const slice = { bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset };
  const judged = judge.judge(slice);
  post({ judged }, judged === undefined ? [] : [judged.words.buffer]);
});

post({ ready: true }, []);

function post(message: JudgedMessage | ReadyMessage, moved: ArrayBuffer[]): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(message, moved);
}
