import type { BatchRow, SharedLedger } from '@enrollkit/ledger';
import type { SendContext } from '../send/context.ts';
import type { Pause } from '../send/pause.ts';
import { passedLimit } from './ending.ts';

const SLEEP_MS = 500;
/** What cannot start for longer than this is released: work that is kept for ever would look dead. */
export const longestWaitMs = 20_000;
/** Lateness for a slot that is still taken as on time, in milliseconds. */
const LATEST_MS = 50;
/**
 * Slots missed in a row, after which a request leaves late: a machine that is always late gets its turn all
 * the same.
 */
const MAX_MISSED = 2;

/** What taking slots needs. */
export interface SlotContext extends Pick<SendContext, 'breaker' | 'limiter' | 'clock' | 'settings'> {
  readonly ledger: SharedLedger;
  readonly pause: Pause;
  /** Aborts when the worker takes up nothing more. */
  readonly draining: AbortSignal;
}

/** Takes slots of the shared request rate for one worker. */
export class Slots {
  readonly #context: SlotContext;

  constructor(context: SlotContext) {
    this.#context = context;
  }

  /**
   * Waits until a request for the batch may be made, and takes its slot. When that is not soon, or not in
   * this worker any more, answers undefined, and the batch's work is released to be taken up later.
   */
  async acquire(batch: BatchRow): Promise<number | undefined> {
    const { ledger, breaker, limiter, clock, pause, draining } = this.#context;
    const kind = batch.state === 'sealed' ? 'submit' : 'poll';
    const until = clock.monotonic() + longestWaitMs;
    while (!draining.aborted && clock.monotonic() < until) {
      if (kind === 'submit' && (await this.#isLimitPassed(batch))) break;
      if (!pause.isActive && breaker.pauseMs(kind) === 0) {
        const slot = await limiter.acquireSlot(draining);
        if (slot !== undefined && !pause.isActive) return slot;
        break;
      }
      await clock.sleep(SLEEP_MS, draining);
    }
    const releaseForMs = draining.aborted
      ? 0
      : Math.min(longestWaitMs, SLEEP_MS + (await ledger.pausedForMs()));
    await ledger.release(batch.id, releaseForMs);
    return undefined;
  }

  /**
   * Waits for the slot of a request that is ready. One that is late gives its slot up and takes another, for
   * it would leave beside those that follow. False when there is none: the request must not leave.
   */
  async wait(slot: number): Promise<boolean> {
    const { limiter, clock, draining } = this.#context;
    let at: number | undefined = slot;
    for (let missed = 0; at !== undefined; missed += 1) {
      const late = clock.monotonic() - at;
      if (late <= LATEST_MS || missed >= MAX_MISSED) {
        await clock.sleep(-late);
        return true;
      }
      at = await limiter.acquireSlot(draining);
    }
    return false;
  }

  async #isLimitPassed({ intakeId }: BatchRow): Promise<boolean> {
    const { ledger, settings } = this.#context;
    return (await passedLimit(ledger, intakeId, settings.tolerated)) !== undefined;
  }
}
