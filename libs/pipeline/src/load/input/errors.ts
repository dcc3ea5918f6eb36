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
  /** Standard input, or what a check remembers of rows, could not be kept in a temporary file. */
  | 'spool-failed'
  /** The delimiter could not be told from the header. Set `input.delimiter`. */
  | 'delimiter-unknown'
  /** The header is not UTF-8. */
  | 'header-encoding'
  /** A column stands twice in the header. */
  | 'header-duplicate'
  /** A column is not known. Map it in `input.columns`, also to `ignore`. */
  | 'header-unknown'
  /** A column that must be there is not. */
  | 'header-missing'
  /** A row is longer than any that makes sense; the place is in the message. */
  | 'row-too-long'
  /** A quote is never closed, or text follows it: nothing behind it can be trusted. */
  | 'quote-broken'
  /** No encoding has the name. Use one of the WHATWG Encoding Standard, or IBM037, IBM500, IBM1047. */
  | 'encoding-unknown'
  /** The input is not in the encoding it should be in. The hint has the setting for the one it looks like. */
  | 'input-encoding'
  /** The program of `input.open` did not end well; nothing of its output was used. */
  | 'open-failed'
  /** A digest that was expected is not the file's: it is not the file that was sent. */
  | 'digest-differs'
  /** The file beside the input that `input.sidecar` asks for is not there. */
  | 'sidecar-missing'
  /** The file beside the input holds no digest and no count. */
  | 'sidecar-unreadable'
  /** The input has another number of rows than was expected. */
  | 'rows-differ'
  /** The trailer counts another number of rows than the file has. */
  | 'trailer-count'
  /** Lines stand behind the trailer: files were joined. */
  | 'trailer-early'
  /** The file ends without its trailer: it was cut off. */
  | 'trailer-missing'
  /** A line looks like a trailer, and none is configured. The hint has the setting. */
  | 'trailer-unknown'
  /** The header stands in the file a second time: files were joined. */
  | 'header-repeated'
  /**
   * The settings of the header and the file do not fit: `input.header`, `input.skipFirst` or `input.layout`.
   */
  | 'layout-unfit'
  /** The input is JSON written over several lines. The hint has the command that makes NDJSON of it. */
  | 'input-json-pretty'
  /**
   * A file of corrections has no reference, or is none. Keep the column `rejectedReference` of the rejections
   * file.
   */
  | 'corrections-unusable'
  /** The content is not in the format that the name says. Rename it, or set `input.format`. */
  | 'format-differs';

/** Where in the input it went wrong. */
export interface InputPlace {
  /** From 1, header counted. */
  readonly line?: number;
  /** Byte offset, from 0. */
  readonly offset?: number;
}

/**
 * The input cannot be read on: nothing after the place can be trusted. The message says what was asked and
 * what was found, and never repeats a value.
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
