import { setTimeout as timer } from 'node:timers/promises';

/** Time as the pipeline sees it; tests and simulations give their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Waits `ms` milliseconds (at once when zero or less), or until the signal aborts; never throws. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    if (ms <= 0 || signal?.aborted) return;
    // An abort ends the sleep; the caller looks at its signal, and no exception is thrown.
    await timer(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
  },
};
