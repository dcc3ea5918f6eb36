import { createHash } from 'node:crypto';
import { open, stat, type FileHandle } from 'node:fs/promises';
import type { BigIntStats } from 'node:fs';
import type { Readable } from 'node:stream';
import { InputError } from './errors.ts';
import { readFully, spool, type ByteStore } from './spool.ts';

/** Bytes read at a time while an input is hashed. */
const HASH_CHUNK = 1 << 20;
/** Bytes a stream hands over at a time: some hundred rows, so that a busy reader still lets others work. */
const STREAM_CHUNK = 1 << 16;

/** An input that can be read from any place, again and again, and is known by the digest of its bytes. */
export interface Input {
  /** As given; `-` for standard input. */
  readonly source: string;
  readonly bytes: number;
  /**
   * SHA-256 of its bytes, hex; made when it is first asked for, which costs a third of reading the rows. Throws
   * `InputError` `input-changed`, and `input-stopped` when told to stop meanwhile.
   */
  digest(): Promise<string>;
  /** The bytes from `offset` (default 0) to the end. Throws `InputError` `input-changed` when some are gone. */
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
  /** Where `-` is read from; for tests. */
  readonly stdin?: Readable;
  /** Bytes a stream hands over at a time; for tests. */
  readonly chunkBytes?: number;
}

/**
 * Opens a file, or `-` for standard input. What cannot be read twice (a pipe) is kept encrypted in a temporary file.
 *
 * Throws `InputError`: `input-missing`, `input-unreadable`, `input-is-folder`, `input-empty`, `spool-failed`.
 */
export async function openInput(source: string, options: InputOptions = {}): Promise<Input> {
  const opened =
    source === '-' ? await openPipe(options.stdin ?? process.stdin) : await openPath(source, options.stop);
  const input = new StoredInput(source, opened, options.chunkBytes ?? STREAM_CHUNK);
  if (opened.bytes > 0) return input;
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
  readonly #opened: Opened;
  readonly #chunk: number;
  #digest: Promise<string> | undefined;

  constructor(source: string, opened: Opened, chunk: number) {
    this.source = source;
    this.bytes = opened.bytes;
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
