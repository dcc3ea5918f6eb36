import { InputError } from './errors.ts';

/** How the rows are written: RFC 4180, or one JSON object a line. */
export type InputFormat = 'csv' | 'ndjson';

const SNIFFED = 512;
const UTF8_BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** File names that say it. `.json` does not: it may hold one object a line or one big array. */
const extensions: Readonly<Record<string, InputFormat>> = { csv: 'csv', tsv: 'csv', psv: 'csv', ndjson: 'ndjson', jsonl: 'ndjson' };

/** What a file that is no text starts with. */
const wrappings: readonly { readonly name: string; readonly starts: Buffer; readonly hint: string }[] = [
  { name: 'a ZIP archive or an Excel workbook', starts: Buffer.from('PK\x03\x04', 'latin1'), hint: 'Unpack it; save a workbook as CSV UTF-8' },
  { name: 'an old Excel workbook', starts: Buffer.from('d0cf11e0a1b11ae1', 'hex'), hint: 'Save it as CSV UTF-8' },
  { name: 'gzip', starts: Buffer.from('1f8b', 'hex'), hint: 'Unpack it: gzip -dc FILE | enrollkit run -' },
  { name: 'zstd', starts: Buffer.from('28b52ffd', 'hex'), hint: 'Unpack it: zstd -dc FILE | enrollkit run -' },
  { name: 'an OpenPGP message', starts: Buffer.from('-----BEGIN PGP', 'latin1'), hint: 'Decrypt it: gpg -d FILE | enrollkit run -' },
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
 * Refuses what is no UTF-8 text at all, by its first bytes. Throws `InputError`: `INPUT_UTF16`, `INPUT_COMPRESSED`,
 * `INPUT_JSON_ARRAY`.
 */
export function assertText(head: Buffer): void {
  const wrapping = wrappings.find(({ starts }) => head.subarray(0, starts.length).equals(starts));
  if (wrapping) {
    throw new InputError('INPUT_COMPRESSED', { message: `The file is ${wrapping.name}, not text`, hint: wrapping.hint }, { offset: 0 });
  }
  if (isUtf16(head)) {
    throw new InputError('INPUT_UTF16', {
      message: 'The file is UTF-16 (or UTF-32), not UTF-8',
      hint: 'Save it as UTF-8; in Excel choose "CSV UTF-8", or convert it: iconv -f UTF-16 -t UTF-8',
    }, { line: 1, offset: 0 });
  }
  if (firstCharacter(head) === '[') {
    throw new InputError('INPUT_JSON_ARRAY', {
      message: 'The file begins with a JSON array',
      hint: 'Write one object a line (NDJSON): jq -c ".[]" FILE',
    }, { line: 1, offset: 0 });
  }
}

function firstCharacter(head: Buffer): string {
  return head.toString('latin1', textStart(head), SNIFFED).trimStart().slice(0, 1);
}

/** A byte order mark, or the zero bytes that every second byte of Western text is then. */
function isUtf16(head: Buffer): boolean {
  const [first, second] = head;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  const sniffed = head.subarray(0, SNIFFED);
  let zeros = 0;
  for (const byte of sniffed) if (byte === 0) zeros++;
  return zeros * 3 > sniffed.length;
}
