import { writeFileSync } from 'node:fs';
import { temporaryFolder } from '@enrollkit/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { codePages } from '../src/load/input/code-pages.ts';
import { openInput, Pipeline, type ReadingSettings } from '../src/index.ts';
import { office, panOf } from './office.ts';

const never = new AbortController().signal;
const misread = (text: string, label: string): string => new TextDecoder(label).decode(Buffer.from(text));
const FIELDS = [
  'externalConsumerId',
  'externalCardId',
  'pan',
  'expiry',
  'firstName',
  'lastName',
  'email',
  'mobile',
  'country',
  'language',
  'addressLine1',
  'city',
  'postalCode',
] as const;

/** Kinds of damage: what a row holds, and the code by which it must be rejected. */
const kinds: readonly (readonly [kind: string, code: string, damaged: Partial<Cells>])[] = [
  ['UTF-8 read as Windows-1252', 'TEXT_DOUBLE_ENCODED', { firstName: misread('Müller', 'windows-1252') }],
  ['the same with a lost byte', 'TEXT_DOUBLE_ENCODED', { lastName: 'GarcÃa' }],
  [
    'the same twice',
    'TEXT_DOUBLE_ENCODED',
    { city: misread(misread('Köln', 'windows-1252'), 'windows-1252') },
  ],
  ['Cyrillic read as Windows-1252', 'TEXT_DOUBLE_ENCODED', { firstName: misread('Иван', 'windows-1252') }],
  ['UTF-8 read as Mac Roman', 'TEXT_DOUBLE_ENCODED', { lastName: misread('José', 'macintosh') }],
  ['UTF-8 read as code page 437', 'TEXT_DOUBLE_ENCODED', { lastName: 'M├╝ller' }],
  ['a replacement character', 'TEXT_ENCODING', { firstName: 'M\ufffdller' }],
  ['a letter of a private font', 'TEXT_SYMBOLS_LOST', { firstName: 'An\uf061na' }],
  ['a question mark for a letter', 'TEXT_QUESTION_MARK', { lastName: 'M?ller' }],
  ['an HTML entity', 'TEXT_HTML_ENTITY', { lastName: 'O&#39;Neill' }],
  ['markup', 'TEXT_MARKUP', { city: '<b>Town</b>' }],
  ['an escape of JSON', 'TEXT_ESCAPED', { lastName: String.raw`M\u00fcller` }],
  ['percent encoding', 'TEXT_ESCAPED', { lastName: 'M%C3%BCller' }],
  ['quoted-printable', 'TEXT_ESCAPED', { lastName: 'M=C3=BCller' }],
  ['a formula', 'TEXT_SPREADSHEET_MARK', { lastName: '=HYPERLINK("x")' }],
  ["a spreadsheet's apostrophe", 'TEXT_SPREADSHEET_MARK', { postalCode: "'12345" }],
  ["a spreadsheet's formula of text", 'TEXT_SPREADSHEET_MARK', { externalCardId: '="k-1"' }],
  ['quotes kept as text', 'TEXT_QUOTED', { firstName: '"Anna"' }],
  ['an error of a spreadsheet', 'TEXT_NO_VALUE', { firstName: '#VALUE!' }],
  ['NULL for a city', 'TEXT_NO_VALUE', { city: 'NULL' }],
  ['names that are none', 'TEXT_NO_VALUE', { firstName: 'TEST', lastName: 'TEST' }],
  ['a phone number as a float', 'TEXT_FLOAT', { mobile: '+4915123456789.0' }],
  ['a name in scientific notation', 'TEXT_SCIENTIFIC', { lastName: '1.23457E+11' }],
  ['a card number among names', 'TEXT_HOLDS_PAN', { lastName: '5204731600014784' }],
  ['a card number in scientific notation', 'PAN_SCIENTIFIC', { pan: '5.20473E+15' }],
  ['a masked card number', 'PAN_MASKED', { pan: '520473******4784' }],
  ['a wrong digit in a card number', 'PAN_LUHN', { pan: '5204731600014785' }],
  ['a card number that is cut off', 'PAN_LENGTH', { pan: '52047316000' }],
  ['a card of another network', 'PAN_NETWORK', { pan: '4111111111111111' }],
  ['a year before the month', 'EXPIRY_YEAR_FIRST', { expiry: '3912' }],
  ['a thirteenth month', 'EXPIRY_MONTH', { expiry: '13/39' }],
  ['an expired card', 'EXPIRY_PAST', { expiry: '01/20' }],
  ['a number behind a phone number', 'MOBILE_GLUED', { mobile: '+4915123456789 12' }],
  ['a phone number without its country', 'MOBILE_COUNTRY_CODE_MISSING', { mobile: '015123456789' }],
  ['a country in lower case', 'COUNTRY_CASE', { country: 'us' }],
  ['a language in upper case', 'LANGUAGE_CASE', { language: 'EN' }],
  ['an empty last name', 'FIELD_MISSING', { lastName: '' }],
  ['an id with a space in it', 'ID_CHARACTERS', { externalConsumerId: 'c 1' }],
];

function goodRow(number: number): Record<(typeof FIELDS)[number], string> {
  return {
    externalConsumerId: `c-${number}`,
    externalCardId: `k-${number}`,
    pan: panOf(number),
    expiry: '12/39',
    firstName: 'Zoe',
    lastName: 'Doe',
    email: `z${number}@example.com`,
    mobile: '+14155550123',
    country: 'US',
    language: 'en',
    addressLine1: '1 Main Street',
    city: 'Town',
    postalCode: '12345',
  };
}

type Cells = ReturnType<typeof goodRow>;

interface Format {
  readonly name: string;
  readonly write: (rows: readonly Cells[]) => string;
  readonly settings?: ReadingSettings;
  /** The line of the first row. */
  readonly firstLine: number;
}

const quoted = (cell: string): string => (/[",;\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const delimited =
  (delimiter: string) =>
  (rows: readonly Cells[]): string =>
    [
      FIELDS.join(delimiter),
      ...rows.map((row) => FIELDS.map((name) => quoted(row[name])).join(delimiter)),
      '',
    ].join('\n');
const WIDTH = 40;

const formats: readonly Format[] = [
  { name: 'in.csv', write: delimited(','), firstLine: 2 },
  { name: 'semicolons.csv', write: delimited(';'), firstLine: 2 },
  { name: 'in.tsv', write: delimited('\t'), firstLine: 2 },
  {
    name: 'in.ndjson',
    write: (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
    firstLine: 1,
  },
  {
    name: 'fixed.txt',
    write: (rows) =>
      rows.map((row) => `${FIELDS.map((name) => row[name].padEnd(WIDTH)).join('')}\n`).join(''),
    settings: {
      layout: Object.fromEntries(
        FIELDS.map((name, index) => [name, `${index * WIDTH + 1}-${(index + 1) * WIDTH}`]),
      ),
    },
    firstLine: 1,
  },
];

/** By encoding, the bytes of a text; undefined when it has no such character. */
const encodings: Readonly<Record<string, (text: string) => Buffer | undefined>> = {
  'utf-8': (text) => Buffer.from(text),
  'utf-16le': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'windows-1252': ofOneByte(Array.from({ length: 256 }, (_, byte) => decoded('windows-1252', byte))),
  'iso-8859-15': ofOneByte(Array.from({ length: 256 }, (_, byte) => decoded('iso-8859-15', byte))),
  IBM037: ofOneByte([...(codePages['IBM037'] ?? '')]),
};

function decoded(label: string, byte: number): string {
  return new TextDecoder(label).decode(Uint8Array.of(byte));
}

function ofOneByte(characters: readonly string[]): (text: string) => Buffer | undefined {
  const bytes = new Map(characters.map((character, byte) => [character, byte]));
  return (text) => {
    const found = [...text].map((character) => bytes.get(character));
    return found.every((byte) => byte !== undefined) ? Buffer.from(found) : undefined;
  };
}

describe('a file with a damaged row of every kind among good ones', () => {
  it.each(formats.flatMap((format) => Object.keys(encodings).map((encoding) => ({ ...format, encoding }))))(
    'has each rejected by its name, and every good one enrolled: $name in $encoding',
    async ({ name, write, settings, firstLine, encoding }) => {
      using folder = temporaryFolder();
      const encode = encodings[encoding] ?? (() => undefined);
      const written = kinds.filter(([, , damaged]) => encode(Object.values(damaged).join('')) !== undefined);
      expect(written.length).toBeGreaterThanOrEqual(30);
      const good = (index: number): Cells => goodRow(2 * index + 1);
      const rows = written.flatMap(([, , damaged], index) => [
        good(index),
        { ...goodRow(2 * index + 2), ...damaged },
      ]);
      const file = folder.file(name);
      writeFileSync(file, encode(write([...rows, good(written.length)])) ?? '');

      const reading = { ...settings, ...(encoding.startsWith('utf') ? {} : { encoding }) };
      const place = await office({ settings: { tolerated: {} } });
      const input = await openInput(file, { decoding: reading });
      onTestFinished(() => input.close());
      const pipeline = new Pipeline({ ...place.context, reading });
      const intake = await pipeline.open(input);
      await pipeline.load(intake, input, never);
      expect(await pipeline.send(intake, never, input)).toEqual({ kind: 'idle' });

      const rejected: string[] = [];
      for await (const { place: at, errors } of place.ledger.rejections(intake.id)) {
        const [kind = `the good row of line ${at.line}`] = written[(at.line - firstLine - 1) / 2] ?? [];
        rejected.push(`${kind}: ${errors[0].code}`);
      }
      expect(rejected).toEqual(written.map(([kind, code]) => `${kind}: ${code}`));
      expect(
        place.sent
          .flat()
          .map(({ externalConsumerId }) => externalConsumerId)
          .toSorted(),
      ).toEqual(Array.from({ length: written.length + 1 }, (_, index) => `c-${2 * index + 1}`).toSorted());
    },
  );
});
