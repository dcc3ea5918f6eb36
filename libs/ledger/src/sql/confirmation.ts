/**
 * When the ledger last confirmed that this process owns it, by two clocks: the monotonic one stands still while the
 * machine sleeps, the wall clock can be set. On a shared buffer another thread can ask.
 */
export class Confirmation {
  readonly #at: Float64Array;

  constructor(buffer: ArrayBufferLike = new ArrayBuffer(2 * Float64Array.BYTES_PER_ELEMENT)) {
    this.#at = new Float64Array(buffer);
  }

  /** Notes a confirmation now. */
  note(): void {
    this.#at[0] = monotonicMs();
    this.#at[1] = Date.now();
  }

  /** Milliseconds since the last one, by the clock that says more; infinite before the first. */
  msAgo(): number {
    const [monotonic = 0, wall = 0] = this.#at;
    if (wall === 0) return Infinity;
    return Math.max(0, monotonicMs() - monotonic, Date.now() - wall);
  }
}

/** The same clock in all threads of a process. */
function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
