import { isUtf8 } from 'node:buffer';
import { isRejectionColumn } from '../../rejections/columns.ts';
import { columnsOf, type ColumnFinder, type ColumnTarget } from './columns.ts';
import { cellsOf } from './csv.ts';
import { InputError } from './errors.ts';
import { blocksOf, type Block, type Frame } from './frames.ts';
import type { Input } from './source.ts';

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

/** What is looked for when the configuration does not say it. */
const delimiters = [',', ';', '\t', '|'] as const;

/** How a header is to be read. */
export interface HeaderSettings {
  readonly start: number;
  readonly delimiter: string | undefined;
  readonly find: ColumnFinder;
}

/**
 * Reads the header: the first line that is not blank. Without a configured delimiter, the one with which most names
 * are known. Throws `InputError`, all `HEADER_...` codes and `delimiter-unknown`.
 */
export async function readHeader(input: Input, settings: HeaderSettings): Promise<Header> {
  for await (const block of blocksOf(input.stream(settings.start), {
    quoted: true,
    offset: settings.start,
    line: 1,
  })) {
    const [frame] = block.frames;
    if (frame) return understand(block, frame, settings);
  }
  throw new InputError(
    'input-empty',
    { message: 'The input holds blank lines only', hint: 'Check whether the export ran' },
    { line: 1 },
  );
}

function understand(block: Block, frame: Frame, settings: HeaderSettings): Header {
  const bytes = block.bytes.subarray(frame.start, frame.end);
  if (!isUtf8(bytes)) {
    throw new InputError(
      'header-encoding',
      { message: 'The header is not valid UTF-8', hint: 'Save the file as UTF-8' },
      { line: frame.line },
    );
  }
  if (bytes.includes('\r') && !bytes.includes('\r\n')) {
    throw new InputError(
      'header-line-endings',
      {
        message: 'The header holds a carriage return without a line feed',
        hint: 'The lines end as on an old Mac; save the file with line ends LF or CRLF',
      },
      { line: frame.line },
    );
  }
  const delimiter = settings.delimiter ?? delimiterOf(block, frame, settings.find);
  const names = cellsOf(block, frame, delimiter).map((name) => name.trim());
  const lines = bytes.toString('latin1').split('\n').length;
  return {
    delimiter,
    names,
    columns: columnsOf(names, settings.find, frame.line),
    guarded: names.some(isRejectionColumn),
    end: block.offset + frame.end,
    endLine: frame.line + lines - 1,
  };
}

function delimiterOf(block: Block, frame: Frame, find: ColumnFinder): string {
  const known = delimiters.map((delimiter) => ({
    delimiter,
    count: countKnown(block, frame, { delimiter, find }),
  }));
  const best = known.reduce((one, other) => (other.count > one.count ? other : one));
  if (best.count > 0) return best.delimiter;
  throw new InputError(
    'delimiter-unknown',
    {
      message: 'The first line names no field, whether comma, semicolon, tab or | divides it',
      hint: 'The first line must be a header; map its names or set the delimiter in the configuration',
    },
    { line: frame.line },
  );
}

function countKnown(
  block: Block,
  frame: Frame,
  guess: { readonly delimiter: string; readonly find: ColumnFinder },
): number {
  try {
    return cellsOf(block, frame, guess.delimiter).filter((name) => guess.find(name.trim()) !== undefined)
      .length;
  } catch (error) {
    if (error instanceof InputError) return 0;
    throw error;
  }
}
