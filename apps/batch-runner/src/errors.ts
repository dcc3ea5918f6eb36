import type { ExitName } from './exit-codes.ts';

/** Codes of what a person or a script may be told; stable. */
export type RunnerErrorCode =
  | 'USAGE'
  | 'CONFIG_INVALID'
  | 'CONFIG_MISSING'
  | 'SECRET_UNREADABLE'
  | 'FILE_EXISTS'
  | 'INTAKE_UNKNOWN'
  | 'BATCH_UNKNOWN'
  | 'INPUT_NEEDED'
  | 'KEY_REFUSED'
  | 'NOBODY_RUNS'
  | 'STOPPED'
  | 'OUTPUT_LOST';

/** Something the operator can mend: what was asked, what was found, and a hint. Ends the process with `exit`. */
export class RunnerError extends Error {
  override readonly name = 'RunnerError';
  readonly code: RunnerErrorCode;
  readonly hint: string;
  readonly exit: ExitName;

  constructor(
    code: RunnerErrorCode,
    message: string,
    options: { hint: string; exit?: ExitName; cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.exit = options.exit ?? 'usage';
  }
}
