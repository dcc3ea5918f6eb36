import { extname } from 'node:path';
import { isMarkedAsUntransferable, Worker } from 'node:worker_threads';
import type { Slice } from '../input/slices.ts';
import type { JudgedSlice, SliceJudgePlan } from './slice-judge.ts';
import type { JudgedMessage, ReadyMessage, SliceMessage } from './thread.ts';

type Answer = (judged: JudgedSlice | undefined) => void;

/** Slices that a thread has at once: one that it judges and one that waits. */
const SLICES_A_THREAD = 2;

/**
 * Threads that judge slices. No error crosses: what a thread cannot judge, or leaves when it ends, is
 * answered with undefined and judged by the caller, who meets the same error in its own place.
 */
export class JudgingThreads {
  readonly #threads: readonly JudgingThread[];

  constructor(count: number, plan: SliceJudgePlan) {
    this.#threads = Array.from({ length: count }, () => new JudgingThread(plan));
  }

  /** Settles when each has started or ended. */
  get started(): Promise<unknown> {
    return Promise.all(this.#threads.map(({ started }) => started));
  }

  /** Slices that they have at once, at most. */
  get capacity(): number {
    return this.#threads.length * SLICES_A_THREAD;
  }

  /**
   * Judges a slice, whose bytes move to a thread; undefined, and nothing moves, when none has started or all
   * have enough to do.
   */
  judge(slice: Slice): Promise<JudgedSlice | undefined> | undefined {
    return this.#threads.find(({ isFree }) => isFree)?.judge(slice);
  }

  async end(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()));
  }
}

class JudgingThread {
  readonly started: Promise<void>;
  readonly #worker: Worker;
  /** In the order in which the slices were given, which is that of the answers. */
  readonly #waiting: Answer[] = [];
  #isReady = false;

  constructor(plan: SliceJudgePlan) {
    // The file beside this one, as source or as built.
    this.#worker = new Worker(new URL(`thread${extname(import.meta.url)}`, import.meta.url), {
      workerData: plan,
      name: 'check',
    });
    const started = Promise.withResolvers<void>();
    this.started = started.promise;
    this.#worker.on('message', (message: JudgedMessage | ReadyMessage) => {
      if ('judged' in message) return this.#waiting.shift()?.(message.judged);
      this.#isReady = message.ready;
      return started.resolve();
    });
    // Told by `exit`, too; without a listener it would end the process.
    this.#worker.on('error', () => undefined);
    this.#worker.on('exit', () => {
      this.#leave();
      started.resolve();
    });
  }

  /** Whether it has started, and may be given one more slice. */
  get isFree(): boolean {
    return this.#isReady && this.#waiting.length < SLICES_A_THREAD;
  }

  judge(slice: Slice): Promise<JudgedSlice | undefined> {
    const { bytes, offset } = slice;
    const own = isMovable(bytes) ? bytes : new Uint8Array(bytes);
    const message: SliceMessage = { bytes: own, offset };
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    this.#worker.postMessage(message, own.buffer instanceof ArrayBuffer ? [own.buffer] : []);
    const { promise, resolve } = Promise.withResolvers<JudgedSlice | undefined>();
    this.#waiting.push(resolve);
    return promise;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #leave(): void {
    this.#isReady = false;
    for (const answer of this.#waiting.splice(0)) answer(undefined);
  }
}

/** Whether the memory of the bytes can move to another thread: that of small buffers is shared by many. */
function isMovable({ byteOffset, buffer }: Buffer): boolean {
  return byteOffset === 0 && buffer instanceof ArrayBuffer && !isMarkedAsUntransferable(buffer);
}
