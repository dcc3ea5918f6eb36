import { EnrollkitError } from '@enrollkit/base';

/** Why an input cannot be read, or not to its end. A closed list. */
export type InputErrorCode =
  /** The input file does not exist. */
  | 'input-missing'
  /** The input file may not be read. */
  | 'input-unreadable'
  /** The input is a folder. Name the file in it. */
  | 'input-is-folder'
  /** The input has no byte. */
  | 'input-empty'
  /** The input has a header and no row. */
  | 'input-has-no-rows'
  /** The file is not the one that was read first. Give that very file, or run the new one. */
  | 'input-changed'
  /** The input ended while it was read. */
  | 'input-stopped'
  /** The input is UTF-16. The hint has the command that converts it. */
  | 'input-utf16'
  /** The input is no text; the message says what it looks like. */
  | 'input-not-text'
  /** The input is a JSON array. The hint has the command that makes NDJSON of it. */
  | 'input-json-array'
  /** Standard input could not be kept in a temporary file. */
  | 'spool-failed'
  /** The delimiter could not be told from the header. Set `input.delimiter`. */
  | 'delimiter-unknown'
  /** The header is not UTF-8. */
  | 'header-encoding'
  /** The lines end in CR alone. The hint has the command that converts them. */
  | 'header-line-endings'
  /** A column stands twice in the header. */
  | 'header-duplicate'
  /** A column has no name. */
  | 'header-empty'
  /** A column is not known. Map it in `input.columns`, also to `ignore`. */
  | 'header-unknown'
  /** A column that must be there is not. */
  | 'header-missing'
  /** A row is longer than any that makes sense; the place is in the message. */
  | 'row-too-long'
  /** A quote is never closed, or text follows it: nothing behind it can be trusted. */
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
