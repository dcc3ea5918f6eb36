import { createHash } from 'node:crypto';
import type { SeededRandom } from '@enrollkit/base';
import { testPan } from '@enrollkit/testkit';
import type { Input } from '@enrollkit/pipeline';
import type { SimulatedProcess } from './process.ts';

/** How a file is made up. */
export interface FileShape {
  readonly format: 'csv' | 'ndjson';
  readonly consumers: number;
  /** Cards a consumer has at most. */
  readonly mostCards: number;
  /** Share of the rows that are followed, somewhere, by a row with the same key. */
  readonly twice: number;
  /** Share of the rows that are not valid. */
  readonly bad: number;
  /** Whether consumers number their cards alike, so that a card id alone says nothing. */
  readonly sharedCardIds: boolean;
  /** Whether the cards of a consumer stand apart. */
  readonly shuffled: boolean;
}

/** A file of cardholders, and what is to become of each of its rows. */
export interface Cardholders {
  readonly name: string;
  readonly bytes: Buffer;
  readonly rows: number;
  /** The card numbers of the rows that are to be sent, by `consumer/card`. */
  readonly valid: ReadonlyMap<string, string>;
  /** Every card number that stands in it. */
  readonly pans: ReadonlySet<string>;
}

type Row = Readonly<Record<string, string>>;

/** The name of a card in this simulation. */
export const cardName = (card: {
  readonly externalConsumerId: string;
  readonly externalCardId: string;
}): string => `${card.externalConsumerId}/${card.externalCardId}`;

/** Makes a file: good rows, bad rows, rows that come twice. */
export function cardholdersOf(shape: FileShape, random: SeededRandom): Cardholders {
  const good = Array.from({ length: shape.consumers }, (_, index) => cardsOf(index, shape, random)).flat();
  const drawn = shape.shuffled ? shuffled(good, random) : good;
  const rows = [...drawn];
  for (const row of drawn) {
    const at = random.integer(0, rows.length);
    if (random.chance(shape.twice)) rows.splice(at, 0, row);
    if (random.chance(shape.bad)) rows.splice(at, 0, invalidRow(row, at, random));
  }
  const valid = new Map(
    rows.filter((row) => row['bad'] === undefined).map((row) => [keyOf(row), row['pan'] ?? '']),
  );
  const lines =
    shape.format === 'csv' ? csvOf(rows) : rows.map((row) => JSON.stringify({ ...row, bad: undefined }));
  const end = random.pick(['\n', '\r\n']);
  return {
    name: `cardholders.${shape.format}`,
    bytes: Buffer.from(lines.join(end) + (random.chance(0.5) ? end : '')),
    rows: rows.length,
    valid,
    pans: new Set(rows.map((row) => (row['pan'] ?? '').trim())),
  };
}

const keyOf = (row: Row): string => `${row['externalConsumerId']}/${row['externalCardId']}`;

function cardsOf(index: number, { mostCards, sharedCardIds }: FileShape, random: SeededRandom): Row[] {
  return Array.from({ length: random.integer(1, mostCards) }, (_, card) => ({
    externalConsumerId: `consumer-${index}`,
    externalCardId: sharedCardIds ? `card-${card}` : `card-${index}-${card}`,
    pan: testPan(random),
    expiry: '12/39',
    firstName: random.chance(0.1) ? 'Ada "A", Zoë' : 'Ada',
    lastName: 'Lovelace',
    email: `ada.${index}@example.com`,
    mobile: '+14155550123',
    country: 'US',
    language: 'en',
    addressLine1: '1 Main Street',
    city: 'Springfield',
    postalCode: '12345',
  })).map((row, _, [first]) => ({ ...row, firstName: first?.firstName ?? '' }));
}

function invalidRow(row: Row, at: number, random: SeededRandom): Row {
  const invalidFields = random.pick<Row>([
    { pan: '5555555555554440' },
    { email: 'nobody' },
    { expiry: '13/39' },
    { lastName: '' },
    { country: 'XX' },
  ]);
  return { ...row, externalCardId: `bad-${at}`, ...invalidFields, bad: 'yes' };
}

function shuffled(rows: readonly Row[], random: SeededRandom): Row[] {
  return rows
    .map((row) => ({ row, order: random.next() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ row }) => row);
}

function csvOf(rows: readonly Row[]): string[] {
  const names = Object.keys(rows[0] ?? {}).filter((name) => name !== 'bad');
  const cell = (value: string): string => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  return [names.join(','), ...rows.map((row) => names.map((name) => cell(row[name] ?? '')).join(','))];
}

/** The file as one process reads it: every portion takes a while, and the process may die before each. */
export function inputOf({ name, bytes }: Cardholders, proc: SimulatedProcess, chunk: number): Input {
  const digest = createHash('sha256').update(bytes).digest('hex');
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
