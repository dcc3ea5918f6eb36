import { isMarkedAsUntransferable, Worker } from 'node:worker_threads';
import type { AnswerMessage, ReadyMessage, SliceMessage } from './serve.ts';
import type { Slice } from './slices.ts';

/** What each thread runs: a module that calls `serveSlices`, and what it is started with. */
export interface ThreadProgram {
  readonly module: URL;
  readonly data: unknown;
  /** For a debugger, and for whoever lists the threads of a process. */
  readonly name: string;
}

/** Slices that a thread has at once: one that it works on and one that waits. */
const SLICES_A_THREAD = 2;

/**
 * Threads that work on slices. No error crosses: what a thread cannot answer, or leaves when it ends, is
 * answered with undefined and done by the caller, who meets the same error in its own place.
 */
export class SliceThreads<Answer> {
  readonly #threads: readonly SliceThread<Answer>[];

  constructor(count: number, program: ThreadProgram) {
    this.#threads = Array.from({ length: count }, () => new SliceThread<Answer>(program));
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
   * Has a slice worked on, whose bytes move to a thread; undefined, and nothing moves, when none has started
   * or all have enough to do.
   */
  work(slice: Slice): Promise<Answer | undefined> | undefined {
    return this.#threads.find(({ isFree }) => isFree)?.work(slice);
  }

  async end(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()));
  }
}

class SliceThread<Answer> {
  readonly started: Promise<void>;
  readonly #worker: Worker;
  /** In the order in which the slices were given, which is that of the answers. */
  readonly #waiting: ((answer: Answer | undefined) => void)[] = [];
  #isReady = false;

  constructor({ module, data, name }: ThreadProgram) {
    this.#worker = new Worker(module, { workerData: data, name });
    const started = Promise.withResolvers<void>();
    this.started = started.promise;
    this.#worker.on('message', (message: AnswerMessage<Answer> | ReadyMessage) => {
      if ('answer' in message) return this.#waiting.shift()?.(message.answer);
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

  work(slice: Slice): Promise<Answer | undefined> {
    const { bytes, offset } = slice;
    const own = isMovable(bytes) ? bytes : new Uint8Array(bytes);
    const message: SliceMessage = { bytes: own, offset };
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    this.#worker.postMessage(message, own.buffer instanceof ArrayBuffer ? [own.buffer] : []);
    const { promise, resolve } = Promise.withResolvers<Answer | undefined>();
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
