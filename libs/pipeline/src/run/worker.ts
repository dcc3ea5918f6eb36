import {
  LedgerBatchLostError,
  LedgerConflictError,
  LedgerError,
  type BatchRow,
  type SendableBatch,
  type SharedLedger,
  type Work,
} from '@enrollkit/ledger';
import { endingOf, passedLimit, type Ending } from './ending.ts';
import { isUnavailable, DatabaseRetry } from './database-retry.ts';
import { Pause } from '../send/pause.ts';
import { KeyWithdrawnError, type SendContext } from '../send/context.ts';
import { resealIfNeeded } from '../send/reseal.ts';
import { poll } from '../send/poll.ts';
import { ALREADY_EXISTS, submit } from '../send/submit.ts';

/** What a worker's stages share; the ledger is everybody's, and the input, where it is at hand, is that of one intake. */
export interface WorkerContext extends SendContext {
  readonly ledger: SharedLedger;
  /** The intake whose input `clear` opens. */
  readonly ownIntake?: string;
  /** No request lasts longer, in milliseconds. */
  readonly longestRequestMs: number;
}

/** Asked now and then: how the work ended, or undefined to go on. */
export type EndingCheck = () => Promise<Ending | undefined>;

const LOOK_EVERY_MS = 500;
const NAP_MS = 500;
/** What may not begin for longer than this is put back: a job that is held for ever would look dead. */
const LONGEST_NAP_MS = 20_000;
/** A request may be so late for its slot: a twentieth of a second is a twentieth of its requests. */
const LATEST_MS = 50;
/** A machine that is always late gets its turn all the same. */
const MOST_MISSED = 2;
/** After the word to stop, a database that is away is waited for so long, to write what is in flight. */
const LAST_WORDS_MS = 30_000;

const notSent = {
  httpStatus: 0,
  code: 'NOT_SENT',
  message: 'Nothing was sent',
  origin: 'transport',
} as const;

/**
 * Takes work from the ledger that many hosts share, until it is over: the stages are those of a single runner, and what
 * they write is fenced by the attempt, so that a worker that was taken for dead ends nothing that another one began.
 */
export class Worker {
  readonly #room: WorkerContext;
  readonly #patience: DatabaseRetry;
  readonly #pause: Pause;
  readonly #quiet = new AbortController();
  readonly #hopeless = new AbortController();
  readonly #steps: Readonly<Record<Work['kind'], (work: Work, batch: BatchRow) => Promise<void>>>;
  #probing = false;
  #ending: Ending | undefined;
  #failure: unknown;

  constructor(room: WorkerContext) {
    this.#patience = new DatabaseRetry(room, this.#hopeless.signal);
    this.#room = { ...room, ledger: this.#patience.wrap(room.ledger) };
    this.#pause = new Pause(room);
    this.#steps = {
      submit: (work, batch) => this.#submit(work, batch),
      poll: (work, batch) => this.#poll(work, batch),
      reconcile: (_work, batch) => this.#reconcile(batch.intakeId),
    };
  }

  /** Works until it is over (never, without being asked) or `stop` aborts; then waits for what is in flight. Throws what a stage threw by defect. */
  async run(stop: AbortSignal, over?: EndingCheck): Promise<Ending> {
    const { settings, longestRequestMs, ledger, clock } = this.#room;
    const taker = await this.#patience.run(() =>
      ledger.consume({
        concurrency: settings.inFlight,
        timeoutSeconds: (longestRequestMs + 2 * LONGEST_NAP_MS) / 1000,
        handle: (work) => this.#handle(work),
        onError: () => this.#probe(),
      }),
    );
    const woken = AbortSignal.any([stop, this.#quiet.signal]);
    while (!this.#quiet.signal.aborted) {
      // Only what asks the ledger may be answered as if it were there.
      const ending = stop.aborted
        ? ({ kind: 'interrupted' } as const)
        : over && (await this.#patience.run(over));
      if (ending !== undefined) this.#end(ending);
      await clock.sleep(LOOK_EVERY_MS, woken);
    }
    const lastWords = setTimeout(() => this.#hopeless.abort(), LAST_WORDS_MS).unref();
    await taker.stop();
    clearTimeout(lastWords);
    if (this.#failure !== undefined) throw this.#failure;
    return this.#ending ?? { kind: 'interrupted' };
  }

  /** The queue met trouble: a verb that writes will meet it too, tell of it, and of its end. */
  #probe(): void {
    if (this.#probing) return;
    this.#probing = true;
    void this.#room.ledger
      .pauseFor(0)
      .catch(() => undefined)
      .finally(() => (this.#probing = false));
  }

  #end(ending: Ending): void {
    this.#ending ??= ending;
    this.#quiet.abort();
  }

  async #handle(work: Work): Promise<void> {
    try {
      const batch = await this.#room.ledger.batch(work.batchId);
      if (batch !== undefined) await this.#steps[work.kind](work, batch);
    } catch (error) {
      await this.#afterwards(work, error);
    }
  }

  async #submit(work: Work, batch: BatchRow): Promise<void> {
    const { ledger, notify } = this.#room;
    if (work.again) {
      if (await ledger.takeOver(batch.id, work.owner)) notify({ kind: 'recovered', batches: 1 });
      await this.#release(batch.id);
    }
    // What takes its time comes before the slot, but for the intent: it says that the request is as good as gone.
    const sendable = batch.state === 'sealed' ? await ledger.sendableBatch(batch.id) : undefined;
    if (sendable === undefined) return;
    const room = this.#roomFor(work, batch);
    const fresh = await resealIfNeeded(sendable, room);
    const slot = await this.#mayBegin(batch);
    if (slot === undefined) return;
    await intend(fresh, room);
    if (await this.#mayLeave(slot)) await submit(fresh, room);
    else await room.ledger.returnToSealed(batch.id, new Date(room.clock.now()), notSent);
  }

  async #poll(work: Work, batch: BatchRow): Promise<void> {
    const { providerBatchId } = batch;
    if (batch.state !== 'submitted' || providerBatchId === undefined) return;
    const slot = await this.#mayBegin(batch);
    if (slot === undefined) return;
    if (await this.#mayLeave(slot)) await poll({ ...batch, providerBatchId }, this.#roomFor(work, batch));
    else await this.#room.ledger.release(batch.id, 0);
  }

  /** A batch has ended: if it was the last one, the intake is settled. */
  async #reconcile(intakeId: string): Promise<void> {
    const { ledger } = this.#room;
    if ((await ledger.nextDue(intakeId)) !== undefined) return;
    const { batches } = await ledger.tally(intakeId);
    if (batches.submitting === 0 && batches.unknown === 0) await ledger.settleIntake(intakeId);
  }

  /** The room in which one attempt writes under its own name; the input is at hand for its own intake only. */
  #roomFor({ owner }: Work, { intakeId }: BatchRow): SendContext {
    const { openInput, ...room } = this.#room;
    return {
      ...room,
      ledger: this.#patience.wrap(this.#room.ledger.forAttempt(owner)),
      ...(openInput && intakeId === room.ownIntake && { openInput }),
    };
  }

  /** Waits until a request may be made ready, and answers its slot. What may not begin soon, or not here any more, is put back. */
  async #mayBegin(batch: BatchRow): Promise<number | undefined> {
    const { ledger, breaker, limiter, clock, settings } = this.#room;
    const quiet = this.#quiet.signal;
    const patience = clock.now() + LONGEST_NAP_MS;
    while (!quiet.aborted && clock.now() < patience) {
      if (
        batch.state === 'sealed' &&
        (await passedLimit(ledger, batch.intakeId, settings.tolerated)) !== undefined
      )
        break;
      if (!this.#pause.isActive && breaker.pauseMs(batch.state === 'sealed' ? 'submit' : 'ask') === 0) {
        const slot = await limiter.acquireSlot(quiet);
        if (slot !== undefined && !this.#pause.isActive) return slot;
        break;
      }
      await clock.sleep(NAP_MS, quiet);
    }
    await ledger.release(
      batch.id,
      quiet.aborted ? 0 : Math.min(LONGEST_NAP_MS, NAP_MS + (await ledger.pausedForMs())),
    );
    return undefined;
  }

  /**
   * Waits for the slot of a request that is ready. One that is late leaves the slot and takes another, for it would come
   * beside those that follow. Answers false when there is none: the request must not leave.
   */
  async #mayLeave(slot: number): Promise<boolean> {
    const { limiter, clock } = this.#room;
    for (
      let at: number | undefined = slot, missed = 0;
      at !== undefined;
      at = await limiter.acquireSlot(this.#quiet.signal), missed += 1
    ) {
      const late = clock.now() - at;
      if (late > LATEST_MS && missed < MOST_MISSED) continue;
      await clock.sleep(-late);
      return true;
    }
    return false;
  }

  /** Policy `resend` lets what is unknown be sent again; one that is known to have arrived would only be told so. */
  async #release(batchId: number): Promise<void> {
    const { ledger, settings, clock } = this.#room;
    if (settings.onUnknown !== 'resend') return;
    const batch = await ledger.batch(batchId);
    if (batch?.state === 'unknown' && batch.reason?.code !== ALREADY_EXISTS)
      await ledger.releaseUnknown(batchId, new Date(clock.now()));
  }

  async #afterwards(work: Work, error: unknown): Promise<void> {
    if (error instanceof LedgerConflictError || error instanceof LedgerBatchLostError) {
      // It has moved on: another attempt was quicker, a person decided, or this very write was done before its answer was lost.
      this.#room.notify({ kind: 'moved-on', batchId: work.batchId, message: error.message });
      if (work.kind === 'submit') await this.#release(work.batchId);
      return;
    }
    const ending = endingOf(error);
    if (ending !== undefined) {
      // A key that only the input could replace is the matter of whoever has the input.
      if (!(error instanceof KeyWithdrawnError) || this.#room.ownIntake !== undefined) this.#end(ending);
      return this.#room.ledger.release(work.batchId, this.#quiet.signal.aborted ? 0 : LONGEST_NAP_MS);
    }
    if (error instanceof LedgerError && !isUnavailable(error)) {
      this.#failure ??= error;
      this.#quiet.abort();
    }
    this.#room.notify({
      kind: 'work-failed',
      batchId: work.batchId,
      message: error instanceof Error ? error.name : 'unknown',
    });
    throw error;
  }
}

/** Durable before the first byte leaves: a crash from here on leaves `submitting` as evidence. */
async function intend(batch: SendableBatch, { ledger, clock }: SendContext): Promise<void> {
  try {
    await ledger.recordIntent(batch.id, new Date(clock.now()));
  } catch (error) {
    // It may have been written, and its answer lost with the connection: surely nothing was sent, and only this attempt may say so.
    if (error instanceof LedgerConflictError)
      await ledger.returnToSealed(batch.id, new Date(clock.now()), notSent).catch(() => undefined);
    throw error;
  }
}
