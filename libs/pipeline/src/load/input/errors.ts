/** Why an input cannot be read, or not to its end. A closed list. */
export type InputErrorCode =
  | 'INPUT_MISSING'
  | 'INPUT_UNREADABLE'
  | 'INPUT_IS_FOLDER'
  | 'INPUT_EMPTY'
  | 'INPUT_HAS_NO_ROWS'
  | 'INPUT_CHANGED'
  | 'INPUT_STOPPED'
  | 'INPUT_UTF16'
  | 'INPUT_NOT_TEXT'
  | 'INPUT_JSON_ARRAY'
  | 'SPOOL_FAILED'
  | 'DELIMITER_UNKNOWN'
  | 'HEADER_ENCODING'
  | 'HEADER_LINE_ENDINGS'
  | 'HEADER_DUPLICATE'
  | 'HEADER_EMPTY'
  | 'HEADER_UNKNOWN'
  | 'HEADER_MISSING'
  | 'ROW_TOO_LONG'
  | 'QUOTE_BROKEN';

/** Where in the input it went wrong. */
export interface InputPlace {
  /** From 1, header counted. */
  readonly line?: number;
  /** Byte offset, from 0. */
  readonly offset?: number;
}

/**
 * The input cannot be read on: nothing after the place can be trusted. The message says what was asked and what was
 * found, and never repeats a value; `hint` says what would mend it.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly code: InputErrorCode;
  readonly hint: string;
  readonly line: number | undefined;
  readonly offset: number | undefined;

  constructor(
    code: InputErrorCode,
    texts: { readonly message: string; readonly hint: string; readonly cause?: unknown },
    place: InputPlace = {},
  ) {
    super(
      place.line === undefined ? texts.message : `Line ${place.line}: ${texts.message}`,
      texts.cause === undefined ? {} : { cause: texts.cause },
    );
    this.code = code;
    this.hint = texts.hint;
    this.line = place.line;
    this.offset = place.offset;
  }
}
