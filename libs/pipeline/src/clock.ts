import { uptime } from 'node:os';
import { setTimeout as timer } from 'node:timers/promises';

/** Time as the pipeline sees it; tests and simulations give their own. */
export interface Clock {
  /** The time of day in milliseconds since the epoch; never goes back within a process. */
  now(): number;
  /**
   * Milliseconds of a clock that nobody sets, and that runs on while the process is stopped or the machine
   * suspended.
   */
  monotonic(): number;
  /** Waits `ms` milliseconds (at once when zero or less), or until the signal aborts; never throws. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Milliseconds by which the machine's time was set back so far, all in all; zero when absent. */
  setBackMs?(): number;
}

/** Smaller differences are the slow corrections of a time service. */
const SET_BACK_MS = 1_000;

/** Where a steady clock gets its time. */
export interface TimeSources {
  /** The machine's time of day, in milliseconds since the epoch. */
  readonly now: () => number;
  readonly monotonic: () => number;
}

/**
 * The machine's clock, steadied: when its time is set back, time goes on from where it was. What was due
 * stays due, and no wait grows by what the clock was moved.
 */
export class SteadyClock implements Clock {
  readonly #sources: TimeSources;
  #last: { readonly wall: number; readonly monotonic: number };
  #setBack = 0;
  #highest = 0;

  constructor(sources: TimeSources) {
    this.#sources = sources;
    this.#last = { wall: sources.now(), monotonic: sources.monotonic() };
  }

  readonly now = (): number => {
    const wall = this.#sources.now();
    const monotonic = this.#sources.monotonic();
    const missing = monotonic - this.#last.monotonic - (wall - this.#last.wall);
    if (missing > SET_BACK_MS) this.#setBack += missing;
    this.#last = { wall, monotonic };
    this.#highest = Math.max(this.#highest, Math.floor(wall + this.#setBack));
    return this.#highest;
  };

  readonly monotonic = (): number => this.#sources.monotonic();

  readonly setBackMs = (): number => this.#setBack;

  readonly sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    if (ms <= 0 || signal?.aborted) return;
    // An abort ends the sleep; the caller looks at its signal, and no exception is thrown.
    await timer(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
  };
}

const bootedAt = uptime() * 1_000 - performance.now();
/** `uptime` reads a file, and is no more exact than this anyway. */
const UPTIME_EVERY_MS = 1;
let readAt = -Infinity;
let sinceBoot = 0;

/**
 * Milliseconds by the two clocks that nobody sets. Of them, `uptime` counts the time of a suspended machine.
 */
function monotonic(): number {
  const running = performance.now();
  if (running - readAt >= UPTIME_EVERY_MS) {
    readAt = running;
    sinceBoot = uptime() * 1_000 - bootedAt;
  }
  return Math.max(running, sinceBoot);
}

/** The machine's clock. */
export const systemClock: Clock = new SteadyClock({ now: Date.now, monotonic });
