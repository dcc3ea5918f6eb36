import { createHash } from 'node:crypto';
import { open, stat, type FileHandle } from 'node:fs/promises';
import type { BigIntStats } from 'node:fs';
import type { Readable } from 'node:stream';
import { assertDigests, type ControlTotals } from './control.ts';
import { decoderFor, endsLinesInReturn, ReturnsAsNewlines, SNIFFED, type Decoder } from './decode.ts';
import { InputError } from './errors.ts';
import { outputOf } from './open-command.ts';
import type { DecodingSettings } from './settings.ts';
import { readFully, spool, type ByteStore } from './spool.ts';

/** Bytes read at a time while an input is hashed. */
const HASH_CHUNK = 1 << 20;
/** Bytes a stream hands over at a time: some hundred rows, so that a busy reader still lets others work. */
const STREAM_CHUNK = 1 << 16;

/** An input that can be read from any place, again and again, and is known by the digest of its bytes. */
export interface Input {
  /** As given; `-` for standard input. */
  readonly source: string;
  /** As UTF-8. */
  readonly bytes: number;
  /** Rows that it must have; undefined when nobody said so. */
  readonly expectedRows?: number | undefined;
  /**
   * SHA-256 of its bytes as they were delivered, hex (of what `input.open` makes of them, where it is set);
   * made when it is first asked for, which costs a third of reading the rows. Throws `InputError`
   * `input-changed`, and `input-stopped` when told to stop meanwhile.
   */
  digest(): Promise<string>;
  /**
   * The bytes from `offset` (default 0) to the end. Throws `InputError` `input-changed` when some are gone.
   */
  stream(offset?: number): AsyncIterable<Buffer>;
  /** Exactly `length` bytes. Throws `InputError` `input-changed` when they are gone. */
  read(offset: number, length: number): Promise<Buffer>;
  /** Throws `InputError` `input-changed` when the file is not the one that was opened. */
  assertUnchanged(): Promise<void>;
  close(): Promise<void>;
}

/** How an input is opened. */
export interface InputOptions {
  /** Ends the making of the digest, which takes minutes for a very large file. */
  readonly stop?: AbortSignal;
  /** Where `-` is read from; default: standard input. */
  readonly stdin?: Readable;
  /** What `-` is called in messages and in the ledger; default: `-`. */
  readonly name?: string;
  /** Bytes a stream hands over at a time; for tests. */
  readonly chunkBytes?: number;
  /** How its bytes become UTF-8 text; default: they are, or a byte order mark says. */
  readonly decoding?: DecodingSettings;
  /** What the file must have, by somebody else's word. */
  readonly expected?: ControlTotals;
}

/**
 * Opens a file, or `-` for standard input, and decodes it. What cannot be read twice (a pipe), and what is
 * not UTF-8, is kept as UTF-8, encrypted, in a temporary file.
 *
 * Throws `InputError`: `input-missing`, `input-unreadable`, `input-is-folder`, `input-empty`, `spool-failed`,
 * `encoding-unknown`, `input-encoding`, `open-failed`, `digest-differs`.
 */
export async function openInput(source: string, options: InputOptions = {}): Promise<Input> {
  const { decoding = {}, stdin = process.stdin, stop, expected } = options;
  const chunk = options.chunkBytes ?? STREAM_CHUNK;
  const delivered = await openDelivered(source, { decoding, stdin, stop, expected });
  const opened = await decodedInput(delivered, { decoding, source, chunk });
  const input = new StoredInput(options.name ?? source, { ...opened, rows: expected?.rows }, chunk);
  if (input.bytes > 0) return input;
  await input.close();
  throw new InputError('input-empty', {
    message: `${nameOf(source)} is empty`,
    hint: 'Check whether the export ran',
  });
}

interface Opened {
  readonly store: ByteStore;
  readonly bytes: number;
  readonly digest: () => Promise<string>;
  /** Answers whether the file is still the same. */
  readonly unchanged: () => Promise<boolean>;
  readonly rows?: number | undefined;
}

interface Opening {
  readonly decoding: DecodingSettings;
  readonly stdin: Readable;
  readonly stop: AbortSignal | undefined;
  readonly expected: InputOptions['expected'];
}

/** The input as it was delivered, or what `input.open` makes of it. */
async function openDelivered(source: string, opening: Opening): Promise<Opened> {
  const { decoding, stdin, stop, expected } = opening;
  const { open: command } = decoding;
  const hasDigest = expected?.sha256 !== undefined || expected?.md5 !== undefined;
  if (hasDigest && command !== undefined && source !== '-') {
    const delivered = await openPath(source, stop);
    await assertExpected(source, delivered, expected).finally(() => delivered.store.close());
  }
  if (command !== undefined) return openPipe(outputOf({ command, source, stdin, stop }));
  const opened = source === '-' ? await openPipe(stdin) : await openPath(source, stop);
  if (hasDigest) await assertExpected(source, opened, expected);
  return opened;
}

async function assertExpected(
  source: string,
  opened: Opened,
  expected: NonNullable<InputOptions['expected']>,
): Promise<void> {
  try {
    await assertDigests(new StoredInput(source, opened, HASH_CHUNK).stream(), expected);
  } catch (error) {
    await opened.store.close().catch(() => undefined);
    throw error;
  }
}

interface Decoding {
  readonly source: string;
  readonly decoding: DecodingSettings;
  readonly chunk: number;
}

/** The same input as UTF-8 with line feeds; it keeps the digest of what was delivered. */
async function decodedInput(opened: Opened, { source, decoding, chunk }: Decoding): Promise<Opened> {
  let text = opened;
  try {
    const head = await opened.store.read(0, Math.min(SNIFFED, opened.bytes));
    const decoder = decoderFor(head, opened.bytes, decoding);
    if (decoder !== undefined) text = await transcoded(opened, decoder, { source, chunk });
    const start = decoder === undefined ? head : await text.store.read(0, Math.min(SNIFFED, text.bytes));
    return endsLinesInReturn(start) ? { ...text, store: new ReturnsAsNewlines(text.store) } : text;
  } catch (error) {
    await text.store.close().catch(() => undefined);
    throw error;
  }
}

async function transcoded(
  opened: Opened,
  decoder: Decoder,
  { source, chunk }: Pick<Decoding, 'source' | 'chunk'>,
): Promise<Opened> {
  const { store, bytes } = await spool(decoder(new StoredInput(source, opened, chunk).stream()));
  const close = () => store.close().finally(() => opened.store.close());
  return { ...opened, bytes, store: { read: (offset, length) => store.read(offset, length), close } };
}

async function openPipe(source: AsyncIterable<Buffer | string>): Promise<Opened> {
  const { store, bytes, digest } = await spool(source);
  return { store, bytes, digest: async () => digest, unchanged: async () => true };
}

async function openPath(path: string, stop: AbortSignal | undefined): Promise<Opened> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw openError(path, cause);
  });
  try {
    const before = await file.stat({ bigint: true });
    if (before.isDirectory())
      throw new InputError('input-is-folder', { message: `${path} is a folder`, hint: 'Name one file' });
    if (!before.isFile()) return await openPipe(file.createReadStream() as AsyncIterable<Buffer>);
    const unchanged = async (): Promise<boolean> =>
      isSame(before, await file.stat({ bigint: true })) && isSame(before, await stat(path, { bigint: true }));
    return {
      store: new FileStore(file),
      bytes: Number(before.size),
      digest: () => digestOf({ file, path, stop }),
      unchanged,
    };
  } catch (error) {
    await file.close().catch(() => undefined);
    throw error;
  }
}

interface Hashing {
  readonly file: FileHandle;
  readonly path: string;
  readonly stop: AbortSignal | undefined;
}

async function digestOf({ file, path, stop }: Hashing): Promise<string> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(HASH_CHUNK);
  for (let at = 0; ; ) {
    if (stop?.aborted)
      throw new InputError('input-stopped', {
        message: `Told to stop while the digest of ${path} was made`,
        hint: 'Start again',
      });
    const { bytesRead } = await file.read(buffer, 0, HASH_CHUNK, at);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
}

function isSame(one: BigIntStats, other: BigIntStats): boolean {
  return (
    one.ino === other.ino && one.dev === other.dev && one.size === other.size && one.mtimeNs === other.mtimeNs
  );
}

class FileStore implements ByteStore {
  readonly #file: FileHandle;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  read(offset: number, length: number): Promise<Buffer> {
    return readFully(this.#file, offset, length);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

class StoredInput implements Input {
  readonly source: string;
  readonly bytes: number;
  readonly expectedRows: number | undefined;
  readonly #opened: Opened;
  readonly #chunk: number;
  #digest: Promise<string> | undefined;

  constructor(source: string, opened: Opened, chunk: number) {
    this.source = source;
    this.bytes = opened.bytes;
    this.expectedRows = opened.rows;
    this.#opened = opened;
    this.#chunk = chunk;
  }

  async digest(): Promise<string> {
    this.#digest ??= this.#opened.digest();
    const digest = await this.#digest;
    await this.assertUnchanged();
    return digest;
  }

  async *stream(offset: number = 0): AsyncGenerator<Buffer> {
    for (let at = offset; at < this.bytes; at += this.#chunk) {
      yield await this.read(at, Math.min(this.#chunk, this.bytes - at));
    }
  }

  async read(offset: number, length: number): Promise<Buffer> {
    const bytes = await this.#opened.store.read(offset, length);
    if (bytes.length < length) throw changed(this.source);
    return bytes;
  }

  async assertUnchanged(): Promise<void> {
    const unchanged = await this.#opened.unchanged().catch(() => false);
    if (!unchanged) throw changed(this.source);
  }

  close(): Promise<void> {
    return this.#opened.store.close();
  }
}

function openError(path: string, cause: unknown): InputError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new InputError('input-missing', {
      message: `There is no file ${path}`,
      hint: 'Check the path; it is taken from the current folder',
      cause,
    });
  }
  return new InputError('input-unreadable', {
    message: `The file ${path} cannot be opened (${code})`,
    hint: 'Check who may read it',
    cause,
  });
}

function changed(source: string): InputError {
  return new InputError('input-changed', {
    message: `${nameOf(source)} changed while it was read`,
    hint: 'Wait until it is written completely, then start again',
  });
}

function nameOf(source: string): string {
  return source === '-' ? 'Standard input' : `The file ${source}`;
}
