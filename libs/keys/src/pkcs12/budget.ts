import { UnsupportedAlgorithm } from './unsupported.ts';

/**
 * The most rounds of key derivation that are spent on one file: well over what any exporter writes, and
 * seconds of work at most. Without a limit a damaged file stops the process for hours.
 */
const MOST_ROUNDS = 2_000_000;

/** More rounds are needed than may be spent on this thread. */
export class TooManyHere extends Error {
  override readonly name = 'TooManyHere';
}

/** The rounds of key derivation that are left for one file, and of them those that this thread may spend. */
export class Budget {
  readonly #here: number;
  #spent = 0;

  constructor(here: number = MOST_ROUNDS) {
    this.#here = here;
  }

  /**
   * Throws `UnsupportedAlgorithm` or {@link TooManyHere} when the rounds are not left, before they are spent.
   */
  spend(rounds: number): void {
    if (!(rounds >= 1)) throw new UnsupportedAlgorithm(`${rounds} iterations`);
    this.#spent += rounds;
    if (this.#spent > MOST_ROUNDS)
      throw new UnsupportedAlgorithm(
        `${this.#spent} iterations (at most ${MOST_ROUNDS} are spent on a file)`,
      );
    if (this.#spent > this.#here) throw new TooManyHere();
  }
}
