import { LedgerConflictError, type ChangePhase, type ChangeRow } from '@enrollkit/ledger';
import { endingByTime, endingOf, type Ending } from '../run/ending.ts';
import { Pause } from '../send/pause.ts';
import { attemptChange, endAs } from './attempt.ts';
import { requestOf, type ChangeContext } from './request.ts';

const LONGEST_SLEEP_MS = 1_000;
/** Changes read from the ledger at once. */
const READ_AHEAD = 64;

/** Which changes are sent, and until when (milliseconds since 1970). */
export interface ChangeRun {
  readonly intakeId: string;
  readonly phase: ChangePhase;
  readonly deadline: number;
}

/**
 * Sends the changes of an intake, a bounded number at once, until none is left that could be sent. The ledger
 * is the queue, as for the batches. Throws what a stage threw by defect.
 */
export async function runChanges(run: ChangeRun, context: ChangeContext, stop: AbortSignal): Promise<Ending> {
  return new ChangeRunner(run, context).run(stop);
}

class ChangeRunner {
  readonly #run: ChangeRun;
  readonly #context: ChangeContext;
  readonly #pause: Pause;
  readonly #inFlight = new Map<number, Promise<void>>();
  /** Those that something else must happen for first. */
  readonly #passedOver = new Set<number>();
  #needsInput = false;
  #lookedAt = 0;
  /** Whether nothing was in flight at the last look: what ended since then may be due again. */
  #wasAlone = false;
  #queued: ChangeRow[] = [];
  #ending: Ending | undefined;
  #failure: unknown;

  constructor(run: ChangeRun, context: ChangeContext) {
    this.#run = run;
    this.#context = context;
    this.#pause = new Pause(context);
  }

  async run(stop: AbortSignal): Promise<Ending> {
    while (this.#ending === undefined && this.#failure === undefined) {
      const ending = await this.#next(stop);
      this.#ending ??= ending;
    }
    await Promise.all(this.#inFlight.values());
    if (this.#failure !== undefined) throw this.#failure;
    return this.#ending ?? { kind: 'idle' };
  }

  async #next(stop: AbortSignal): Promise<Ending | undefined> {
    const { clock, breaker, settings } = this.#context;
    if (stop.aborted) return { kind: 'interrupted' };
    const due = endingByTime(this.#context, this.#pause, this.#run.deadline);
    if (due !== undefined) return due;
    const pauseMs = this.#pause.isActive ? LONGEST_SLEEP_MS : breaker.pauseMs('change');
    if (pauseMs > 0) return void (await clock.sleep(Math.min(pauseMs, LONGEST_SLEEP_MS), stop));
    if (this.#inFlight.size >= settings.inFlight) return void (await Promise.race(this.#inFlight.values()));
    const change = await this.#take();
    return change === undefined ? this.#rest(stop) : this.#process(change, stop);
  }

  async #process(change: ChangeRow, stop: AbortSignal): Promise<Ending | undefined> {
    const { limiter, clock } = this.#context;
    const request = await requestOf(change, this.#context);
    if (request.kind === 'input') this.#needsInput = true;
    if (request.kind === 'input' || request.kind === 'wait') return void this.#passedOver.add(change.id);
    if (request.kind === 'end') {
      const { state, reason } = request;
      return endAs(change, { state, reason }, this.#context).then(() => undefined);
    }
    const slot = await limiter.acquireSlot(stop);
    if (slot === undefined || this.#pause.isActive) return void (this.#queued = []);
    this.#start(change.id, async () => {
      await clock.sleep(slot - clock.monotonic());
      await attemptChange(change, request, this.#context);
    });
    return undefined;
  }

  /** The next of a portion that is read in advance. */
  async #take(): Promise<ChangeRow | undefined> {
    if (this.#queued.length === 0) {
      const { ledger, clock } = this.#context;
      const { intakeId, phase } = this.#run;
      // What is in flight when the ledger is read may be over, or due again, before the answer is here.
      const before = new Set(this.#inFlight.keys());
      this.#wasAlone = before.size === 0;
      this.#lookedAt = clock.now();
      const due = await ledger.dueChanges(intakeId, {
        now: new Date(this.#lookedAt),
        phase,
        limit: READ_AHEAD + this.#passedOver.size,
      });
      this.#queued = due.filter(
        ({ id }) => !before.has(id) && !this.#inFlight.has(id) && !this.#passedOver.has(id),
      );
    }
    return this.#queued.shift();
  }

  #start(id: number, work: () => Promise<void>): void {
    const watched = work()
      .catch((error: unknown) => this.#stop(error))
      .finally(() => this.#inFlight.get(id) === watched && this.#inFlight.delete(id));
    this.#inFlight.set(id, watched);
  }

  #stop(error: unknown): void {
    // Another process was quicker, or this very write was done before its answer was lost.
    if (error instanceof LedgerConflictError) return;
    const ending = endingOf(error);
    if (ending !== undefined) this.#ending ??= ending;
    else this.#failure ??= error;
  }

  async #rest(stop: AbortSignal): Promise<Ending | undefined> {
    const { ledger, clock } = this.#context;
    if (this.#inFlight.size > 0) return void (await Promise.race(this.#inFlight.values()));
    if (!this.#wasAlone) return undefined;
    const { intakeId, phase } = this.#run;
    // What was due at the last look was sent, or passed over.
    const due = await ledger.nextChangeDue(intakeId, phase, new Date(this.#lookedAt));
    if (due === undefined) return { kind: this.#needsInput ? 'input-needed' : 'idle' };
    const waitMs = due.getTime() - clock.now();
    return void (await clock.sleep(Math.min(waitMs, LONGEST_SLEEP_MS), stop));
  }
}
