import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sampleColumns, type SampleFields, type SampleSettings } from './fields.ts';
import { sampleRows, type SampleRow } from './rows.ts';

const CHUNK = 1 << 16;

/** A bad row of a sample: where it stands, and what has to be found wrong with it. */
export interface ExpectedRejection {
  /** Line on which the row starts, header counted. */
  readonly line: number;
  readonly field: string;
  readonly code: string;
}

/**
 * Writes a sample to a new file (0600). Answers its bad rows. Throws what the file system throws, `EEXIST`
 * above all.
 */
export async function writeSample(
  path: string,
  settings: SampleSettings,
): Promise<readonly ExpectedRejection[]> {
  const expected: ExpectedRejection[] = [];
  const bytes = sampleBytes(settings, (rejection) => expected.push(rejection));
  await pipeline(Readable.from(bytes), createWriteStream(path, { mode: 0o600, flags: 'wx' }));
  return expected;
}

/** The bytes of a sample, in portions; `expect` is called with each invalid row. */
export function* sampleBytes(
  settings: SampleSettings,
  expect?: (rejection: ExpectedRejection) => void,
): Generator<Buffer> {
  let text = settings.format === 'csv' ? `${sampleColumns.join(',')}\n` : '';
  let line = settings.format === 'csv' ? 2 : 1;
  for (const row of sampleRows(settings)) {
    if (row.invalid) expect?.({ line, field: row.invalid.field, code: row.invalid.code });
    const written = lineOf(row, settings.format);
    line++;
    if (typeof written === 'string') text += `${written}\n`;
    else {
      yield Buffer.concat([Buffer.from(text), written, Buffer.from('\n')]);
      text = '';
    }
    if (text.length < CHUNK) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text !== '') yield Buffer.from(text);
}

function lineOf({ fields, invalid }: SampleRow, format: SampleSettings['format']): string | Buffer {
  const line = format === 'csv' ? csvLine(fields) : JSON.stringify(withoutEmpty(fields));
  return invalid?.damage?.(line) ?? line;
}

function csvLine(fields: SampleFields): string {
  let line = '';
  for (const column of sampleColumns) {
    const value = fields[column];
    line += /[",\r\n]/.test(value) ? `,"${value.replaceAll('"', '""')}"` : `,${value}`;
  }
  return line.slice(1);
}

function withoutEmpty(fields: SampleFields): Partial<SampleFields> {
  const kept: Partial<SampleFields> = {};
  for (const column of sampleColumns) if (fields[column] !== '') kept[column] = fields[column];
  return kept;
}
