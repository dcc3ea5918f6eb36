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
 * The rows of a block; `before` counts those before it. With a broken quote (`quote-broken`) the rows end,
 * for nothing behind it can be trusted.
 */
export function csvRows(block: Block, shape: CsvShape, before: number): RowsRead {
  const broken = encodingErrors(block);
  const rows: Row[] = [];
  for (const frame of block.frames) {
    const read = readCells(block, frame, shape.delimiter);
    if (read instanceof InputError) return { rows, error: read };
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
  return { rows };
}

/** The cells of one row, whatever their number. Throws `InputError` `quote-broken`. */
export function cellsOf(block: Block, frame: Frame, delimiter: string): readonly string[] {
  const cells = readCells(block, frame, delimiter);
  if (cells instanceof InputError) throw cells;
  return cells;
}

function readCells(block: Block, frame: Frame, delimiter: string): readonly string[] | InputError {
  const text = textOf(block, frame);
  if (frame.quotes === 0) return text.split(delimiter);
  return splitQuoted(text, delimiter) ?? parsedCells(block, frame, delimiter);
}

/**
 * The cells of a row in which every quote is where RFC 4180 has one: around a whole cell, and doubled inside.
 * Undefined for any other, about which csv-parse decides; a call of it for every row would cost as much as
 * all other reading.
 */
function splitQuoted(text: string, delimiter: string): string[] | undefined {
  const cells: string[] = [];
  for (let at = 0; ; at += delimiter.length) {
    if (text.charCodeAt(at) === QUOTE) {
      const close = closingQuote(text, at + 1);
      if (close < 0) return undefined;
      cells.push(text.slice(at + 1, close).replaceAll('""', '"'));
      at = close + 1;
      if (at < text.length && !text.startsWith(delimiter, at)) return undefined;
    } else {
      const next = text.indexOf(delimiter, at);
      const cell = text.slice(at, next < 0 ? text.length : next);
      if (cell.includes('"')) return undefined;
      cells.push(cell);
      at += cell.length;
    }
    if (at === text.length) return cells;
  }
}

const QUOTE = 0x22;

/** Where the quote stands that closes a cell and is not one of a pair; -1 when none does. */
function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && text.charCodeAt(at + 1) === QUOTE) at = text.indexOf('"', at + 2);
  return at;
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

/**
 * The error of a file with a line that closes it, and counts its rows, while the settings say nothing of one.
 */
function unknownTrailer(cells: readonly string[], { line, row }: SourcePlace): InputError | undefined {
  const setting = trailerLike(cells, row - 1);
  if (setting === undefined) return undefined;
  return new InputError(
    'trailer-unknown',
    {
      message: `The line looks like the trailer of the file${setting.includes('count') ? ', with a count' : ''}`,
      hint: `So that the line is no row, and a file without it is refused${setting.includes('count') ? ' as one with another count' : ''}, set input.trailer: ${setting}`,
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

/**
 * Not `\n` alone: a row may end in a carriage return of its own, which would then be taken for a part of the
 * line end.
 */
const LINE_END = Buffer.from('\r\n');

function parsedCells(block: Block, frame: Frame, delimiter: string): readonly string[] | InputError {
  const text = Buffer.concat([block.bytes.subarray(frame.start, frame.end), LINE_END]);
  try {
    const records = parse(text, { delimiter, record_delimiter: ['\r\n', '\n'], relax_column_count: true });
    if (records.length === 1 && records[0] !== undefined) return records[0];
  } catch (error) {
    // Not kept as the cause: csv-parse repeats the value it stumbled over.
    if (!(error instanceof CsvError)) throw error;
  }
  return quoteBroken(block, frame);
}

function quoteBroken(block: Block, frame: Frame): InputError {
  return new InputError(
    'quote-broken',
    {
      message: 'In the row that starts here a double quote stands where none may stand, or does not close',
      hint: 'A quote inside a value is written twice, and the whole value in quotes: "5"" pipe"; nothing behind this row was read',
    },
    { line: frame.line, offset: block.offset + frame.start },
  );
}
