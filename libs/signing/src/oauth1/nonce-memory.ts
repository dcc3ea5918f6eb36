/**
 * Remembers what may be used once only (nonces, token ids) for as long as it could still be accepted, in two
 * generations that take turns, so that nothing has to be swept.
 */
export class NonceMemory {
  readonly #lifeMs: number;
  #young = new Set<string>();
  #old = new Set<string>();
  #turnedAt = Number.NEGATIVE_INFINITY;

  /** A timestamp may lie `skewSeconds` ahead, and is accepted until it lies as far behind. */
  constructor(skewSeconds: number) {
    this.#lifeMs = 2 * skewSeconds * 1000;
  }

  /** Remembers the mark; true when it was there before. `now` in milliseconds. */
  seen(mark: string, now: number): boolean {
    if (now - this.#turnedAt > this.#lifeMs) {
      this.#old = this.#young;
      this.#young = new Set();
      this.#turnedAt = now;
    }
    if (this.#young.has(mark) || this.#old.has(mark)) return true;
    this.#young.add(mark);
    return false;
  }
}
