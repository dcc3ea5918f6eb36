import { gzipSync } from 'node:zlib';
import { cardholders, panOf } from './cardholders.ts';
import { type ExitName } from '../src/exit-codes.ts';

/** A file of three good rows, bent; what `enrollkit check` must end with, and say. */
export interface Case {
  readonly bytes: Buffer | string;
  readonly exit: ExitName;
  readonly says: RegExp;
}

export const good = cardholders(3);
export const [header = '', first = '', second = '', third = ''] = good.split('\n');

/** Lines of docs/what-happens-if.md about a file that `check` looks at. */
export const cases: Readonly<Record<string, Case>> = {
  'the file is empty': { bytes: '', exit: 'usage', says: /is empty\nhint: / },
  'the file holds a header and no row': {
    bytes: `${header}\n`,
    exit: 'usage',
    says: /Line 1: The input has a header and no row\nhint: /,
  },
  'a column stands twice in the header': {
    bytes: good.replace('city', 'pan'),
    exit: 'usage',
    says: /Line 1: Columns 3 and 12 both stand for "pan"\nhint: /,
  },
  'a column of the header is not known': {
    bytes: good.replace('pan', 'PAN'),
    exit: 'usage',
    says: /Line 1: .* "PAN"\nhint: [^]*\n {4}"PAN": pan\n/,
  },
  'the file is UTF-16 with a byte order mark': {
    bytes: Buffer.from(`\ufeff${good}`, 'utf16le').swap16(),
    exit: 'allEnrolled',
    says: /3 rows read, 0 rejected/,
  },
  'the file is UTF-16 without a byte order mark': {
    bytes: Buffer.from(good, 'utf16le'),
    exit: 'usage',
    says: /UTF-16LE.*\nhint: .*input\.encoding: UTF-16LE/,
  },
  'a zero byte stands in a row': {
    bytes: good.replace('consumer-1', 'consu\0mer'),
    exit: 'someFailed',
    says: /:3: externalConsumerId: [^]*\n3 rows read, 1 rejected, 2 fit/,
  },
  'the lines end in CR alone': {
    bytes: good.replaceAll('\n', '\r'),
    exit: 'allEnrolled',
    says: /3 rows read, 0 rejected/,
  },
  'the lines end in LF and in CRLF': {
    bytes: [header, first, second].join('\r\n') + `\n${third}\r\n`,
    exit: 'allEnrolled',
    says: /3 rows read, 0 rejected/,
  },
  'the byte order mark stands there twice': {
    bytes: `\ufeff\ufeff${good}`,
    exit: 'allEnrolled',
    says: /3 rows read, 0 rejected/,
  },
  'a quote is never closed': {
    bytes: `${good}"consumer-4,card\n${third}\n`,
    exit: 'usage',
    says: /Line 5: .*double quote.*\nhint: /,
  },
  'the file is compressed': {
    bytes: gzipSync(good),
    exit: 'usage',
    says: /is gzip, not text\nhint: .*gzip -dc FILE \| enrollkit run -/,
  },
  'the file is a workbook': {
    bytes: Buffer.from('PK\u0003\u0004 [Content_Types].xml', 'latin1'),
    exit: 'usage',
    says: /Excel workbook \(XLSX\), not text\nhint: .*CSV UTF-8/,
  },
  'the file is a web page': {
    bytes: '<!DOCTYPE html><title>Please sign in</title>',
    exit: 'usage',
    says: /web page or XML, not text\nhint: .*in place of the file/,
  },
};

/** A row that is to be rejected, and as what. */
export interface BadRow {
  readonly bytes: Buffer | string;
  readonly field: string;
  readonly code: string;
  readonly reason: string;
}

const bad: readonly BadRow[] = [
  {
    bytes: Buffer.from(`${first.replaceAll('-0', '-l1').replace('Jané', 'Jan')}\u00c3`, 'latin1'),
    field: 'row',
    code: 'ROW_ENCODING',
    reason: 'not valid UTF-8, from byte ',
  },
  {
    bytes: first.replaceAll('-0', '-\0'),
    field: 'externalConsumerId | externalCardId',
    code: 'ID_CHARACTERS | ID_CHARACTERS',
    reason: 'character 10 is another',
  },
  { bytes: 'x,y', field: 'row', code: 'ROW_COLUMNS', reason: '13 columns; this row has 2,' },
  { bytes: `${first},more`, field: 'row', code: 'ROW_COLUMNS', reason: '13 columns; this row has 14,' },
  { bytes: ',,,,', field: 'row', code: 'ROW_BLANK', reason: 'Every cell of the row is empty' },
  { bytes: '""', field: 'row', code: 'ROW_BLANK', reason: 'Every cell of the row is empty' },
  { bytes: '=1+1,"",@x', field: 'row', code: 'ROW_COLUMNS', reason: '13 columns; this row has 3,' },
  {
    bytes: '\u001b[2J\u001b]0;x\u0007',
    field: 'row',
    code: 'ROW_COLUMNS',
    reason: '13 columns; this row has 1,',
  },
  {
    bytes: first.replaceAll('-0', '-p').replace(panOf(0), '5204731600000000'),
    field: 'pan',
    code: 'PAN_LUHN',
    reason: 'fails the Luhn check',
  },
  {
    bytes: first,
    field: 'externalCardId',
    code: 'DUPLICATE_RECORD',
    reason: 'already stand on line 2; this is line ',
  },
  { bytes: '\ufffd'.repeat(1000), field: 'row', code: 'ROW_COLUMNS', reason: '13 columns; this row has 1,' },
  { bytes: '  \t', field: 'row', code: 'ROW_BLANK', reason: 'Every cell of the row is empty' },
];

/** They come round again and again. */
export function badRow(index: number): BadRow {
  return bad[index % bad.length] ?? { bytes: '', field: '', code: '', reason: '' };
}
