import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { LedgerStorageError } from '../errors.ts';
import type { Ledger } from '../port/ledger.ts';
import type { PackedLedger } from '../sql/ledger.ts';
import type { LedgerLock, LockOwner } from '../port/lock.ts';
import type { LedgerOptions } from '../options.ts';
import type { Settlement } from '../port/batches.ts';
import { groupedSteps } from '../sql/grouped-steps.ts';
import type { PackedStep } from '../sql/packing.ts';
import { packEnded, type PackedEnded } from '../sql/record-codec.ts';
import { wholeBuffer } from './whole-buffer.ts';
import { unpackError } from './error-transfer.ts';
import type { Request, Stream, ThreadData, ThreadMessage, Method } from './thread.ts';

const methods = {
  owner: true,
  instruct: true,
  openIntake: true,
  findIntake: true,
  listIntakes: true,
  commitRead: true,
  commitPackedReads: true,
  findCurrentIntake: true,
  restartReading: true,
  claimRecords: true,
  mergeSettled: true,
  nextUnregistered: true,
  registerBatch: true,
  bind: true,
  binding: true,
  registerEpoch: true,
  registerSize: true,
  lookUp: true,
  fillDigests: true,
  forget: true,
  importEntries: true,
  assertLineage: true,
  adopt: true,
  isInDoubt: true,
  endDoubt: true,
  senderAlive: true,
  finishLoading: true,
  nextWithdrawals: true,
  recordsOf: true,
  formerRecordsOf: true,
  dropRecords: true,
  markReady: true,
  lastGeneration: true,
  commitRetry: true,
  replaceBody: true,
  sendable: true,
  recordIntent: true,
  recordReceipt: true,
  returnToSealed: true,
  markUnknown: true,
  recoverInterrupted: true,
  releaseUnknown: true,
  refuseBatch: true,
  abandonBatch: true,
  duePolls: true,
  postpone: true,
  pausedForMs: true,
  pauseFor: true,
  settle: true,
  settlePacked: true,
  settleIntake: true,
  nextDue: true,
  findBatch: true,
  batchesIn: true,
  tally: true,
  verify: true,
  purgeable: true,
  purge: true,
  appendEvent: true,
  dropChanges: true,
  dueChanges: true,
  nextChangeDue: true,
  recordChangeIntent: true,
  postponeChange: true,
  endChange: true,
  recoverChanges: true,
  droppedReplacements: true,
  removeMissing: true,
  enrolledSize: true,
  registered: true,
  acceptRemoved: true,
  removeOptedOut: true,
  enrolledCards: true,
  addressOf: true,
  optOut: true,
  optIn: true,
} as const satisfies Record<Method, true>;

const streams = [
  'records',
  'rejections',
  'events',
  'unsent',
  'history',
  'twins',
  'enrolledKeys',
  'changes',
] as const satisfies readonly Stream[];

/**
 * Opens the ledger in the file on a thread of its own: SQLite waits for the disk with the whole thread, and
 * the one that reads, signs and sends goes on meanwhile. Promises and throws what `openSqliteLedger` does.
 */
export async function openSqliteLedgerOnThread(
  path: string,
  options: Omit<LedgerOptions, 'now'> = {},
): Promise<Ledger> {
  const thread = new Thread(path, options);
  try {
    await thread.opened;
  } catch (error) {
    await thread.end();
    throw error;
  }
  const request =
    (method: Method) =>
    (...given: readonly unknown[]) =>
      thread.request({ method, with: given });
  const rows =
    (stream: Stream) =>
    (...given: readonly unknown[]) =>
      thread.rows(stream, given);
  let closing: Promise<void> | undefined;
  return {
    ...(Object.fromEntries(
      Object.keys(methods).map((method) => [method, request(method as Method)]),
    ) as unknown as Pick<PackedLedger, Method>),
    ...(Object.fromEntries(streams.map((stream) => [stream, rows(stream)])) as unknown as Pick<
      Ledger,
      Stream
    >),
    // Packed here: bytes cross to the thread for next to nothing, objects do not.
    commitRead: groupedSteps((steps) => thread.commit(steps)),
    settle: (batchId, outcomes, onMissing) => thread.settle(batchId, packEnded(outcomes), onMissing),
    lock: (command) => thread.lock(command),
    close: () => (closing ??= thread.request({ close: true }).then(() => thread.end())),
  };
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** The thread, seen from outside: requests go in, answers come back by their numbers. */
class Thread {
  /** Settles when the ledger is open, or could not be opened. */
  readonly opened: Promise<unknown>;
  readonly #worker: Worker;
  readonly #where: string;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #ended: unknown;
  #lock = { lost: new AbortController(), stopped: new AbortController(), paused: false };

  constructor(path: string, options: ThreadData['options']) {
    this.#where = path;
    const data: ThreadData = { path, options };
    // The file beside this one, as source or as built.
    this.#worker = new Worker(new URL(`thread${extname(import.meta.url)}`, import.meta.url), {
      workerData: data,
      name: 'ledger',
    });
    this.#worker.on('message', (message: ThreadMessage) => this.#receive(message));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(undefined));
    this.opened = this.#wait(0);
  }

  request(request: Request, moved: readonly ArrayBuffer[] = []): Promise<unknown> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    this.#asked += 1;
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    this.#worker.postMessage({ n: this.#asked, request }, moved);
    return this.#wait(this.#asked);
  }

  /**
   * `commitPackedReads`. What the packing made moves to the thread, and so do the bodies, which the caller
   * has no use for any more; what else the caller gave is copied.
   */
  async commit(steps: readonly PackedStep[]): Promise<void> {
    const blobs = steps.flatMap(({ batch }) =>
      [batch?.packed.packed, batch?.packed.fingerprints, batch?.body.bytes].flatMap(wholeBuffer),
    );
    await this.request({ method: 'commitPackedReads', with: [steps] }, blobs);
  }

  /** `settle` with packed outcomes, which move to the thread. */
  async settle(batchId: number, ended: PackedEnded, onMissing?: 'refuse' | 'wait'): Promise<Settlement> {
    const request = { method: 'settlePacked', with: [batchId, ended, onMissing] } as const;
    const moved = [ended.keys, ended.outcomes].flatMap(wholeBuffer);
    return (await this.request(request, moved)) as Settlement;
  }

  async *rows(stream: Stream, given: readonly unknown[]): AsyncGenerator<unknown> {
    const number = (await this.request({ open: stream, with: given })) as number;
    try {
      for (;;) {
        const page = (await this.request({ next: number })) as readonly unknown[];
        if (page.length === 0) return;
        yield* page;
      }
    } finally {
      await this.request({ leave: number });
    }
  }

  async lock(command: string): Promise<LedgerLock> {
    const held = { lost: new AbortController(), stopped: new AbortController(), paused: false };
    this.#lock = held;
    const owner = (await this.request({ lock: command })) as LockOwner;
    return {
      owner,
      lost: held.lost.signal,
      stopped: held.stopped.signal,
      paused: () => held.paused,
      // Who holds the file holds every intake in it.
      claim: () => Promise.resolve({ release: () => Promise.resolve() }),
      release: async () => void (await this.request({ release: true })),
    };
  }

  async end(): Promise<void> {
    this.#ended ??= new Error('the ledger is closed');
    await this.#worker.terminate();
  }

  /** Keeps the process alive for as long as an answer is waited for, and no longer. */
  #wait(n: number): Promise<unknown> {
    this.#worker.ref();
    return new Promise((resolve, reject) => this.#waiting.set(n, { resolve, reject }));
  }

  #receive(message: ThreadMessage): void {
    if ('lost' in message) return this.#lock.lost.abort(unpackError(message.lost));
    if ('stopped' in message) return this.#lock.stopped.abort();
    if ('paused' in message) return void (this.#lock.paused = message.paused);
    const waiting = this.#waiting.get(message.n);
    this.#waiting.delete(message.n);
    if (this.#waiting.size === 0) this.#worker.unref();
    if ('error' in message) waiting?.reject(unpackError(message.error));
    else waiting?.resolve(message.value);
  }

  #fail(cause: unknown): void {
    this.#ended ??= new LedgerStorageError(
      'ledger-unavailable',
      'the thread that writes the ledger has ended',
      { where: this.#where, cause },
    );
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}
