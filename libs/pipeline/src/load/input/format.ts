import { InputError } from './errors.ts';

/** How the rows are written: RFC 4180, one JSON object a line, or fields at fixed places of each line. */
export type InputFormat = 'csv' | 'ndjson' | 'fixed';

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

/** A file that is no text of rows: what it is, how that is told, and what makes rows of it. */
interface Wrapping {
  readonly name: string;
  readonly starts: Buffer;
  /** Where that stands; default: at the beginning. */
  readonly at?: number;
  readonly hint: string;
}

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');
const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const decryptHint =
  'Decrypt it while it is read: input.open: gpg -d --batch; or: gpg -d FILE | enrollkit run -';
const packed = (name: string, starts: Buffer, command: string): Wrapping => ({
  name,
  starts,
  hint: `Unpack it while it is read: input.open: ${command}; or: ${command} FILE | enrollkit run -`,
});
const notRows = (name: string, starts: Buffer, hint: string): Wrapping => ({ name, starts, hint });
const parquet = `duckdb -c "COPY (SELECT * FROM 'FILE') TO 'FILE.csv' (HEADER)"`;

/** The first that fits names the file. */
const wrappings: readonly Wrapping[] = [
  packed('gzip', hex('1f8b'), 'gzip -dc'),
  packed('bzip2', ascii('BZh'), 'bzip2 -dc'),
  packed('xz', hex('fd377a585a00'), 'xz -dc'),
  packed('zstd', hex('28b52ffd'), 'zstd -dc'),
  packed('lz4', hex('04224d18'), 'lz4 -dc'),
  packed('a Unix compress file', hex('1f9d'), 'gzip -dc'),
  notRows('a 7-Zip archive', hex('377abcaf271c'), 'Unpack it: 7z x FILE'),
  notRows('a RAR archive', ascii('Rar!'), 'Unpack it: unrar x FILE'),
  { name: 'a tar archive', starts: ascii('ustar'), at: 257, hint: 'Unpack it: tar -xf FILE' },
  notRows(
    'an old Excel workbook',
    hex('d0cf11e0a1b11ae1'),
    'Save it as CSV UTF-8, or: soffice --headless --convert-to csv FILE',
  ),
  notRows('a Parquet file', ascii('PAR1'), `Write it as CSV: ${parquet}`),
  notRows('an Avro file', hex('4f626a01'), 'Write it as NDJSON: avro-tools tojson FILE'),
  notRows('an ORC file', ascii('ORC'), 'Write it as NDJSON: orc-contents FILE'),
  notRows('an Arrow file', ascii('ARROW1'), `Write it as CSV: ${parquet}`),
  { name: 'an OpenPGP message', starts: ascii('-----BEGIN PGP'), hint: decryptHint },
  notRows(
    'a file encrypted with age',
    ascii('age-encryption.org/'),
    'Decrypt it while it is read: input.open: age -d -i KEY',
  ),
  notRows(
    'a CMS message (PEM)',
    ascii('-----BEGIN'),
    'Decrypt it: openssl cms -decrypt -inform PEM -inkey KEY -in FILE | enrollkit run -',
  ),
  notRows(
    'an S/MIME message',
    ascii('MIME-Version:'),
    'Decrypt it: openssl cms -decrypt -inkey KEY -in FILE | enrollkit run -',
  ),
  notRows(
    'a file encrypted by openssl enc',
    ascii('Salted__'),
    'Decrypt it: openssl enc -d ... -in FILE | enrollkit run -',
  ),
  notRows('a PDF', ascii('%PDF-'), 'Export the rows as CSV UTF-8'),
  notRows('an RTF document', ascii('{\\rtf'), 'Export the rows as CSV UTF-8'),
  notRows('a uuencoded file', ascii('begin 6'), 'Decode it: uudecode FILE'),
  notRows(
    'an SQLite database',
    ascii('SQLite format 3'),
    'Export the rows as CSV UTF-8; the ledger is named in the configuration, not here',
  ),
  notRows(
    'an XML file',
    ascii('<?xml'),
    'Make CSV of it (xmlstarlet sel -T -t -m //RECORD -v FIELD -o , ... FILE), or export CSV UTF-8',
  ),
  notRows(
    'a web page or XML',
    ascii('<'),
    'Look at it in a browser: it is probably what a server answered in place of the file',
  ),
];

const ZIP = ascii('PK\x03\x04');

/** What the file is, if it is no text of rows. */
function wrappingOf(head: Buffer): Pick<Wrapping, 'name' | 'hint'> | undefined {
  const text = head.subarray(textStart(head));
  if (head.subarray(0, ZIP.length).equals(ZIP)) return zipOf(head.toString('latin1'));
  if (isOpenPgp(head)) return { name: 'an OpenPGP message (binary)', hint: decryptHint };
  return wrappings.find(({ starts, at = 0 }) => text.subarray(at, at + starts.length).equals(starts));
}

function zipOf(names: string): Pick<Wrapping, 'name' | 'hint'> {
  if (/xl\/|\[Content_Types\]\.xml|_rels\/\.rels/.test(names))
    return {
      name: 'an Excel workbook (XLSX)',
      hint: 'Save it as "CSV UTF-8" in Excel, with every column formatted as text; or: soffice --headless --convert-to csv FILE. Look whether card numbers kept their digits',
    };
  if (names.includes('mimetypeapplication/vnd.oasis'))
    return {
      name: 'an OpenDocument sheet',
      hint: 'Save it as CSV UTF-8; or: soffice --headless --convert-to csv FILE',
    };
  return {
    name: 'a ZIP archive',
    hint: 'Unpack it while it is read: input.open: unzip -p; or: unzip -p FILE | enrollkit run -',
  };
}

/** A packet of an encrypted session key or encrypted data begins it (RFC 9580, 4.2 and 5). */
function isOpenPgp(head: Buffer): boolean {
  const [tag = 0, first = 0, second = 0, third = 0] = head;
  const isVersion = (byte: number): boolean => byte >= 2 && byte <= 6;
  if (tag === 0x84 || tag === 0x8c) return isVersion(second) && first < 0xc0;
  if (tag === 0x85 || tag === 0x8d) return isVersion(third);
  return (
    (tag === 0xc1 || tag === 0xc3 || tag === 0xd2) &&
    (isVersion(second) || (first >= 0xc0 && isVersion(third)))
  );
}

/**
 * The UTF encodings of two and four bytes, by their byte order marks; the longer ones first, for one begins
 * like the other.
 */
const wideMarks: readonly { readonly name: string; readonly starts: Buffer }[] = [
  { name: 'UTF-32LE', starts: Buffer.from('fffe0000', 'hex') },
  { name: 'UTF-32BE', starts: Buffer.from('0000feff', 'hex') },
  { name: 'UTF-16LE', starts: Buffer.from('fffe', 'hex') },
  { name: 'UTF-16BE', starts: Buffer.from('feff', 'hex') },
];

/**
 * Tells the format by the file's name, and where that does not say it by its first bytes: `{` begins NDJSON.
 */
export function formatOf(source: string, head: Buffer): InputFormat {
  const extension = /\.([^./\\]+)$/.exec(source)?.[1]?.toLowerCase() ?? '';
  return extensions[extension] ?? (firstCharacter(head) === '{' ? 'ndjson' : 'csv');
}

/** Where the text begins: after a UTF-8 byte order mark, if there is one. */
export function textStart(head: Buffer): number {
  return head.subarray(0, UTF8_BOM.length).equals(UTF8_BOM) ? UTF8_BOM.length : 0;
}

/**
 * Refuses what is no UTF-8 text at all, by its first bytes. Throws `InputError`: `input-not-text`,
 * `input-utf16`, `input-json-array`.
 */
export function assertText(head: Buffer): void {
  const wrapping = wrappingOf(head);
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
        hint: wide.startsWith('UTF-16')
          ? `Set input.encoding: ${wide}`
          : `Convert it: iconv -f ${wide} -t UTF-8 FILE | enrollkit run -`,
      },
      { line: 1, offset: 0 },
    );
  }
  if (isEbcdic(head))
    throw new InputError(
      'input-encoding',
      {
        message: 'The file is EBCDIC, the encoding of mainframes',
        hint: 'Set its code page: input.encoding: IBM037 (or IBM500, IBM1047); without line ends also input.recordLength, the bytes of a record',
      },
      { offset: 0 },
    );
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

/**
 * Letters and digits of EBCDIC have the highest bit, its space is 40 hex; in ASCII and UTF-8 text few bytes
 * are so.
 */
function isEbcdic(head: Buffer): boolean {
  const sniffed = head.subarray(0, SNIFFED);
  let letters = 0;
  let ascii = 0;
  for (const byte of sniffed) {
    if (byte === 0x40 || byte === 0x4b || byte === 0x6b || byte === 0x60 || isEbcdicLetter(byte)) letters++;
    else if (byte >= 0x30 && byte < 0x7f) ascii++;
  }
  return letters * 4 > sniffed.length * 3 && ascii * 5 < sniffed.length;
}

function isEbcdicLetter(byte: number): boolean {
  return byte >= 0x81 && (byte & 0x0f) <= 9 && byte <= 0xf9 && (byte & 0xf0) !== 0xb0 && byte !== 0xd0;
}

/**
 * Refuses text whose first character is not of the format. Throws `InputError` `format-differs`,
 * `input-json-pretty`.
 */
export function assertFormat(format: InputFormat, head: Buffer): void {
  const first = firstCharacter(head);
  const text = head.toString('utf8', textStart(head)).trimStart();
  const isJson = first === '{' && /^\{\s*(?:"|\}|$)/.test(text);
  if (format === 'ndjson' && isJson && /^\{\s*\n/.test(text))
    throw new InputError(
      'input-json-pretty',
      {
        message: 'The file holds JSON objects that are written over several lines',
        hint: 'Write one object a line (NDJSON): jq -c . FILE',
      },
      { line: 1 },
    );
  if (format === 'ndjson' && first !== '{')
    throw new InputError(
      'format-differs',
      {
        message: 'The file is to be read as NDJSON, and does not begin with {: it looks like CSV',
        hint: 'Rename it to .csv, or set input.format: csv',
      },
      { line: 1 },
    );
  if (format === 'csv' && isJson)
    throw new InputError(
      'format-differs',
      {
        message: 'The file is to be read as CSV, and begins with a JSON object: it is NDJSON',
        hint: 'Rename it to .ndjson, or set input.format: ndjson',
      },
      { line: 1 },
    );
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

/**
 * How many zero bytes there are, how many of them at odd places, and where the first one is (-1: nowhere).
 */
function zerosIn(head: Buffer): { readonly zeros: number; readonly odd: number; readonly zero: number } {
  const sniffed = head.subarray(0, SNIFFED);
  const places = [...sniffed.keys()].filter((at) => sniffed[at] === 0);
  return { zeros: places.length, odd: places.filter((at) => at % 2 === 1).length, zero: places[0] ?? -1 };
}
