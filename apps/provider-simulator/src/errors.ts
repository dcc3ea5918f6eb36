import { EnrollkitError } from '@enrollkit/base';

/** Codes of every error that the simulator throws to its caller. */
export type SimulatorErrorCode =
  /** A fault rule cannot be used; `--list` names the faults and how a rule is written. */
  | 'fault-rule-invalid'
  /** The keys directory does not hold what an earlier start wrote there. Remove it to have new keys made. */
  | 'keys-directory-invalid'
  /** The file of the world was not written by this version of the simulator. Name another one. */
  | 'world-file-invalid';

/** A fault rule that cannot be used. */
export class FaultRuleError extends EnrollkitError<SimulatorErrorCode> {
  constructor(message: string, cause?: unknown) {
    super({
      code: 'fault-rule-invalid',
      message,
      hint: 'Write NAME[=VALUE][@OPERATION][:PROBABILITY][*TIMES][+AFTER]; `enrollkit-simulator --list` names the faults.',
      cause,
    });
  }
}

/** A keys directory whose files an earlier start did not write. */
export class KeysDirectoryError extends EnrollkitError<SimulatorErrorCode> {
  constructor(path: string) {
    // No cause: it may quote key material.
    super({
      code: 'keys-directory-invalid',
      message: `${path} does not hold what an earlier start wrote there`,
      hint: 'Remove the directory to have new keys made, or name another one.',
    });
  }
}

/** A world file that cannot be read. */
export class WorldFileError extends EnrollkitError<SimulatorErrorCode> {
  constructor(message: string, cause?: unknown) {
    super({
      code: 'world-file-invalid',
      message,
      hint: 'Name a file that does not exist yet, or one that this version of the simulator wrote.',
      cause,
    });
  }
}
