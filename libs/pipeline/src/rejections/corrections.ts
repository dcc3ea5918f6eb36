import { open } from 'node:fs/promises';
import { CsvError, parse } from 'csv-parse/sync';
import { maskDigits, maskLongNumbers } from '@enrollkit/base';
import { fieldNames, type FieldName } from '@enrollkit/enrollment';
import type { ColumnFinder } from '../load/input/columns.ts';
import { InputError } from '../load/input/errors.ts';
import type { Row } from '../load/input/row.ts';
import type { RowReader } from '../load/read.ts';
import { unguarded } from './columns.ts';
import { redacted } from './redact.ts';
import { referenceOf, type RowReference } from './reference.ts';

/** A file of corrections is read as a whole. */
const MOST_BYTES = 256 * 1024 * 1024;
/** What stands in a cell that is to be empty. */
const NONE = '(none)';

/**
 * What a person corrected in one rejected row: each value as it was typed, or left as the rejections file
 * showed it.
 */
export interface Correction {
  readonly reference: RowReference;
  readonly text: string;
  readonly values: Readonly<Partial<Record<FieldName, string>>>;
}

/**
 * Reads a file of corrections, CSV or NDJSON: the column `rejectedReference`, and those that were corrected.
 * Throws `InputError` `corrections-unusable`.
 */
export async function readCorrections(path: string, find: ColumnFinder): Promise<readonly Correction[]> {
  const text = (await readWhole(path)).replace(/^\ufeff/, '');
  const rows = text.trimStart().startsWith('{') ? jsonRows(text) : csvRows(text);
  return rows.map((row, index) => {
    const said = row['rejectedReference'] ?? '';
    const reference = referenceOf(said);
    if (reference === undefined)
      throw unusable(`Row ${index + 1} of ${path} has no reference in the column rejectedReference`);
    return { reference, text: said.trim(), values: valuesOf(row, find) };
  });
}

async function readWhole(path: string): Promise<string> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new InputError('input-missing', {
      message: `The file ${path} cannot be opened`,
      hint: 'Check the path; it is taken from the current folder',
      cause,
    });
  });
  try {
    const { size } = await file.stat();
    if (size > MOST_BYTES) throw unusable(`${path} is larger than ${MOST_BYTES} bytes`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

type NamedCells = Readonly<Record<string, string>>;

function jsonRows(text: string): NamedCells[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      const value = JSON.parse(line) as Readonly<Record<string, unknown>>;
      return [Object.fromEntries(Object.entries(value).map(([key, cell]) => [key, String(cell ?? '')]))];
    } catch {
      throw unusable(`Line ${index + 1} is not JSON`);
    }
  });
}

function csvRows(text: string): NamedCells[] {
  const [header = ''] = text.split(/\r?\n/, 1);
  const delimiter = /[^\w"' .-]+/.exec(header)?.[0] ?? ',';
  try {
    const [names = [], ...rows] = parse(text, {
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
    });
    return rows.map((cells) =>
      Object.fromEntries(names.map((name, index) => [name.trim(), unguarded(cells[index] ?? '')])),
    );
  } catch (error) {
    // Not kept as the cause: csv-parse repeats the value it stumbled over.
    if (error instanceof CsvError) throw unusable('The file is not CSV: a quote is broken');
    throw error;
  }
}

function valuesOf(row: NamedCells, find: ColumnFinder): Correction['values'] {
  const values: { [Name in FieldName]?: string } = {};
  for (const [name, cell] of Object.entries(row)) {
    const target = find(name);
    if (target !== undefined && target !== 'ignore' && target !== 'empty') values[target] = cell;
  }
  return values;
}

function unusable(message: string): InputError {
  return new InputError('corrections-unusable', {
    message,
    hint: 'Keep the column rejectedReference of the rejections file, and beside it the columns that you corrected, under their own names',
  });
}

/**
 * The corrected rows as NDJSON with the names of the fields, each with its reference. What was left empty or
 * as the rejections file shows it, the card number above all, is read again from the original, by its place.
 * Throws `InputError` `corrections-unusable` for a row of another file.
 */
export async function* correctedRows(
  corrections: readonly Correction[],
  original: { readonly reader: RowReader; readonly digest: string },
): AsyncGenerator<Buffer> {
  for (const { reference, text, values } of corrections) {
    if (!original.digest.startsWith(reference.file))
      throw unusable(`The row ${text} is of another file than the others`);
    const row = await original.reader.readOne(reference.place);
    const fields = fieldNames.flatMap((field): [string, string][] => {
      const value = valueOf(field, values[field], { row, reader: original.reader });
      return value === '' ? [] : [[field, value]];
    });
    yield Buffer.from(`${JSON.stringify({ ...Object.fromEntries(fields), rejectedReference: text })}\n`);
  }
}

function valueOf(
  field: FieldName,
  given: string | undefined,
  { row, reader }: { readonly row: Row; readonly reader: RowReader },
): string {
  const { cells = [] } = row;
  const { targets } = reader.layout;
  const cell = row.errors ? undefined : cells[targets.indexOf(field)];
  const before = row.raw[field] ?? '';
  if (given === undefined || given.trim() === '') return before;
  if (given.trim() === NONE) return '';
  if ([cell ?? before, before].some((text) => redacted(text, field) === given)) return before;
  // In a row whose columns have slipped, the number is found by what was shown of it.
  const shown = cells.find(
    (text) => text !== given && [maskDigits(text), maskLongNumbers(text)].includes(given),
  );
  return shown ?? given;
}
