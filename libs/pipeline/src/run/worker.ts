import { bulkhead, type BulkheadPolicy } from 'cockatiel';
import {
  LedgerBatchLostError,
  LedgerConflictError,
  LedgerError,
  type BatchRow,
  type SharedLedger,
  type Work,
} from '@enrollkit/ledger';
import { KeyWithdrawnError } from '../errors.ts';
import { attempt, type Departure } from '../send/attempt.ts';
import type { SendContext } from '../send/context.ts';
import { Pause } from '../send/pause.ts';
import { poll } from '../send/poll.ts';
import { resendUnknown } from '../send/unknown.ts';
import { ClockWatch } from './clock-watch.ts';
import { DatabaseRetry, isUnavailable } from './database-retry.ts';
import { endingOf, type Ending } from './ending.ts';
import { longestWaitMs, Slots } from './slots.ts';

/**
 * What a worker works with. The ledger is shared by all; the input, where it is available, is that of one
 * intake.
 */
export interface WorkerContext extends SendContext {
  readonly ledger: SharedLedger;
  /** The intake whose input `openInput` opens. */
  readonly ownIntake?: string;
  /** No request lasts longer, in milliseconds. */
  readonly longestRequestMs: number;
}

/** Polled periodically; returns the ending, or undefined to continue. */
export type EndingCheck = () => Promise<Ending | undefined>;

const LOOK_EVERY_MS = 500;
/** After the order to stop, an unavailable database is retried for so long, to record what is in flight. */
const LAST_WRITES_MS = 30_000;

/**
 * Takes work from the ledger that many hosts share, until it is told to end. What it writes about a batch is
 * fenced by the attempt, so that a worker that was presumed dead ends nothing that another one began.
 */
export class Worker {
  readonly #context: WorkerContext;
  readonly #retry: DatabaseRetry;
  readonly #slots: Slots;
  /** Lets so many requests be prepared or under way at once; more work may have been taken. */
  readonly #underWay: BulkheadPolicy;
  readonly #draining = new AbortController();
  readonly #giveUp = new AbortController();
  readonly #steps: Readonly<Record<Work['kind'], (work: Work, answered: () => void) => Promise<void>>>;
  #probing = false;
  #ending: Ending | undefined;
  #failure: unknown;

  constructor(context: WorkerContext) {
    this.#retry = new DatabaseRetry(context, this.#giveUp.signal);
    this.#context = { ...context, ledger: this.#retry.wrap(context.ledger) };
    this.#underWay = bulkhead(context.settings.inFlight, Number.POSITIVE_INFINITY);
    this.#slots = new Slots({
      ...this.#context,
      pause: new Pause(context),
      draining: this.#draining.signal,
    });
    this.#steps = {
      submit: (work, answered) => this.#submit(work, answered),
      poll: (work, answered) => this.#poll(work, answered),
      reconcile: (work) => this.#reconcile(work),
    };
  }

  /**
   * Works until `check` answers an ending (without it: for ever) or `stop` aborts; then waits for what is in
   * flight. Throws what a stage threw by defect.
   */
  async run(stop: AbortSignal, check?: EndingCheck, checkEveryMs: number = LOOK_EVERY_MS): Promise<Ending> {
    const { settings, longestRequestMs, ledger, clock } = this.#context;
    const consumer = await this.#retry.run(() =>
      ledger.consume({
        concurrency: settings.inFlight,
        timeoutSeconds: (longestRequestMs + 2 * longestWaitMs) / 1000,
        handle: (work) => this.#inTurn(work),
        onError: () => this.#probe(),
      }),
    );
    const woken = AbortSignal.any([stop, this.#draining.signal]);
    const clockWatch = new ClockWatch(this.#context);
    let checkAt = clock.monotonic();
    while (!this.#draining.signal.aborted) {
      clockWatch.look();
      const isDue = clock.monotonic() >= checkAt;
      if (isDue) checkAt = clock.monotonic() + checkEveryMs;
      const ending: Ending | undefined = stop.aborted
        ? { kind: 'interrupted' }
        : isDue && check !== undefined
          ? await this.#retry.run(check)
          : undefined;
      if (ending !== undefined) this.#end(ending);
      await clock.sleep(LOOK_EVERY_MS, woken);
    }
    const lastWrites = setTimeout(() => this.#giveUp.abort(), LAST_WRITES_MS).unref();
    await consumer.stop();
    clearTimeout(lastWrites);
    if (this.#failure !== undefined) throw this.#failure;
    return this.#ending ?? { kind: 'interrupted' };
  }

  /**
   * The queue lost its database: a harmless write goes through the retries, which report the trouble and its
   * end.
   */
  #probe(): void {
    if (this.#probing) return;
    this.#probing = true;
    void this.#context.ledger
      .pauseFor(0)
      .catch(() => undefined)
      .finally(() => (this.#probing = false));
  }

  #end(ending: Ending): void {
    this.#ending ??= ending;
    this.#draining.abort();
  }

  /**
   * Does the work when its turn has come. The turn is over with the request; its answer is written beside the
   * next.
   */
  async #inTurn(work: Work): Promise<void> {
    const turn = Promise.withResolvers<void>();
    let handling: Promise<void> | undefined;
    await this.#underWay.execute(() => {
      handling = this.#handle(work, turn.resolve);
      return Promise.race([turn.promise, handling]);
    });
    await handling;
  }

  async #handle(work: Work, answered: () => void): Promise<void> {
    try {
      await this.#steps[work.kind](work, answered);
    } catch (error) {
      await this.#recover(work, error);
    }
  }

  async #submit(work: Work, answered: () => void): Promise<void> {
    const { ledger } = this.#context;
    if (work.again && !(await this.#wasNotBegun(work))) return;
    const batch = await ledger.sendableBatch(work.batchId);
    if (batch !== undefined)
      await attempt(batch, this.#attemptContext(work, batch), { ...this.#departure(batch), answered });
  }

  /** Takes over what an earlier attempt has begun, which is then queued anew if it is sent again. */
  async #wasNotBegun({ batchId, owner }: Work): Promise<boolean> {
    const { ledger, notify } = this.#context;
    const batch = await ledger.batch(batchId);
    if (await ledger.takeOver(batchId, owner)) notify({ kind: 'recovered', batches: 1 });
    await this.#resendIfUnknown(batchId);
    return batch?.state === 'sealed';
  }

  async #poll(work: Work, answered: () => void): Promise<void> {
    const batch = await this.#context.ledger.batch(work.batchId);
    if (batch === undefined) return;
    const { providerBatchId } = batch;
    // Polled by an attempt that did not come to its end: the batch may have been the last one.
    if (batch.state !== 'submitted' || providerBatchId === undefined)
      return this.#settleIfEnded(batch.intakeId);
    const departure = this.#departure(batch);
    if (!(await departure.acquire())) return;
    if (!(await departure.wait())) return this.#context.ledger.release(batch.id, 0);
    await poll({ ...batch, providerBatchId }, this.#attemptContext(work, batch), answered);
    await this.#settleIfEnded(batch.intakeId);
  }

  async #reconcile({ batchId }: Work): Promise<void> {
    const batch = await this.#context.ledger.batch(batchId);
    if (batch !== undefined) await this.#settleIfEnded(batch.intakeId);
  }

  /** Settles the intake when its last batch has ended. */
  async #settleIfEnded(intakeId: string): Promise<void> {
    const { ledger } = this.#context;
    if (await ledger.hasEnded(intakeId)) await ledger.settleIntake(intakeId);
  }

  /** A request takes its slot last, when everything but the intent is ready. */
  #departure(batch: BatchRow): Departure {
    let slot: number | undefined;
    return {
      acquire: async () => (slot = await this.#slots.acquire(batch)) !== undefined,
      wait: async () => slot !== undefined && this.#slots.wait(slot),
    };
  }

  /**
   * The context in which one attempt writes under its own name; the input is available for its own intake
   * only.
   */
  #attemptContext({ owner }: Work, { intakeId }: BatchRow): SendContext {
    const { openInput, ...context } = this.#context;
    return {
      ...context,
      fenced: true,
      ledger: this.#retry.wrap(this.#context.ledger.forAttempt(owner)),
      ...(openInput && intakeId === context.ownIntake && { openInput }),
    };
  }

  async #resendIfUnknown(batchId: number): Promise<void> {
    const batch = await this.#context.ledger.batch(batchId);
    if (batch?.state === 'unknown') await resendUnknown(batch, this.#context);
  }

  async #recover(work: Work, error: unknown): Promise<void> {
    const { ledger, notify, ownIntake } = this.#context;
    if (error instanceof LedgerConflictError || error instanceof LedgerBatchLostError) {
      // Another attempt was quicker, a person decided, or this very write was done before its answer was
      // lost.
      notify({ kind: 'superseded', batchId: work.batchId, message: error.message });
      if (work.kind === 'submit') await this.#resendIfUnknown(work.batchId);
      return;
    }
    const ending = endingOf(error);
    if (ending !== undefined) {
      // A key that only the input could replace concerns the process that has the input.
      if (!(error instanceof KeyWithdrawnError) || ownIntake !== undefined) this.#end(ending);
      return ledger.release(work.batchId, this.#draining.signal.aborted ? 0 : longestWaitMs);
    }
    if (error instanceof LedgerError && !isUnavailable(error)) {
      this.#failure ??= error;
      this.#draining.abort();
    }
    const message = error instanceof Error ? error.name : 'unknown';
    notify({ kind: 'work-failed', batchId: work.batchId, message });
    throw error;
  }
}
