import { isUtf8 } from 'node:buffer';
import { isRejectionColumn } from '../../rejections/columns.ts';
import { columnsOf, type ColumnTarget, type HeaderColumns } from './columns.ts';
import { cellsOf, textOf } from './csv.ts';
import { doubled, foundDelimiter, listDelimiter, SEPARATOR_LINE } from './delimiter.ts';
import { InputError } from './errors.ts';
import { blocksOf, type Block, type Frame } from './frames.ts';
import type { Input } from './source.ts';
import type { ReadingSettings } from './settings.ts';

/** A CSV header and what its columns stand for. */
export interface Header {
  readonly delimiter: string;
  /** The names as they stand in the file. */
  readonly names: readonly string[];
  readonly columns: readonly ColumnTarget[];
  /** Whether this is a rejections file that was corrected. */
  readonly guarded: boolean;
  /** Where the first row may stand: behind the header's line end. */
  readonly end: number;
  readonly endLine: number;
}

/** How a header is to be read. */
export interface HeaderSettings extends HeaderColumns {
  /** Where it may begin: byte offset and line. */
  readonly start: number;
  readonly line: number;
  readonly reading: Pick<ReadingSettings, 'delimiter' | 'header' | 'comment'>;
}

/** Lines looked at for a header, where those before it are comments. */
const MOST_LINES = 20;

/**
 * Reads the header: the first line that is no blank line, no comment and no `sep=` line; or takes it from the
 * settings, for a file that has none. Without a configured delimiter, the one with which most names are
 * known. Throws `InputError`, all `header-...` codes and `delimiter-unknown`.
 */
export async function readHeader(input: Input, settings: HeaderSettings): Promise<Header> {
  const { start, line } = settings;
  const framing = { quoted: true, offset: start, line };
  for await (const block of blocksOf(input.stream(start), framing)) {
    const frames = block.frames.slice(0, MOST_LINES);
    const [first] = frames;
    if (!first) continue;
    const separator = SEPARATOR_LINE.exec(textOf(block, first))?.[1];
    const rest = separator === undefined ? frames : frames.slice(1);
    const delimiter = settings.reading.delimiter ?? separator;
    if (settings.reading.header !== undefined)
      return givenHeader(block, separator === undefined ? undefined : first, {
        settings,
        delimiter,
        frames: rest,
      });
    const frame = rest.find((one) => !isComment(textOf(block, one), settings));
    if (frame) return understand(block, frame, { settings, delimiter, next: rest[rest.indexOf(frame) + 1] });
  }
  throw new InputError(
    'input-empty',
    { message: 'The input holds blank lines only', hint: 'Check whether the export ran' },
    { line: 1 },
  );
}

/** Configured ones, and a `#` in front of a line that names no field. */
function isComment(text: string, { reading: { comment }, find }: HeaderSettings): boolean {
  if (comment !== undefined) return text.startsWith(comment);
  return text.startsWith('#') && !text.split(/[,;\t|]/).some((name) => find(name.trim()) !== undefined);
}

interface GivenHeader {
  readonly settings: HeaderSettings;
  readonly delimiter: string | undefined;
  readonly frames: readonly Frame[];
}

/**
 * The header that the settings say, for a file that begins with its first row, behind a `sep=` line or not.
 */
function givenHeader(block: Block, separator: Frame | undefined, given: GivenHeader): Header {
  const { settings, frames } = given;
  const names = settings.reading.header ?? [];
  const [first] = frames;
  const delimiter = given.delimiter ?? (first ? listDelimiter(block, first, names.length) : undefined) ?? ',';
  if (first) {
    const found = cellsOf(block, first, delimiter);
    if (found.length === names.length && found.every((cell, at) => cell.trim() === names[at]))
      throw new InputError(
        'layout-unfit',
        {
          message: 'The file has the header that input.header says it lacks',
          hint: 'Leave input.header out',
        },
        { line: first.line },
      );
    if (found.length !== names.length)
      throw new InputError(
        'layout-unfit',
        {
          message: `input.header names ${names.length} columns, and the first row has ${found.length}`,
          hint: 'Name every column in its order; "ignore" for one that is not used; set input.delimiter if it is another',
        },
        { line: first.line },
      );
  }
  return {
    delimiter,
    names,
    columns: columnsOf(names, settings, settings.line),
    guarded: false,
    end: separator ? block.offset + separator.end : settings.start,
    endLine: settings.line,
  };
}

interface FoundHeader {
  readonly settings: HeaderSettings;
  readonly delimiter: string | undefined;
  /** The line behind it, for what it tells when the first one names no field. */
  readonly next: Frame | undefined;
}

function understand(block: Block, frame: Frame, { settings, delimiter: set, next }: FoundHeader): Header {
  const bytes = block.bytes.subarray(frame.start, frame.end);
  if (!isUtf8(bytes)) {
    throw new InputError(
      'header-encoding',
      {
        message: 'The header is not valid UTF-8',
        hint: 'Save the file as UTF-8, or set its encoding, for Western Europe mostly: input.encoding: windows-1252',
      },
      { line: frame.line },
    );
  }
  const delimiter = doubled(
    textOf(block, frame),
    set ?? foundDelimiter({ block, frame, next }, settings.find),
    set,
  );
  const names = cellsOf(block, frame, delimiter).map((name) => name.trim().replace(/^#\s*/, ''));
  const lines = bytes.toString('latin1').split('\n').length;
  return {
    delimiter,
    names,
    columns: columnsOf(names, settings, frame.line),
    guarded: names.some(isRejectionColumn),
    end: block.offset + frame.end,
    endLine: frame.line + lines - 1,
  };
}
