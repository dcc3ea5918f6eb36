import { InputError } from './errors.ts';

/** How the rows are written: RFC 4180, or one JSON object a line. */
export type InputFormat = 'csv' | 'ndjson';

const SNIFFED = 512;
const UTF8_BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** File names that say it. `.json` does not: it may hold one object a line or one big array. */
const extensions: Readonly<Record<string, InputFormat>> = {
  csv: 'csv',
  tsv: 'csv',
  psv: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
};

/** What a file that is no text starts with. */
const wrappings: readonly { readonly name: string; readonly starts: Buffer; readonly hint: string }[] = [
  {
    name: 'a ZIP archive or an Excel workbook',
    starts: Buffer.from('PK\x03\x04', 'latin1'),
    hint: 'Unpack it; save a workbook as CSV UTF-8',
  },
  {
    name: 'an old Excel workbook',
    starts: Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    hint: 'Save it as CSV UTF-8',
  },
  { name: 'gzip', starts: Buffer.from('1f8b', 'hex'), hint: 'Unpack it: gzip -dc FILE | enrollkit run -' },
  {
    name: 'bzip2',
    starts: Buffer.from('BZh', 'latin1'),
    hint: 'Unpack it: bzip2 -dc FILE | enrollkit run -',
  },
  {
    name: 'xz',
    starts: Buffer.from('fd377a585a00', 'hex'),
    hint: 'Unpack it: xz -dc FILE | enrollkit run -',
  },
  {
    name: 'zstd',
    starts: Buffer.from('28b52ffd', 'hex'),
    hint: 'Unpack it: zstd -dc FILE | enrollkit run -',
  },
  {
    name: 'an OpenPGP message',
    starts: Buffer.from('-----BEGIN PGP', 'latin1'),
    hint: 'Decrypt it: gpg -d FILE | enrollkit run -',
  },
  { name: 'a PDF', starts: Buffer.from('%PDF-', 'latin1'), hint: 'Export the rows as CSV UTF-8' },
  {
    name: 'an SQLite database',
    starts: Buffer.from('SQLite format 3', 'latin1'),
    hint: 'Export the rows as CSV UTF-8; the ledger is named in the configuration, not here',
  },
  {
    name: 'a web page',
    starts: Buffer.from('<', 'latin1'),
    hint: 'Look at it in a browser: it is probably what a server answered in place of the file',
  },
];

/** The UTF encodings of two and four bytes, by their byte order marks; the longer ones first, for one begins like the other. */
const wideMarks: readonly { readonly name: string; readonly starts: Buffer }[] = [
  { name: 'UTF-32LE', starts: Buffer.from('fffe0000', 'hex') },
  { name: 'UTF-32BE', starts: Buffer.from('0000feff', 'hex') },
  { name: 'UTF-16LE', starts: Buffer.from('fffe', 'hex') },
  { name: 'UTF-16BE', starts: Buffer.from('feff', 'hex') },
];

/** Tells the format by the file's name, and where that does not say it by its first bytes: `{` begins NDJSON. */
export function formatOf(source: string, head: Buffer): InputFormat {
  const extension = /\.([^./\\]+)$/.exec(source)?.[1]?.toLowerCase() ?? '';
  return extensions[extension] ?? (firstCharacter(head) === '{' ? 'ndjson' : 'csv');
}

/** Where the text begins: after a UTF-8 byte order mark, if there is one. */
export function textStart(head: Buffer): number {
  return head.subarray(0, UTF8_BOM.length).equals(UTF8_BOM) ? UTF8_BOM.length : 0;
}

/**
 * Refuses what is no UTF-8 text at all, by its first bytes. Throws `InputError`: `input-not-text`, `input-utf16`,
 * `input-json-array`.
 */
export function assertText(head: Buffer): void {
  const wrapping = wrappings.find(({ starts }) => head.subarray(0, starts.length).equals(starts));
  if (wrapping)
    throw new InputError(
      'input-not-text',
      { message: `The file is ${wrapping.name}, not text`, hint: wrapping.hint },
      { offset: 0 },
    );
  const wide = wideEncodingOf(head);
  if (wide !== undefined) {
    throw new InputError(
      'input-utf16',
      {
        message: `The file is ${wide}, not UTF-8`,
        hint: `Save it as UTF-8 (in Excel "CSV UTF-8"), or convert it: iconv -f ${wide} -t UTF-8 FILE | enrollkit run -`,
      },
      { line: 1, offset: 0 },
    );
  }
  const { zeros, zero } = zerosIn(head);
  // A few of them are a matter of the rows they stand in.
  if (zero === 0 || zeros * 3 > Math.min(head.length, SNIFFED)) {
    throw new InputError(
      'input-not-text',
      {
        message: `The file holds zero bytes, the first of them at byte ${zero}: it is not text`,
        hint: 'A copy that broke off can leave a hole of zero bytes: make the file anew',
      },
      { offset: zero },
    );
  }
  if (firstCharacter(head) === '[') {
    throw new InputError(
      'input-json-array',
      {
        message: 'The file begins with a JSON array',
        hint: 'Write one object a line (NDJSON): jq -c ".[]" FILE',
      },
      { line: 1, offset: 0 },
    );
  }
}

function firstCharacter(head: Buffer): string {
  return head.toString('latin1', textStart(head), SNIFFED).trimStart().slice(0, 1);
}

/** By its byte order mark, or by the zero that every second byte of Western text is then. */
function wideEncodingOf(head: Buffer): string | undefined {
  const marked = wideMarks.find(({ starts }) => head.subarray(0, starts.length).equals(starts));
  if (marked) return marked.name;
  const { zeros, odd } = zerosIn(head);
  const even = zeros - odd;
  const enough = Math.min(head.length, SNIFFED) / 3;
  if (odd > enough && even * 10 < odd) return 'UTF-16LE';
  return even > enough && odd * 10 < even ? 'UTF-16BE' : undefined;
}

/** How many zero bytes there are, how many of them at odd places, and where the first one is (-1: nowhere). */
function zerosIn(head: Buffer): { readonly zeros: number; readonly odd: number; readonly zero: number } {
  const sniffed = head.subarray(0, SNIFFED);
  const places = [...sniffed.keys()].filter((at) => sniffed[at] === 0);
  return { zeros: places.length, odd: places.filter((at) => at % 2 === 1).length, zero: places[0] ?? -1 };
}
