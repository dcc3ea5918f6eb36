/** Numbers that look random and are the same for the same seed: mulberry32. Not for anything secret. */
export class SeededRandom {
  #state: number;

  /** `seed`: a whole number. */
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A number from 0 to 1, 1 excluded. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  /** A whole number from 0 to `limit`, `limit` excluded. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** One of the values; throws `RangeError` when there are none. */
  pick<T>(values: readonly T[]): T {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new RangeError('There is nothing to pick from');
    return value;
  }

  /** The pattern with a digit for each `#`. */
  digits(pattern: string): string {
    let text = '';
    for (const character of pattern) text += character === '#' ? String(this.below(10)) : character;
    return text;
  }
}
