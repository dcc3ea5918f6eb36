import { parentPort, workerData } from 'node:worker_threads';
import type { Ledger, LedgerLock } from '../port.ts';
import type { LockTiming } from '../sql/lock.ts';
import { packError, type PackedError } from './errors-across.ts';
import { openSqliteLedger } from './open.ts';

/** What the thread is started with. */
export interface ThreadData {
  readonly path: string;
  readonly timing: Omit<LockTiming, 'now'>;
}

/** Rows without end. */
export type Stream = 'records' | 'rejections' | 'events';
/** A question with one answer. */
export type Verb = Exclude<keyof Ledger, Stream | 'lock' | 'close'>;

/** What is asked of the thread. Streams have numbers: they are opened, asked for page after page, and left. */
export type Question =
  | { readonly verb: Verb; readonly with: readonly unknown[] }
  | { readonly open: Stream; readonly with: readonly unknown[] }
  | { readonly next: number }
  | { readonly leave: number }
  | { readonly lock: string }
  | { readonly release: true }
  | { readonly close: true };

/** What the thread tells: answers by the number of the question, the first (0) when the ledger is open, and news of the lock. */
export type Told =
  | { readonly n: number; readonly value: unknown }
  | { readonly n: number; readonly error: PackedError }
  | { readonly lost: PackedError }
  | { readonly stopped: true }
  | { readonly paused: boolean };

const PAGE = 500;
/** How often the lock's `paused` is looked at; it changes no oftener than the lock listens. */
const LOOK_EVERY_MS = 200;

class Served {
  readonly #ledger: Ledger;
  readonly #streams = new Map<number, AsyncIterator<unknown>>();
  #lock: LedgerLock | undefined;
  #looking: NodeJS.Timeout | undefined;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  answer(question: Question): Promise<unknown> {
    if ('verb' in question)
      return (this.#ledger[question.verb] as (...given: readonly unknown[]) => Promise<unknown>)(
        ...question.with,
      );
    if ('next' in question) return this.#page(question.next);
    if ('open' in question) return Promise.resolve(this.#open(question.open, question.with));
    if ('leave' in question) return this.#leave(question.leave);
    if ('lock' in question) return this.#take(question.lock);
    return 'release' in question ? this.#release() : this.#ledger.close();
  }

  #open(stream: Stream, given: readonly unknown[]): number {
    const rows = (this.#ledger[stream] as (...given: readonly unknown[]) => AsyncIterable<unknown>)(...given);
    const number = this.#streams.size === 0 ? 1 : Math.max(...this.#streams.keys()) + 1;
    this.#streams.set(number, rows[Symbol.asyncIterator]());
    return number;
  }

  async #page(stream: number): Promise<readonly unknown[]> {
    const page: unknown[] = [];
    while (page.length < PAGE) {
      const next = await this.#streams.get(stream)?.next();
      if (next === undefined || next.done === true) break;
      page.push(next.value);
    }
    return page;
  }

  async #leave(stream: number): Promise<void> {
    await this.#streams.get(stream)?.return?.();
    this.#streams.delete(stream);
  }

  async #take(command: string): Promise<unknown> {
    const lock = await this.#ledger.lock(command);
    this.#lock = lock;
    lock.lost.addEventListener('abort', () => tell({ lost: packError(lock.lost.reason) }));
    lock.stopped.addEventListener('abort', () => tell({ stopped: true }));
    let paused = false;
    this.#looking = setInterval(() => {
      if (lock.paused() !== paused) tell({ paused: (paused = lock.paused()) });
    }, LOOK_EVERY_MS).unref();
    return lock.owner;
  }

  async #release(): Promise<void> {
    clearInterval(this.#looking);
    await this.#lock?.release();
  }
}

function tell(told: Told): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(told);
}

async function reply(n: number, work: Promise<unknown>): Promise<void> {
  try {
    tell({ n, value: await work });
  } catch (error) {
    tell({ n, error: packError(error) });
  }
}

const { path, timing } = workerData as ThreadData;
const opening = openSqliteLedger(path, timing);
const serving = opening.then((ledger) => new Served(ledger));
await reply(
  0,
  serving.then(() => undefined),
);
parentPort?.on('message', ({ n, question }: { readonly n: number; readonly question: Question }) => {
  void reply(
    n,
    serving.then((served) => served.answer(question)),
  );
});
