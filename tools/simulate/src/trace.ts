import { createHash, type Hash } from 'node:crypto';

/** Characters that are digested at a time. */
const PORTION = 1 << 16;

/**
 * Everything that happened, in order. Its digest compares two runs; its lines are for a reader. Holds nothing
 * random.
 */
export class Trace {
  readonly #hash: Hash = createHash('sha256');
  readonly #now: () => number;
  readonly #onLine: ((line: string) => void) | undefined;
  #lines = 0;
  #pending = '';

  /** @param onLine gets each line; without it lines are only digested */
  constructor(now: () => number, onLine?: (line: string) => void) {
    this.#now = now;
    this.#onLine = onLine;
  }

  /** Adds a line: who did what. */
  note(who: string, kind: string, what: string): void {
    const line = `${this.#now()} ${who} ${kind} ${what}`;
    this.#lines += 1;
    this.#pending += `${line}\n`;
    if (this.#pending.length > PORTION) this.#digest();
    this.#onLine?.(line);
  }

  get lines(): number {
    return this.#lines;
  }

  /** SHA-256 over all lines, 16 hex digits of it. Ends the trace. */
  digest(): string {
    this.#digest();
    return this.#hash.digest('hex').slice(0, 16);
  }

  #digest(): void {
    this.#hash.update(this.#pending);
    this.#pending = '';
  }
}
