import { parentPort } from 'node:worker_threads';
import type { Slice } from './slices.ts';

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
 * What came of the slice that was given first and is not answered yet; undefined when it must be worked on
 * elsewhere.
 */
export interface AnswerMessage<Answer> {
  readonly answer: Answer | undefined;
}

/** An answer, and the memory that moves with it. */
export interface MovingAnswer<Answer> {
  readonly answer: Answer;
  readonly moved: ArrayBuffer[];
}

/** Answers, on a thread, one slice after the other. */
export function serveSlices<Answer>(work: (slice: Slice) => MovingAnswer<Answer> | undefined): void {
  parentPort?.on('message', ({ bytes, offset }: SliceMessage) => {
    const done = work({ bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset });
    post<Answer>({ answer: done?.answer }, done?.moved ?? []);
  });
  post({ ready: true }, []);
}

function post<Answer>(message: AnswerMessage<Answer> | ReadyMessage, moved: ArrayBuffer[]): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(message, moved);
}
