import { CsvError, parse } from 'csv-parse/sync';
import {
  validationError,
  type FieldName,
  type RawRecord,
  type SourcePlace,
  type ValidationError,
} from '@enrollkit/enrollment';
import { unguarded } from '../../rejections/columns.ts';
import type { ColumnTarget } from './columns.ts';
import { encodingErrors } from './encoding.ts';
import { InputError } from './errors.ts';
import type { Block, Frame } from './frames.ts';
import type { Row } from './row.ts';
import { trailerLike } from './trailer.ts';

/** How a CSV file is written and what its columns mean. */
export interface CsvShape {
  readonly delimiter: string;
  readonly columns: readonly ColumnTarget[];
  /** The file is a rejections file: its guarded cells are taken back. */
  readonly guarded: boolean;
  /** The names of its header. */
  readonly names: readonly string[];
  /** Which column holds the card number. */
  readonly panColumn: number;
  /** Columns without a name. */
  readonly emptyColumns: readonly number[];
}

/** The shape of the rows behind a header. */
export function csvShape(header: Pick<CsvShape, 'delimiter' | 'columns' | 'guarded' | 'names'>): CsvShape {
  const { columns } = header;
  return {
    ...header,
    panColumn: columns.indexOf('pan'),
    emptyColumns: [...columns.keys()].filter((index) => columns[index] === 'empty'),
  };
}

/** Rows in order, and the error behind the last of them, if there is one. */
export interface RowsRead {
  readonly rows: readonly Row[];
  readonly error?: InputError;
}

/**
 * The rows of a block; `before` counts those before it. A row without double quotes is split at its delimiters; every
 * other one is csv-parse's to read. With a broken quote (`quote-broken`) the rows end, for nothing behind it can be
 * trusted.
 */
export function csvRows(block: Block, shape: CsvShape, before: number): RowsRead {
  const broken = encodingErrors(block);
  const quoted = quotedCells(block, shape.delimiter);
  const rows: Row[] = [];
  let nextQuoted = 0;
  for (const frame of block.frames) {
    const read = frame.quotes > 0 ? quoted.cells[nextQuoted++] : textOf(block, frame).split(shape.delimiter);
    if (!read) break;
    const cells = shape.guarded ? read.map(unguarded) : read;
    const place = placeOf(block, frame, before + rows.length + 1);
    const error = broken.get(frame) ?? cellsError(cells, shape, place);
    if (error instanceof InputError) return { rows, error };
    rows.push(
      error
        ? { place, raw: {}, cells, errors: [error] }
        : { place, raw: rawOf(cells, shape.columns), cells, ...(shape.guarded && referenceIn(cells, shape)) },
    );
  }
  return { rows, ...(quoted.error && { error: quoted.error }) };
}

/** The cells of one row, whatever their number. Throws `InputError` `quote-broken`. */
export function cellsOf(block: Block, frame: Frame, delimiter: string): string[] {
  return parseFrames(block, [frame], delimiter)[0] ?? [];
}

/** The place of a frame in its input. */
export function placeOf(block: Block, frame: Frame, row: number): SourcePlace {
  return { row, line: frame.line, offset: block.offset + frame.start, length: frame.end - frame.start };
}

/** The text of a frame. */
export function textOf(block: Block, frame: Frame): string {
  return block.bytes.toString('utf8', frame.start, frame.end);
}

function cellsError(
  cells: readonly string[],
  shape: CsvShape,
  place: SourcePlace,
): ValidationError | InputError | undefined {
  const expected = shape.columns.length;
  // A card number begins with a digit, a name of a column with a letter.
  const first = cells[shape.panColumn]?.charCodeAt(0) ?? 0;
  const repeated =
    first > NINE || cells.length !== expected ? headerAgain(cells, shape, place.line) : undefined;
  if (repeated) return repeated;
  if (cells.length === expected && cells[0] !== '')
    return shape.emptyColumns.length === 0 ? undefined : unnamedValue(cells, shape);
  if (cells.every((cell) => cell.trim() === '')) return validationError('row', 'ROW_BLANK');
  if (cells.length === expected) return unnamedValue(cells, shape);
  return (
    unknownTrailer(cells, place) ?? validationError('row', 'ROW_COLUMNS', { expected, found: cells.length })
  );
}

const NINE = 0x39;

function unnamedValue(cells: readonly string[], { emptyColumns }: CsvShape): ValidationError | undefined {
  const column = emptyColumns.find((index) => (cells[index] ?? '').trim() !== '');
  return column === undefined
    ? undefined
    : validationError('row', 'ROW_UNNAMED_VALUE', { column: column + 1 });
}

/** The error of a file in which a row names columns. */
function headerAgain(cells: readonly string[], { names }: CsvShape, line: number): InputError | undefined {
  const found = cells.map((cell) => cell.replace(/^\ufeff/, '').trim());
  const known = found.filter((cell) => cell !== '' && names.includes(cell));
  if (known.length < 3 || known.length * 2 < names.length) return undefined;
  const isSame = found.length === names.length && found.every((cell, index) => cell === names[index]);
  return new InputError(
    'header-repeated',
    {
      message: isSame
        ? 'The header stands here a second time: files were joined'
        : 'A second header stands here, with other columns or another order: files were joined',
      hint: 'Give each file by itself; what is behind this line was not read, and nothing was sent',
    },
    { line },
  );
}

/** The error of a file with a line that closes it, and counts its rows, while the settings say nothing of one. */
function unknownTrailer(cells: readonly string[], { line, row }: SourcePlace): InputError | undefined {
  const setting = trailerLike(cells, row - 1);
  if (setting === undefined) return undefined;
  return new InputError(
    'trailer-unknown',
    {
      message: 'The line looks like the trailer of the file, with a count',
      hint: `So that the count is compared and the line is no row, set input.trailer: ${setting}`,
    },
    { line },
  );
}

/** The reference of a row in a rejections file that is run as it is. */
function referenceIn(cells: readonly string[], { names }: CsvShape): { readonly reference?: string } {
  const reference = cells[names.indexOf('rejectedReference')];
  return reference === undefined || reference === '' ? {} : { reference };
}

function rawOf(cells: readonly string[], columns: readonly ColumnTarget[]): RawRecord {
  const raw: { [name in FieldName]?: string | undefined } = {};
  for (let index = 0; index < columns.length; index++) {
    const target = columns[index];
    if (target !== undefined && target !== 'ignore' && target !== 'empty') raw[target] = cells[index];
  }
  return raw;
}

/** The cells of the rows that hold a quote, up to the first broken one. */
interface QuotedCells {
  readonly cells: readonly string[][];
  readonly error?: InputError;
}

/** All in one call of the parser: most of what a call costs is its start. */
function quotedCells(block: Block, delimiter: string): QuotedCells {
  const frames = block.frames.filter((frame) => frame.quotes > 0);
  if (frames.length === 0) return { cells: [] };
  try {
    return { cells: parseFrames(block, frames, delimiter) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
  }
  return oneByOne(block, frames, delimiter);
}

/** Taken one by one, the first broken row shows itself. */
function oneByOne(block: Block, frames: readonly Frame[], delimiter: string): QuotedCells {
  const cells: string[][] = [];
  for (const frame of frames) {
    try {
      cells.push(cellsOf(block, frame, delimiter));
    } catch (error) {
      if (error instanceof InputError) return { cells, error };
      throw error;
    }
  }
  return { cells };
}

/** Not `\n` alone: a row may end in a carriage return of its own, which would then be taken for a part of the line end. */
const LINE_END = Buffer.from('\r\n');

function parseFrames(block: Block, frames: readonly Frame[], delimiter: string): string[][] {
  const text = Buffer.concat(
    frames.flatMap((frame) => [block.bytes.subarray(frame.start, frame.end), LINE_END]),
  );
  try {
    const records = parse(text, { delimiter, record_delimiter: ['\r\n', '\n'], relax_column_count: true });
    if (records.length === frames.length) return records;
  } catch (error) {
    // Not kept as the cause: csv-parse repeats the value it stumbled over.
    if (!(error instanceof CsvError)) throw error;
  }
  throw quoteBroken(block, frames[0]);
}

function quoteBroken(block: Block, frame: Frame | undefined): InputError {
  const place = frame ? { line: frame.line, offset: block.offset + frame.start } : {};
  return new InputError(
    'quote-broken',
    {
      message: 'In the row that starts here a double quote stands where none may stand, or does not close',
      hint: 'A quote inside a value is written twice, and the whole value in quotes: "5"" pipe"; nothing behind this row was read',
    },
    place,
  );
}
