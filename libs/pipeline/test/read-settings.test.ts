import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '@enrollkit/testkit';
import { contextAt } from '@enrollkit/enrollment/validation';
import { openInput, openReader, Validator, validationOf, type ReadingSettings } from '@enrollkit/pipeline';
import { codePages } from '../src/load/input/code-pages.ts';
import { goodCells, header } from './reading.ts';

const names = header.split(',');
const cells = (number: number): string[] => goodCells(number);
const csv = (rows: readonly (readonly string[])[], delimiter = ','): string =>
  rows.map((row) => `${row.join(delimiter)}\n`).join('');
const whole = csv([names, cells(1), cells(2)]);

interface Outcome {
  readonly ids: readonly string[];
  readonly codes: readonly string[];
  readonly firstNames: readonly string[];
}

/** Reads and judges a file as the runner does: open, decode, read, judge. */
async function judged(
  content: string | Buffer,
  settings: ReadingSettings = {},
  name = 'in.csv',
): Promise<Outcome> {
  using folder = temporaryFolder();
  writeFileSync(folder.file(name), content);
  const input = await openInput(folder.file(name), { decoding: settings });
  try {
    const reader = await openReader(input, settings);
    const validator = new Validator(contextAt(new Date('2026-11-22'), validationOf(settings)));
    const all = (await Array.fromAsync(validator.all(reader.rows()))).flat();
    const again = await Promise.all(
      all.map(async (item) =>
        validator.judge(await reader.readOne('record' in item ? item.place : item.row.place)),
      ),
    );
    expect(again.map((item) => 'record' in item)).toEqual(all.map((item) => 'record' in item));
    return {
      ids: all.flatMap((item) => ('record' in item ? [item.record.externalConsumerId] : [])),
      codes: all.flatMap((item) =>
        'rejection' in item ? item.rejection.errors.map(({ code }) => code) : [],
      ),
      firstNames: all.flatMap((item) => ('record' in item ? [item.record.consumer.firstName] : [])),
    };
  } finally {
    await input.close();
  }
}

const both = { ids: ['c-1', 'c-2'], codes: [], firstNames: ['Zoë', 'Zoë'] };

function encoded(text: string, codePage: string): Buffer {
  const table = codePages[codePage] ?? '';
  return Buffer.from([...text].map((character) => (character === '\n' ? 0x25 : table.indexOf(character))));
}

const widths = [8, 8, 19, 5, 10, 10, 24, 16, 2, 2, 12, 12];
const layout = Object.fromEntries(
  names.map((name, index) => {
    const start = widths.slice(0, index).reduce((sum, width) => sum + width, 1);
    return [name, `${start}-${start + (widths[index] ?? 0) - 1}`];
  }),
);
const fixedLine = (row: readonly string[]): string =>
  row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('');

describe('without a setting', () => {
  it.each([
    ['UTF-16 with a byte order mark', Buffer.from(`\ufeff${whole}`, 'utf16le')],
    ['UTF-16 big-endian with a byte order mark', Buffer.from(`\ufeff${whole}`, 'utf16le').swap16()],
    ['lines that end in CR alone', whole.replaceAll('\n', '\r')],
    ['a sep= line', `sep=;\n${csv([names, cells(1), cells(2)], ';')}`],
    ['two delimiters in a row', csv([names, cells(1), cells(2)], '||')],
    ['a tilde between the columns', csv([names, cells(1), cells(2)], '~')],
    ['a comment above the header', `# export of 2026-11-26\n${whole}`],
    ['a header behind a number sign', `#${whole}`],
    [
      'a column without name and value at the end',
      csv([
        [...names, ''],
        [...cells(1), ''],
        [...cells(2), ''],
      ]),
    ],
  ] as const)('%s is read', async (_name, content) => {
    expect(await judged(content)).toEqual(both);
  });

  it('expiries that can be read in one way only are', async () => {
    const rows = ['2029-05-31', '202905', '2029-05', '05/2029'].map((expiry, index) =>
      cells(index + 1).with(3, expiry),
    );
    expect((await judged(csv([names, ...rows]))).codes).toEqual([]);
  });

  it('a value in a column without a name rejects its row', async () => {
    expect(
      await judged(
        csv([
          [...names, ''],
          [...cells(1), 'x'],
          [...cells(2), ''],
        ]),
      ),
    ).toMatchObject({
      ids: ['c-2'],
      codes: ['ROW_UNNAMED_VALUE'],
    });
  });

  it.for([
    ['EBCDIC', encoded(whole.replaceAll('ö', 'o'), 'IBM037'), 'input-encoding', 'input.encoding: IBM037'],
    [
      'a header line in another language',
      csv([['Kundennummer', 'Kartennummer', 'Ablauf', 'Vorname', 'Nachname', 'E-Mail']]) + 'x\n',
      'delimiter-unknown',
      '"Vorname": firstName',
    ],
    ['no header', csv([cells(1), cells(2)]), 'delimiter-unknown', 'header: [ignore, ignore, pan, expiry'],
    ['a line in front of the header', `HDR;20261126\n${whole}`, 'delimiter-unknown', 'input.skipFirst: 1'],
    [
      'fixed width',
      [cells(1), cells(2)].map((row) => `${fixedLine(row)}\n`).join(''),
      'delimiter-unknown',
      'input.layout',
    ],
    ['a trailer', `${whole}TRL,2\n`, 'trailer-unknown', 'input.trailer: { starts: TRL, count: 2 }'],
    ['a trailer without a count', `${whole}EOF\n`, 'trailer-unknown', 'input.trailer: { starts: EOF }'],
    ['a second header', `${whole}${csv([names, cells(3)])}`, 'header-repeated', 'by itself'],
    [
      'a second header in another order',
      `${whole}${csv([names.toReversed()])}`,
      'header-repeated',
      'by itself',
    ],
    ['NDJSON under the name of CSV', '{"pan": "1"}\n', 'format-differs', 'input.format: ndjson'],
    ['binary OpenPGP', Buffer.from('85010c03', 'hex'), 'input-not-text', 'gpg -d --batch'],
    ['Parquet', Buffer.from('PAR1....'), 'input-not-text', 'duckdb'],
    ['XML', '<?xml version="1.0"?><a/>', 'input-not-text', 'xmlstarlet'],
  ] as const)('%s is refused with the setting or the command that helps', async ([, content, code, hint]) => {
    await expect(judged(content)).rejects.toMatchObject({ code, hint: expect.stringContaining(hint) });
  });

  it('JSON written over several lines is refused with the command that makes lines of it', async () => {
    const pretty = JSON.stringify({ pan: '1' }, null, 2);
    await expect(judged(pretty, {}, 'in.json')).rejects.toMatchObject({
      code: 'input-json-pretty',
      hint: expect.stringContaining('jq -c .'),
    });
  });
});

describe('by a setting', () => {
  const plain = whole.replaceAll('ö', 'o');
  it.each([
    ['encoding: windows-1252', Buffer.from(whole, 'latin1'), { encoding: 'windows-1252' }],
    ['encoding: iso-8859-15', Buffer.from(whole, 'latin1'), { encoding: 'iso-8859-15' }],
    ['encoding: UTF-16LE without a mark', Buffer.from(whole, 'utf16le'), { encoding: 'UTF-16LE' }],
    ['encoding: IBM037', encoded(plain, 'IBM037'), { encoding: 'IBM037' }],
    ['encoding: cp500', encoded(plain, 'IBM500'), { encoding: 'cp500' }],
    ['encoding: IBM1047', encoded(plain, 'IBM1047'), { encoding: 'IBM1047' }],
    ['delimiter of several characters', csv([names, cells(1), cells(2)], '<|>'), { delimiter: '<|>' }],
    ['header', csv([cells(1), cells(2)]), { header: names }],
    ['header with another delimiter', csv([cells(1), cells(2)], ';'), { header: names }],
    ['skipFirst', `HDR,1\nBANK\n${whole}`, { skipFirst: 2 }],
    ['comment', `-- a\n${whole}-- b\n`, { comment: '--' }],
    ['Ctrl-Z behind the last line', `${whole}\u001a`, {}],
    ['trailer with its count', `${whole}TRL,2\n`, { trailer: { starts: 'TRL', count: 2 } }],
    [
      'trailer that counts header and trailer',
      `${whole}TRL,00004\n`,
      { trailer: { starts: 'TRL', count: 2, extra: 2 } },
    ],
    [
      'columns by number',
      csv([names.with(2, 'x'), cells(1), cells(2)]),
      { columns: { '#3': 'pan' as const } },
    ],
    ['layout', [cells(1), cells(2)].map((row) => `${fixedLine(row)}\n`).join(''), { layout }],
    [
      'layout with a header and a trailer',
      `HDR\n${[cells(1), cells(2)].map((row) => `${fixedLine(row)}\n`).join('')}TRL0000002\n`,
      { layout, skipFirst: 1, trailer: { starts: 'TRL', count: '4-10' } },
    ],
    [
      'recordLength',
      encoded(
        [cells(1), cells(2)].map((row) => fixedLine(row.map((cell) => cell.replaceAll('ö', 'o')))).join(''),
        'IBM037',
      ),
      { layout, encoding: 'IBM037', recordLength: 128 },
    ],
    ['expiry: YYMM', csv([names, cells(1).with(3, '2905'), cells(2).with(3, '2712')]), { expiry: 'YYMM' }],
    [
      'expiry: DD.MM.YYYY',
      csv([names, cells(1).with(3, '31.05.2029'), cells(2).with(3, '31.12.2027')]),
      { expiry: 'DD.MM.YYYY' },
    ],
    [
      'mobile: national',
      csv([names, cells(1).with(7, '0151 12345678'), cells(2)]),
      { mobile: 'national' as const },
    ],
    [
      'defaults for a missing column',
      csv([names.toSpliced(9, 1), cells(1).toSpliced(9, 1), cells(2).toSpliced(9, 1)]),
      { defaults: { language: 'de' } },
    ],
    [
      'join',
      csv([
        names.toSpliced(10, 1, 'Street', 'No'),
        cells(1).toSpliced(10, 1, 'Weg', '1'),
        cells(2).toSpliced(10, 1, 'Weg', '2'),
      ]),
      { join: { addressLine1: ['Street', 'No'] } },
    ],
    [
      'convert',
      csv([names, cells(1).with(8, 'de').with(2, '5204 7316 0001 4784'), cells(2)]),
      { convert: { country: ['upperCase' as const], pan: ['digits' as const] } },
    ],
  ])('%s: the file is read', async (_name, content, settings) => {
    expect(await judged(content, settings)).toMatchObject({ ids: both.ids, codes: [] });
  });

  it.for<readonly [string, string | Buffer, ReadingSettings, string]>([
    [
      'a trailer that counts other rows',
      `${whole}TRL,9\n`,
      { trailer: { starts: 'TRL', count: 2 } },
      'trailer-count',
    ],
    ['a file without its trailer', whole, { trailer: { starts: 'TRL' } }, 'trailer-missing'],
    [
      'rows behind the trailer',
      `${whole}TRL,2\n${csv([cells(3)])}`,
      { trailer: { starts: 'TRL' } },
      'trailer-early',
    ],
    ['a header that input.header says is not there', whole, { header: names }, 'layout-unfit'],
    ['an encoding that does not exist', whole, { encoding: 'latin-99' }, 'encoding-unknown'],
    [
      'bytes that are not of the encoding',
      Buffer.from([0xff, 0xfe, 0xff]),
      { encoding: 'shift_jis' },
      'input-encoding',
    ],
  ])('%s is refused', async ([, content, settings, code]) => {
    await expect(judged(content, settings)).rejects.toMatchObject({ code });
  });

  it('takes other account ranges, and none but them', async () => {
    const rows = csv([names, cells(1).with(2, '4111111111111111'), cells(2)]);
    expect(await judged(rows, { accountRanges: ['4', '510000-519999'] })).toMatchObject({
      ids: ['c-1'],
      codes: ['PAN_NETWORK'],
    });
    expect(
      await judged(csv([names, cells(1).with(2, '5555555555554444')]), { rejectsTestNumbers: true }),
    ).toMatchObject({
      codes: ['PAN_TEST'],
    });
  });
});
