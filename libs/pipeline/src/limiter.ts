import type { Clock } from './clock.ts';

const CLOCK_STEP_MS = 1;

/**
 * The global request rate, as GCRA (generic cell rate algorithm) with a burst of one: two requests are never closer
 * than `1 / perSecond`. A provider that asks for quiet (429, `Retry-After`) moves the next slot with `holdUntil`.
 */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  #nextSlot = 0;

  /** `perSecond`: requests a second, above zero. */
  constructor(perSecond: number, clock: Clock) {
    this.#intervalMs = 1000 / perSecond;
    this.#clock = clock;
  }

  /** Waits for the next slot and takes it; answers false when the signal aborted first. */
  async take(signal: AbortSignal): Promise<boolean> {
    for (;;) {
      if (signal.aborted) return false;
      const now = this.#clock.now();
      // Closer than the clock can tell, a wait would be longer than what is waited for.
      if (this.#nextSlot - now < CLOCK_STEP_MS) {
        this.#nextSlot = Math.max(now, this.#nextSlot) + this.#intervalMs;
        return true;
      }
      await this.#clock.sleep(this.#nextSlot - now, signal);
    }
  }

  /** No request before `time` (milliseconds since the epoch). Never moves a slot forward in time. */
  holdUntil(time: number): void {
    this.#nextSlot = Math.max(this.#nextSlot, time);
  }
}
