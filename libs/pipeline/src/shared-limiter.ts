import type { SharedLedger } from '@enrollkit/ledger';
import type { Clock } from './clock.ts';
import type { Limiter } from './limiter.ts';

/** Held for longer than this, a request is better put back than waited with. */
const LONGEST_HOLD_MS = 5_000;

/**
 * The rate limit that all hosts share through the ledger. One request of this process waits for its slot at a time, so
 * that the slots go round the hosts.
 */
export class SharedLimiter implements Limiter {
  readonly #ledger: Pick<SharedLedger, 'takeSlot' | 'slotStands' | 'heldForMs' | 'hold'>;
  readonly #perSecond: number;
  readonly #clock: Clock;
  #last: Promise<unknown> = Promise.resolve();

  constructor(ledger: Pick<SharedLedger, 'takeSlot' | 'slotStands' | 'heldForMs' | 'hold'>, perSecond: number, clock: Clock) {
    this.#ledger = ledger;
    this.#perSecond = perSecond;
    this.#clock = clock;
  }

  take(signal: AbortSignal): Promise<boolean> {
    const turn = this.#last.then(() => this.#take(signal));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async holdUntil(time: number): Promise<void> {
    await this.#ledger.hold(Math.max(0, time - this.#clock.now()));
  }

  async #take(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      const slot = await this.#ledger.takeSlot(this.#perSecond);
      if (slot !== undefined) {
        await this.#clock.sleep(slot.waitMs, signal);
        if (signal.aborted) return false;
        // While it waited, another host may have been told to be quiet; or this one was late, and others have come meanwhile.
        if (await this.#ledger.slotStands(slot)) return true;
      }
      const held = await this.#ledger.heldForMs();
      if (held > LONGEST_HOLD_MS) return false;
      await this.#clock.sleep(held, signal);
    }
    return false;
  }
}
