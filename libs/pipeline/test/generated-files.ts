import { SeededRandom } from '@enrollkit/base';
import type { ReadingSettings } from '@enrollkit/pipeline';
import { goodFields } from './reading.ts';

/** An input with how it is to be read. */
export interface GeneratedFile {
  readonly name: string;
  readonly content: Buffer;
  readonly settings: ReadingSettings;
}

type Fields = Record<string, string>;

const ROWS = 120;
const kinds = ['csv', 'ndjson', 'fixed'] as const;

/** What is wrong with a row, a consumer or a card, one in a dozen rows each; every value is an invention. */
const damages: readonly ((fields: Fields, random: SeededRandom) => Fields)[] = [
  (fields) => ({ ...fields, pan: '5204731600014785' }),
  (fields) => ({ ...fields, expiry: '13/29' }),
  (fields) => ({ ...fields, firstName: '' }),
  (fields) => ({ ...fields, lastName: 'MÃ¼ller' }),
  (fields) => ({ ...fields, city: '12345' }),
  (fields) => ({ ...fields, email: 'nobody' }),
  (fields) => ({ ...fields, mobile: '0151 123' }),
  // The same consumer or card as another row, in part or whole.
  (fields, random) => ({ ...fields, externalConsumerId: `c-${random.integer(0, ROWS)}` }),
  (fields, random) => ({ ...fields, ...goodFields(random.integer(0, ROWS)) }),
  (fields, random) => ({ ...fields, email: `z${random.integer(0, ROWS)}@example.com` }),
  (fields, random) => {
    const number = random.integer(0, ROWS);
    return { ...fields, externalConsumerId: `c-${number}`, externalCardId: `k-${number}` };
  },
];

/** Files of all kinds that an input can be, the same for the same seed. */
export function generatedFiles(count: number, seed: number): GeneratedFile[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, (_, index) => generated(index, random));
}

function generated(index: number, random: SeededRandom): GeneratedFile {
  const kind = kinds[index % kinds.length] ?? 'csv';
  const rows = Array.from({ length: ROWS }, (_, number) => {
    const damage = random.integer(0, 3) === 0 ? random.pick(damages) : undefined;
    return damage?.(goodFields(number), random) ?? goodFields(number);
  });
  const end = random.pick(['\n', '\r\n']);
  const made = { csv: csvFile, ndjson: ndjsonFile, fixed: fixedFile }[kind](rows, end, random);
  const name = `${index}.${kind === 'fixed' ? 'txt' : kind}`;
  return { name, ...broken(made, random) };
}

type Made = Pick<GeneratedFile, 'content' | 'settings'>;

function csvFile(rows: readonly Fields[], end: string, random: SeededRandom): Made {
  const delimiter = random.pick([',', ';', '\t']);
  const quoted = (value: string): string =>
    value.includes(delimiter) || /["\r\n]/.test(value) || random.integer(0, 9) === 0
      ? `"${value.replaceAll('"', '""')}"`
      : value;
  const lines = rows.map((fields) => {
    const line1 = random.pick(['Weg 1', `Weg 1${delimiter} links`, 'Haus "Süd"', `Weg 1${end}Hof`]);
    const cells = Object.values({ ...fields, addressLine1: line1 }).map(quoted);
    return (random.integer(0, 30) === 0 ? cells.slice(1) : cells).join(delimiter) + blanks(end, random);
  });
  const text = [Object.keys(rows[0] ?? {}).join(delimiter), ...lines, ''].join(end);
  if (random.integer(0, 3) > 0) return { content: Buffer.from(text), settings: {} };
  const encoding = random.pick(['utf-16le', 'windows-1252']);
  return {
    content: Buffer.from(text, encoding === 'utf-16le' ? 'utf16le' : 'latin1'),
    settings: { encoding },
  };
}

function ndjsonFile(rows: readonly Fields[], end: string, random: SeededRandom): Made {
  const lines = rows.map((fields) => {
    const line = JSON.stringify(fields);
    const spoiled = [line, line, line, line, line.slice(0, -4), line.replace('{', '{"pan":"1",'), '[]', '{}'];
    return random.pick(spoiled) + blanks(end, random);
  });
  // The first line says what the file is.
  return { content: Buffer.from([JSON.stringify(rows[0]), ...lines, ''].join(end)), settings: {} };
}

function fixedFile(rows: readonly Fields[], end: string, random: SeededRandom): Made {
  const width = 24;
  const names = Object.keys(rows[0] ?? {});
  const layout = Object.fromEntries(names.map((name, at) => [name, `${at * width + 1}-${(at + 1) * width}`]));
  const lines = rows.map((fields) =>
    Object.values(fields)
      .map((value) => value.padEnd(width).slice(0, width))
      .join('')
      .slice(0, random.integer(0, 20) === 0 ? 30 : undefined),
  );
  const counted = random.pick([ROWS, ROWS, ROWS, ROWS + 1]);
  const trailer = random.pick([[], [`TRL${counted}`], [`TRL${counted}`, 'more']]);
  const comment = random.pick([[], ['* a comment']]);
  const settings: ReadingSettings = {
    layout,
    comment: '*',
    ...(random.integer(0, 3) > 0 && { trailer: { starts: 'TRL', count: '4-9' } }),
  };
  return { content: Buffer.from([...comment, ...lines, ...trailer, ''].join(end)), settings };
}

function blanks(end: string, random: SeededRandom): string {
  return random.integer(0, 15) === 0 ? end.repeat(random.integer(1, 3)) : '';
}

/** Half of the files have an error of the whole file, or a last line without an end. */
function broken({ content, settings }: Made, random: SeededRandom): Made {
  const at = random.integer(content.length >> 1, content.length - 2);
  const inserted = (bytes: Buffer): Made => ({
    settings,
    content: Buffer.concat([content.subarray(0, at), bytes, content.subarray(at)]),
  });
  switch (random.integer(0, 9)) {
    case 0:
      return { settings, content: content.subarray(0, at) };
    case 1:
      return inserted(Buffer.from('"'));
    case 2:
      return inserted(Buffer.of(0xff, 0xfe));
    case 3:
      return inserted(Buffer.of(0x41, 0xe9, 0x41));
    case 4:
      return { settings, content: Buffer.concat([content, content]) };
    default:
      return { settings, content };
  }
}
