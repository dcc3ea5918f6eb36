import { codePageOf } from './code-pages.ts';
import { InputError } from './errors.ts';
import { recordLengthIn } from './record-length.ts';
import type { DecodingSettings } from './settings.ts';
import type { ByteStore } from './spool.ts';

/** Bytes looked at to find out how an input is encoded and how its lines end. */
export const SNIFFED = 1 << 16;

const NEWLINE = 10;
const RETURN = 13;

/** The encodings that a byte order mark names for certain. */
const marks: readonly { readonly encoding: string; readonly starts: Buffer }[] = [
  { encoding: 'utf-16le', starts: Buffer.from('fffe', 'hex') },
  { encoding: 'utf-16be', starts: Buffer.from('feff', 'hex') },
];

/** Turns the bytes of an input into UTF-8, portion by portion. */
export type Decoder = (bytes: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;

/**
 * The decoder for an input of `size` bytes that begins with `head`; undefined for one that is UTF-8 as it is.
 * Throws `InputError` `encoding-unknown`.
 */
export function decoderFor(head: Buffer, size: number, settings: DecodingSettings): Decoder | undefined {
  const { encoding = markedEncoding(head), layout } = settings;
  const { recordLength = layout && recordLengthIn(head, size, layout) } = settings;
  if (encoding === undefined || /^utf-?8$/i.test(encoding))
    return recordLength === undefined ? undefined : (bytes) => cutIntoRecords(bytes, recordLength);
  const codePage = codePageOf(encoding);
  if (codePage !== undefined)
    return (bytes) =>
      fromCodePage(
        recordLength === undefined ? bytes : cutIntoRecords(bytes, recordLength, LINE_FEED),
        codePage,
      );
  const decoder = textDecoder(encoding);
  return (bytes) =>
    fromText(recordLength === undefined ? bytes : cutIntoRecords(bytes, recordLength), decoder);
}

function markedEncoding(head: Buffer): string | undefined {
  // FF FE 00 00 is UTF-32LE, which begins like UTF-16LE.
  if (head.length >= 4 && head.readUInt16LE(2) === 0) return undefined;
  return marks.find(({ starts }) => head.subarray(0, starts.length).equals(starts))?.encoding;
}

function textDecoder(encoding: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch (cause) {
    throw new InputError('encoding-unknown', {
      message: `There is no encoding ${encoding}`,
      hint: 'Use a name of the WHATWG Encoding Standard (utf-8, utf-16le, windows-1252, iso-8859-2, ...) or IBM037, IBM500, IBM1047',
      cause,
    });
  }
}

async function* fromText(
  bytes: AsyncIterable<Buffer>,
  decoder: InstanceType<typeof TextDecoder>,
): AsyncGenerator<Buffer> {
  let offset = 0;
  const decode = (chunk?: Buffer): Buffer => {
    try {
      return Buffer.from(decoder.decode(chunk, { stream: chunk !== undefined }));
    } catch {
      throw new InputError(
        'input-encoding',
        {
          message: `Bytes near ${offset} are not ${decoder.encoding}`,
          hint: 'Correct input.encoding, or fetch the file again',
        },
        { offset },
      );
    }
  };
  for await (const chunk of bytes) {
    yield decode(chunk);
    offset += chunk.length;
  }
  yield decode();
}

/** The line end that is put between records in EBCDIC. */
const LINE_FEED = 0x25;

async function* fromCodePage(bytes: AsyncIterable<Buffer>, codePage: string): AsyncGenerator<Buffer> {
  const table = Buffer.from(codePage, 'latin1');
  for await (const chunk of bytes) {
    const mapped = Buffer.allocUnsafe(chunk.length);
    for (let index = 0; index < chunk.length; index++) mapped[index] = table[chunk[index] ?? 0] ?? 0;
    yield Buffer.from(mapped.toString('latin1'));
  }
}

/** Puts a line end behind each record of so many bytes. */
async function* cutIntoRecords(
  bytes: AsyncIterable<Buffer>,
  recordLength: number,
  lineEnd: number = NEWLINE,
): AsyncGenerator<Buffer> {
  const end = Buffer.of(lineEnd);
  let filled = 0;
  for await (const chunk of bytes) {
    const parts: Buffer[] = [];
    const record = lineEnd === LINE_FEED ? withoutLineEnds(chunk) : chunk;
    for (let at = 0; at < record.length; ) {
      const part = record.subarray(at, at + recordLength - filled);
      parts.push(part);
      at += part.length;
      filled = (filled + part.length) % recordLength;
      if (filled === 0) parts.push(end);
    }
    yield Buffer.concat(parts);
  }
}

/** Bytes of packed numbers can look like EBCDIC's line ends. */
function withoutLineEnds(chunk: Buffer): Buffer {
  return Buffer.from(
    chunk.map((byte) => (byte === 0x15 || byte === LINE_FEED || byte === RETURN ? 0x40 : byte)),
  );
}

/** Whether the lines of a text that begins with `head` end in CR alone, as on an old Mac. */
export function endsLinesInReturn(head: Buffer): boolean {
  return head.includes(RETURN) && !head.includes(NEWLINE);
}

/** The same bytes with line feeds in place of carriage returns. */
export class ReturnsAsNewlines implements ByteStore {
  readonly #store: ByteStore;

  constructor(store: ByteStore) {
    this.#store = store;
  }

  async read(offset: number, length: number): Promise<Buffer> {
    const bytes = await this.#store.read(offset, length);
    for (let at = bytes.indexOf(RETURN); at >= 0; at = bytes.indexOf(RETURN, at + 1)) bytes[at] = NEWLINE;
    return bytes;
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}
