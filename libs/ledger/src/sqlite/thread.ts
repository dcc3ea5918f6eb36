import { parentPort, workerData } from 'node:worker_threads';
import type { LedgerOptions } from '../options.ts';
import type { LedgerLock } from '../port/lock.ts';
import type { SendableBatch } from '../port/batches.ts';
import type { PackedLedger } from '../sql/ledger.ts';
import type { PackedStep } from '../sql/packing.ts';
import { packError, type PackedError } from './error-transfer.ts';
import { openSqliteLedger } from './open.ts';
import { wholeBuffer } from './whole-buffer.ts';

/** What the thread is started with. */
export interface ThreadData {
  readonly path: string;
  readonly options: Omit<LedgerOptions, 'now'>;
}

/** Rows without end. */
export type Stream =
  | 'records'
  | 'rejections'
  | 'events'
  | 'unsent'
  | 'history'
  | 'twins'
  | 'enrolledKeys'
  | 'changes';
/** A request with one answer. */
export type Method = Exclude<keyof PackedLedger, Stream | 'lock' | 'close'>;

/**
 * What is asked of the thread. Streams have numbers: they are opened, asked for page after page, and left.
 */
export type Request =
  | { readonly method: Method; readonly with: readonly unknown[] }
  | { readonly open: Stream; readonly with: readonly unknown[] }
  | { readonly next: number }
  | { readonly leave: number }
  | { readonly lock: string }
  | { readonly release: true }
  | { readonly close: true };

/**
 * What the thread sends: answers by the number of the request, the first (0) when the ledger is open, and
 * news of the lock.
 */
export type ThreadMessage =
  | { readonly n: number; readonly value: unknown }
  | { readonly n: number; readonly error: PackedError }
  | { readonly lost: PackedError }
  | { readonly stopped: true }
  | { readonly paused: boolean };

const PAGE = 500;
/** How often the lock's `paused` is looked at; it changes no oftener than the lock listens. */
const LOOK_EVERY_MS = 200;

class Served {
  readonly #ledger: PackedLedger;
  readonly #streams = new Map<number, AsyncIterator<unknown>>();
  #lock: LedgerLock | undefined;
  #looking: NodeJS.Timeout | undefined;

  constructor(ledger: PackedLedger) {
    this.#ledger = ledger;
  }

  answer(request: Request): Promise<unknown> {
    if ('method' in request)
      return (this.#ledger[request.method] as (...given: readonly unknown[]) => Promise<unknown>)(
        ...request.with,
      );
    if ('next' in request) return this.#page(request.next);
    if ('open' in request) return Promise.resolve(this.#open(request.open, request.with));
    if ('leave' in request) return this.#leave(request.leave);
    if ('lock' in request) return this.#take(request.lock);
    return 'release' in request ? this.#release() : this.#ledger.close();
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
    lock.lost.addEventListener('abort', () => post({ lost: packError(lock.lost.reason) }));
    lock.stopped.addEventListener('abort', () => post({ stopped: true }));
    let paused = false;
    this.#looking = setInterval(() => {
      if (lock.paused() !== paused) post({ paused: (paused = lock.paused()) });
    }, LOOK_EVERY_MS).unref();
    return lock.owner;
  }

  async #release(): Promise<void> {
    clearInterval(this.#looking);
    await this.#lock?.release();
  }
}

function post(message: ThreadMessage, moved: ArrayBuffer[] = []): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(message, moved);
}

async function reply(n: number, work: Promise<unknown>, request?: Request): Promise<void> {
  try {
    const value = await work;
    post({ n, value }, request === undefined ? [] : movedWith(value, request));
  } catch (error) {
    post({ n, error: packError(error) });
  }
}

/** The bodies that are to be sent: nobody here reads them again. */
function movedWith(value: unknown, request: Request): ArrayBuffer[] {
  if (!('method' in request) || request.method !== 'sendable') return [];
  return (value as readonly SendableBatch[]).flatMap(({ body }) => wholeBuffer(body.bytes));
}

/** Gives the memory of stored bodies back at once: outside of the heap it piles up before it is collected. */
function release(request: Request): void {
  if (!('method' in request) || request.method !== 'commitPackedReads') return;
  const [steps] = request.with as readonly [readonly PackedStep[]];
  for (const { batch } of steps) for (const buffer of wholeBuffer(batch?.body.bytes)) buffer.transfer(0);
}

const { path, options } = workerData as ThreadData;
const opening = openSqliteLedger(path, options);
const serving = opening.then((ledger) => new Served(ledger));
await reply(
  0,
  serving.then(() => undefined),
);
parentPort?.on('message', ({ n, request }: { readonly n: number; readonly request: Request }) => {
  const work = serving.then((served) => served.answer(request));
  void reply(n, work, request).finally(() => release(request));
});
