import type { Ledger } from '@enrollkit/ledger';
import type { Clock } from '../clock.ts';
import type { Schedule } from './schedule.ts';

/** What the clock can tell apart, in milliseconds. */
const CLOCK_STEP_MS = 1;

/** Requests a second at a time of day (milliseconds since the epoch), above zero. */
export type Rate = Pick<Schedule, 'rateAt'>;

/** The one request rate, shared by submissions and polls. */
export interface Limiter {
  /**
   * Waits for the next slot and takes it. Answers when its request is to leave (now or very soon, by the
   * monotonic clock), or undefined when the signal aborted first, or the wait is too long.
   */
  acquireSlot(signal: AbortSignal): Promise<number | undefined>;
  /** No request for `ms` milliseconds. Never shortens an earlier pause. */
  pauseFor(ms: number): void | Promise<void>;
}

/**
 * A provider may ask for an hour without requests: the caller must look up in between, for deadlines and
 * instructions.
 */
const LONGEST_WAIT_MS = 1_000;

/**
 * The request rate of a single runner, as GCRA (generic cell rate algorithm) with a burst of one: two
 * requests are never closer than `1 / perSecond`, as far as the clock can tell. A provider that asks for a
 * pause (429, `Retry-After`) moves the next slot with `pauseFor`. Slots are kept on the monotonic clock:
 * setting the time of the machine neither stops nor hurries them.
 */
export class RateLimiter implements Limiter {
  readonly #clock: Clock;
  readonly #rate: Rate;
  readonly #ledger: Pick<Ledger, 'pauseFor' | 'pausedForMs'>;
  #nextSlot: number | undefined;

  constructor(rate: Rate, clock: Clock, ledger: Pick<Ledger, 'pauseFor' | 'pausedForMs'>) {
    this.#rate = rate;
    this.#clock = clock;
    this.#ledger = ledger;
  }

  /**
   * Waits for the next slot, a second at most, and takes it; undefined when it did not come, or the signal
   * aborted first.
   */
  async acquireSlot(signal: AbortSignal): Promise<number | undefined> {
    const until = this.#clock.monotonic() + LONGEST_WAIT_MS;
    if (this.#nextSlot === undefined) {
      // A pause that the provider asked of an earlier run holds for this one.
      const pausedFor = await this.#ledger.pausedForMs();
      this.#nextSlot = Math.max(this.#nextSlot ?? 0, this.#clock.monotonic() + pausedFor);
    }
    for (;;) {
      const now = this.#clock.monotonic();
      if (signal.aborted || now >= until) return undefined;
      // Closer than the clock can tell, a sleep would last longer than what is waited for.
      if (this.#nextSlot - now < CLOCK_STEP_MS) {
        this.#nextSlot = Math.max(now, this.#nextSlot) + 1000 / this.#rate.rateAt(this.#clock.now());
        return now;
      }
      await this.#clock.sleep(Math.min(this.#nextSlot, until) - now, signal);
    }
  }

  /** No request for `ms` milliseconds, in this run or the next. Never shortens an earlier pause. */
  async pauseFor(ms: number): Promise<void> {
    this.#nextSlot = Math.max(this.#nextSlot ?? 0, this.#clock.monotonic() + ms);
    await this.#ledger.pauseFor(ms);
  }
}
