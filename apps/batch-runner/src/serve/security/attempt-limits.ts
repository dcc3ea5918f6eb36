/** How many attempts in which time, and for how many keys that is remembered. */
export interface AttemptLimit {
  readonly attempts: number;
  readonly windowMs: number;
  /** Keys that are remembered; beyond it the one that was used longest ago is forgotten. */
  readonly maxKeys: number;
}

interface Count {
  attempts: number;
  readonly until: number;
}

/**
 * Counts attempts by key and refuses those beyond a limit until the time of the first has passed. An attempt
 * counts before its outcome is known, so that many at once are no way around it; a success gives it back.
 */
export class AttemptLimits {
  readonly #limit: AttemptLimit;
  readonly #now: () => number;
  /** Used longest ago first. */
  readonly #counts = new Map<string, Count>();

  /** `now`: milliseconds since 1970. */
  constructor(limit: AttemptLimit, now: () => number = Date.now) {
    this.#limit = limit;
    this.#now = now;
  }

  /** Counts an attempt. Returns 0 when it may be made, else for how many milliseconds none may. */
  take(key: string): number {
    const now = this.#now();
    const before = this.#counts.get(key);
    const count =
      before === undefined || before.until <= now
        ? { attempts: 0, until: now + this.#limit.windowMs }
        : before;
    this.#counts.delete(key);
    this.#counts.set(key, count);
    if (count.attempts >= this.#limit.attempts) return count.until - now;
    count.attempts += 1;
    this.#forgetOldest();
    return 0;
  }

  /** Whether the next attempt of a key will be refused. */
  isSpent(key: string): boolean {
    const count = this.#counts.get(key);
    return count !== undefined && count.attempts >= this.#limit.attempts && count.until > this.#now();
  }

  /** Takes one attempt back: it was not a failure. */
  giveBack(key: string): void {
    const count = this.#counts.get(key);
    if (count !== undefined && count.attempts > 0) count.attempts -= 1;
  }

  /** Forgets the attempts of a key. */
  clear(key: string): void {
    this.#counts.delete(key);
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#counts.size;
  }

  #forgetOldest(): void {
    for (const key of this.#counts.keys()) {
      if (this.#counts.size <= this.#limit.maxKeys) return;
      this.#counts.delete(key);
    }
  }
}
