import type { SharedLedger } from '@enrollkit/ledger';
import type { Clock } from '../clock.ts';
import type { Limiter, Rate } from './limiter.ts';

/** Paused for longer than this, a request is better put back than waited with. */
const LONGEST_PAUSE_MS = 5_000;

/**
 * A slot lies this far ahead, so that recording the intent before it does not delay the request: what the
 * disk usually takes. More would leave more batches unknown when a process dies.
 */
const LEAD_MS = 30;
/** And so many slots at most: where they are that close, what they are ahead is only time lost. */
const LEAD_SLOTS = 10;

/** After so short a wait for a slot it is not asked anew whether the requests are held back. */
const SHORT_WAIT_MS = 20;

/**
 * The request rate that all hosts share through the ledger. One request of this process waits for its slot at
 * a time, so that the slots are spread over the hosts.
 */
export class SharedLimiter implements Limiter {
  readonly #ledger: Pick<SharedLedger, 'acquireSlot' | 'pausedForMs' | 'pauseFor'>;
  readonly #rate: Rate;
  readonly #clock: Clock;
  #last: Promise<unknown> = Promise.resolve();

  /** `rate`: of all hosts together. */
  constructor(
    ledger: Pick<SharedLedger, 'acquireSlot' | 'pausedForMs' | 'pauseFor'>,
    rate: Rate,
    clock: Clock,
  ) {
    this.#ledger = ledger;
    this.#rate = rate;
    this.#clock = clock;
  }

  acquireSlot(signal: AbortSignal): Promise<number | undefined> {
    const turn = this.#last.then(() => this.#acquire(signal));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async pauseFor(ms: number): Promise<void> {
    await this.#ledger.pauseFor(ms);
  }

  async #acquire(signal: AbortSignal): Promise<number | undefined> {
    while (!signal.aborted) {
      const rate = this.#rate.rateAt(this.#clock.now());
      const wait = await this.#ledger.acquireSlot(rate);
      const slot = this.#clock.monotonic() + (wait ?? 0) + Math.min(LEAD_MS, (LEAD_SLOTS * 1_000) / rate);
      await this.#clock.sleep(wait ?? 0, signal);
      if (wait !== undefined && wait <= SHORT_WAIT_MS && !signal.aborted) return slot;
      // While this one waited, another host may have been asked to pause.
      const pausedFor = await this.#ledger.pausedForMs();
      if (wait !== undefined && pausedFor === 0 && !signal.aborted) return slot;
      if (pausedFor > LONGEST_PAUSE_MS) return undefined;
      await this.#clock.sleep(pausedFor, signal);
    }
    return undefined;
  }
}
