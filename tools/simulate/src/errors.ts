import { EnrollkitError } from '@enrollkit/base';

/** Codes of every error that ends a schedule or the program. */
export type SimulateErrorCode =
  /**
   * A mutant is not known, or its fragment does not stand exactly once in the source: change it with the
   * code.
   */
  | 'mutant-unfit'
  /** A schedule does not come to an end however often its processes are started. Replay its seed. */
  | 'never-settled'
  /** Nothing in a schedule can move any more. Replay its seed. */
  | 'stuck';

/** A mutant that is not known, or whose fragment does not stand exactly once in the source. */
export class MutantError extends EnrollkitError<SimulateErrorCode> {
  constructor(message: string) {
    super({ code: 'mutant-unfit', message, hint: 'Look into tools/simulate/src/mutants.ts.' });
  }
}

/** A schedule whose work does not come to an end, however many processes are started. */
export class NeverSettledError extends EnrollkitError<SimulateErrorCode> {
  constructor(message: string) {
    super({ code: 'never-settled', message, hint: 'Run the seed with --trace to see what repeats.' });
  }
}

/** No process can go on and no event is due: a run that would wait for ever. */
export class StuckError extends EnrollkitError<SimulateErrorCode> {
  constructor(message: string) {
    super({ code: 'stuck', message, hint: 'Run the seed with --trace to see what it waits for.' });
  }
}

/** Thrown into a statement of a process that was killed; nothing of that process is left to catch it. */
export class KilledError extends Error {
  override readonly name = 'KilledError';
}
