import { createHash } from 'node:crypto';
import type { SeededRandom } from '@enrollkit/base';
import type { Input } from '@enrollkit/pipeline';
import { nameOf, type Population, type Row } from './population.ts';
import type { SimulatedProcess } from './process.ts';

/** What a file holds, seen from those before it. */
export type FileKind = 'whole' | 'canary' | 'delta' | 'reordered' | 'repeated';

/** How a file is made up. */
export interface FileShape {
  readonly kind: FileKind;
  readonly format: 'csv' | 'ndjson';
  /** New consumers since the file before, and the share of consumers and cards whose data changed. */
  readonly added: number;
  readonly changed: number;
  /** Share of the rows that are followed, somewhere, by the same row again. */
  readonly twice: number;
  /** Share of the rows that are followed, somewhere, by one that is not valid. */
  readonly invalid: number;
  /** Whether the cards of a consumer stand apart. */
  readonly shuffled: boolean;
}

/** The row of a card, and how often it stands in the file. */
export interface ValidRow {
  readonly row: Row;
  readonly times: number;
}

/** A file of cardholders, and what is to become of its rows. */
export interface CardholderFile {
  readonly name: string;
  readonly bytes: Buffer;
  /** SHA-256, hex. */
  readonly digest: string;
  readonly rows: number;
  /** The rows that are valid, by `consumer/card`. */
  readonly valid: ReadonlyMap<string, ValidRow>;
  /** How many rows are not valid, and so must be rejected. */
  readonly invalid: number;
  /** Every card number that stands in it. */
  readonly pans: ReadonlySet<string>;
}

/** Makes the files of a schedule, one after the other. */
export function filesOf(
  shapes: readonly FileShape[],
  population: Population,
  random: SeededRandom,
): readonly CardholderFile[] {
  const files: CardholderFile[] = [];
  let before: readonly Row[] = [];
  for (const shape of shapes) {
    const earlier = files.length === 0 ? undefined : random.pick(files);
    if (shape.kind === 'repeated' && earlier !== undefined) {
      files.push(earlier);
      continue;
    }
    if (files.length > 0) {
      population.add(shape.added);
      population.change(shape.changed);
    }
    const rows = rowsOf(shape, { population, before, random });
    files.push(fileOf(`cardholders-${files.length + 1}.${shape.format}`, rows, { shape, random }));
    before = population.rows;
  }
  return files;
}

interface Choice {
  readonly population: Population;
  readonly before: readonly Row[];
  readonly random: SeededRandom;
}

/** The valid rows of a file. */
function rowsOf({ kind }: FileShape, { population, before, random }: Choice): readonly Row[] {
  const { rows } = population;
  if (kind === 'canary') return rows.slice(0, Math.ceil(rows.length / 4));
  if (kind === 'reordered') return shuffled(rows, random);
  if (kind !== 'delta' || before.length === 0) return rows;
  const known = new Map(before.map((row) => [nameOf(row), row]));
  const moved = rows.filter((row) => JSON.stringify(known.get(nameOf(row))) !== JSON.stringify(row));
  const delta = [...moved, ...rows.filter((row) => !moved.includes(row) && random.chance(0.2))];
  return delta.length > 0 ? delta : rows.slice(0, 1);
}

function fileOf(
  name: string,
  valid: readonly Row[],
  { shape, random }: { readonly shape: FileShape; readonly random: SeededRandom },
): CardholderFile {
  const drawn = shape.shuffled ? shuffled(valid, random) : valid;
  const rows = [...drawn];
  for (const row of drawn) {
    const at = random.integer(0, rows.length);
    if (random.chance(shape.twice)) rows.splice(at, 0, row);
    if (random.chance(shape.invalid)) rows.splice(at, 0, invalidRow(row, at, random));
  }
  const lines =
    shape.format === 'csv' ? csvOf(rows) : rows.map((row) => JSON.stringify({ ...row, invalid: undefined }));
  const good = rows.filter((row) => row['invalid'] === undefined);
  const end = random.pick(['\n', '\r\n']);
  const bytes = Buffer.from(lines.join(end) + (random.chance(0.5) ? end : ''));
  return {
    name,
    bytes,
    digest: createHash('sha256').update(bytes).digest('hex'),
    rows: rows.length,
    valid: new Map(
      [...Map.groupBy(good, nameOf)].map(([name, [row, ...again]]) => [
        name,
        { row: row ?? {}, times: 1 + again.length },
      ]),
    ),
    invalid: rows.length - good.length,
    pans: new Set(rows.map((row) => (row['pan'] ?? '').trim())),
  };
}

function invalidRow(row: Row, at: number, random: SeededRandom): Row {
  const fields = random.pick<Row>([
    { pan: '5555555555554440' },
    { email: 'nobody' },
    { expiry: '13/39' },
    { lastName: '' },
    { country: 'XX' },
  ]);
  return { ...row, externalCardId: `invalid-${at}`, ...fields, invalid: 'yes' };
}

function shuffled(rows: readonly Row[], random: SeededRandom): Row[] {
  return rows
    .map((row) => ({ row, order: random.next() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ row }) => row);
}

function csvOf(rows: readonly Row[]): string[] {
  const names = Object.keys(rows[0] ?? {}).filter((name) => name !== 'invalid');
  const cell = (value: string): string => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  return [names.join(','), ...rows.map((row) => names.map((name) => cell(row[name] ?? '')).join(','))];
}

/**
 * The file as one process reads it: every portion takes a while, and the process may be killed before each.
 */
export function inputOf(
  { name, bytes, digest }: CardholderFile,
  proc: SimulatedProcess,
  chunk: number,
): Input {
  const read = async (offset: number, length: number): Promise<Buffer> => {
    await proc.step('input', String(offset));
    return bytes.subarray(offset, offset + length);
  };
  return {
    source: name,
    bytes: bytes.length,
    digest: async () => digest,
    async *stream(offset = 0) {
      for (let at = offset; at < bytes.length; at += chunk)
        yield await read(at, Math.min(chunk, bytes.length - at));
    },
    read,
    assertUnchanged: async () => undefined,
    close: async () => undefined,
  };
}
