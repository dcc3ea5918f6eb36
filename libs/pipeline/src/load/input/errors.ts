import { EnrollkitError } from '@enrollkit/base';

/** Why an input cannot be read, or not to its end. A closed list. */
export type InputErrorCode =
  | 'input-missing'
  | 'input-unreadable'
  | 'input-is-folder'
  | 'input-empty'
  | 'input-has-no-rows'
  | 'input-changed'
  | 'input-stopped'
  | 'input-utf16'
  | 'input-not-text'
  | 'input-json-array'
  | 'spool-failed'
  | 'delimiter-unknown'
  | 'header-encoding'
  | 'header-line-endings'
  | 'header-duplicate'
  | 'header-empty'
  | 'header-unknown'
  | 'header-missing'
  | 'row-too-long'
  | 'quote-broken';

/** Where in the input it went wrong. */
export interface InputPlace {
  /** From 1, header counted. */
  readonly line?: number;
  /** Byte offset, from 0. */
  readonly offset?: number;
}

/**
 * The input cannot be read on: nothing after the place can be trusted. The message says what was asked and what was
 * found, and never repeats a value.
 */
export class InputError extends EnrollkitError<InputErrorCode> {
  readonly line: number | undefined;
  readonly offset: number | undefined;

  constructor(
    code: InputErrorCode,
    { message, hint, cause }: { readonly message: string; readonly hint: string; readonly cause?: unknown },
    place: InputPlace = {},
  ) {
    super({
      code,
      message: place.line === undefined ? message : `Line ${place.line}: ${message}`,
      hint,
      cause,
    });
    this.line = place.line;
    this.offset = place.offset;
  }
}
