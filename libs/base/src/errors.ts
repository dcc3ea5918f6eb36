import { redactCause } from './redact-cause.ts';

/** What every error of Enrollkit is made of. */
export interface ErrorParts<Code extends string> {
  /** Stable and kebab-case, from the package's closed union. */
  readonly code: Code;
  /** What was asked and what was found. Never a card number, a key, a token or another sensitive value. */
  readonly message: string;
  /** What to do next, as a sentence. */
  readonly hint: string;
  /** What was thrown below; only its name, its code and its redacted message are kept. */
  readonly cause?: unknown;
}

const brand = Symbol.for('@enrollkit/error');

/**
 * The one shape of every error that reaches a caller or a terminal: `code`, `message`, `hint` and a safe
 * `cause`. Each package derives its classes from this one and closes `Code` over its own union.
 */
export abstract class EnrollkitError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly hint: string;

  constructor({ code, message, hint, cause }: ErrorParts<Code>) {
    super(message, cause === undefined ? undefined : { cause: redactCause(cause) });
    this.name = new.target.name;
    this.code = code;
    this.hint = hint;
  }

  /** Marks instances across copies of this package: two versions may be installed side by side. */
  get [brand](): true {
    return true;
  }
}

/** Whether an error has the one shape, whichever installed copy of this package made it. */
export function isEnrollkitError(error: unknown): error is EnrollkitError {
  return error instanceof Error && brand in error;
}
