import { writeFileSync } from 'node:fs';
import { temporaryFolder } from '@enrollkit/testkit';
import { type Rejection } from '@enrollkit/enrollment';
import { contextAt } from '@enrollkit/enrollment/validation';
import {
  InputError,
  openInput,
  openReader,
  Validator,
  type ReadingSettings,
  type RowReader,
  type Validated,
} from '@enrollkit/pipeline';
import type { ReadFrom, Row } from '../src/load/input/row.ts';

/** Columns that a file must have, in the order of {@link goodCells}. */
export const header =
  'externalConsumerId,externalCardId,pan,expiry,firstName,lastName,email,mobile,country,language,addressLine1,city';

/** The cells of a good row, one of a kind for each number. */
export function goodCells(number: number): string[] {
  return [
    `c-${number}`,
    `k-${number}`,
    '5204731600014784',
    '05/29',
    'Zoë',
    'Müller',
    `z${number}@example.com`,
    '+4915112345678',
    'DE',
    'de',
    'Weg 1',
    'Köln',
  ];
}

/** The fields of a good row. */
export function goodFields(number: number): Record<string, string> {
  const cells = goodCells(number);
  return Object.fromEntries(header.split(',').map((name, index) => [name, cells[index] ?? '']));
}

/** How a text is put down and read in a test. */
export interface ReadOptions extends ReadingSettings {
  /** Default: `input`, so that the format is found out by the first bytes. */
  readonly name?: string;
  readonly chunkBytes?: number;
  readonly from?: ReadFrom;
}

/** All that came out of reading: the rows, and the error that ended them. */
export interface ReadOut {
  readonly rows: readonly Row[];
  readonly error?: InputError;
}

/** Lets the work have a reader on a file with this content. */
export async function withReader<T>(
  content: string | Buffer,
  options: ReadOptions,
  work: (reader: RowReader, path: string) => Promise<T>,
): Promise<T> {
  using folder = temporaryFolder();
  const path = folder.file(options.name ?? 'input');
  writeFileSync(path, content);
  const input = await openInput(
    path,
    options.chunkBytes === undefined ? {} : { chunkBytes: options.chunkBytes },
  );
  try {
    return await work(await openReader(input, options), path);
  } finally {
    await input.close();
  }
}

/** Reads everything; an `InputError` is part of the answer, any other error is a failure. */
export async function readAll(content: string | Buffer, options: ReadOptions = {}): Promise<ReadOut> {
  const rows: Row[] = [];
  try {
    await withReader(content, options, async (reader) => {
      for await (const portion of reader.rows(options.from)) rows.push(...portion);
    });
    return { rows };
  } catch (error) {
    if (error instanceof InputError) return { rows, error };
    throw error;
  }
}

/** The error that reading this must end with. */
export async function errorOf(
  content: string | Buffer,
  options: ReadOptions = {},
): Promise<Pick<InputError, 'code' | 'line' | 'offset' | 'message' | 'hint'>> {
  const { error } = await readAll(content, options);
  if (!error) throw new Error('It was read without an error');
  return error;
}

/** Reads and judges everything, in November 2026. */
export async function validateAll(content: string | Buffer, options: ReadOptions = {}): Promise<Validated[]> {
  return withReader(content, options, async (reader) => {
    const all: Validated[] = [];
    for await (const portion of new Validator(contextAt(new Date('2026-11-22'))).all(reader.rows()))
      all.push(...portion);
    return all;
  });
}

/** The rejections among what was judged. */
export function rejectionsIn(all: readonly Validated[]): Rejection[] {
  return all.flatMap((item) => ('rejection' in item ? [item.rejection] : []));
}

/** The codes of what is wrong with each row as a whole, by line. */
export function rejectedLines({ rows }: ReadOut): string[] {
  return rows.flatMap(({ place, errors }) =>
    errors ? [`${place.line} ${errors.map(({ code }) => code).join(' ')}`] : [],
  );
}
