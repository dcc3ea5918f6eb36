import type { SharedLedger } from '@enrollkit/ledger';
import type { Clock } from '../clock.ts';
import type { Limiter } from './limiter.ts';

/** Held for longer than this, a request is better put back than waited with. */
const LONGEST_HOLD_MS = 5_000;

/**
 * The intent to send is written in this time before the request leaves: what the disk usually takes for it does not move
 * the request. More would leave more batches in doubt when a process dies.
 */
const LEAD_MS = 30;

/**
 * The rate limit that all hosts share through the ledger. One request of this process waits for its slot at a time, so
 * that the slots go round the hosts.
 */
export class SharedLimiter implements Limiter {
  readonly #ledger: Pick<SharedLedger, 'acquireSlot' | 'pausedForMs' | 'pauseFor'>;
  readonly #perSecond: number;
  readonly #clock: Clock;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    ledger: Pick<SharedLedger, 'acquireSlot' | 'pausedForMs' | 'pauseFor'>,
    perSecond: number,
    clock: Clock,
  ) {
    this.#ledger = ledger;
    this.#perSecond = perSecond;
    this.#clock = clock;
  }

  acquireSlot(signal: AbortSignal): Promise<number | undefined> {
    const turn = this.#last.then(() => this.#take(signal));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async pauseUntil(time: number): Promise<void> {
    await this.#ledger.pauseFor(Math.max(0, time - this.#clock.now()));
  }

  async #take(signal: AbortSignal): Promise<number | undefined> {
    while (!signal.aborted) {
      const wait = await this.#ledger.acquireSlot(this.#perSecond);
      const slot = this.#clock.now() + (wait ?? 0);
      await this.#clock.sleep(wait ?? 0, signal);
      // While it waited, another host may have been told to be quiet.
      const held = await this.#ledger.pausedForMs();
      if (wait !== undefined && held === 0 && !signal.aborted) return slot + LEAD_MS;
      if (held > LONGEST_HOLD_MS) return undefined;
      await this.#clock.sleep(held, signal);
    }
    return undefined;
  }
}
