/** A clock that stands still until a test moves it. */
export class FakeClock {
  #now: number;
  readonly #sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();

  /** @param start Milliseconds since 1970; 2026-01-01T00:00Z when not given. */
  constructor(start: number = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  /** Milliseconds since 1970. Bound, so that it can stand in for `Date.now`. */
  readonly now = (): number => this.#now;

  /** The same, as the clock that nobody sets. */
  readonly monotonic = (): number => this.#now;

  /**
   * Resolves when the clock has been moved `ms` on, or when the signal aborts; at once when `ms` is not
   * positive.
   */
  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> => {
    if (ms <= 0 || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper = { until: this.#now + ms, wake: resolve };
      this.#sleepers.add(sleeper);
      signal?.addEventListener(
        'abort',
        () => {
          this.#sleepers.delete(sleeper);
          resolve();
        },
        { once: true },
      );
    });
  };

  /** When the first sleeper wakes, in milliseconds since 1970; undefined when nobody sleeps. */
  nextWake(): number | undefined {
    return this.#sleepers.size === 0 ? undefined : Math.min(...[...this.#sleepers].map(({ until }) => until));
  }

  /** Moves on by `ms` and wakes, in their order, all whose time has come. */
  advance(ms: number): void {
    this.#now += ms;
    const due = [...this.#sleepers]
      .filter(({ until }) => until <= this.#now)
      .sort((a, b) => a.until - b.until);
    for (const sleeper of due) {
      this.#sleepers.delete(sleeper);
      sleeper.wake();
    }
  }
}
