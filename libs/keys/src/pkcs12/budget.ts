import { UnsupportedAlgorithm } from './unsupported.ts';

/**
 * The most rounds of key derivation that are spent on one file: well over what any exporter writes, and
 * seconds of work at most. Without a limit a damaged file stops the process for hours.
 */
const MOST_ROUNDS = 2_000_000;

/** The rounds of key derivation that are left for one file. */
export class Budget {
  #spent = 0;

  /** Throws `UnsupportedAlgorithm` when the rounds are not left, before they are spent. */
  spend(rounds: number): void {
    this.#spent += rounds;
    if (!(rounds >= 1) || this.#spent > MOST_ROUNDS)
      throw new UnsupportedAlgorithm(
        `${this.#spent} iterations (at most ${MOST_ROUNDS} are spent on a file)`,
      );
  }
}
