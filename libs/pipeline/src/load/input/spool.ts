import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from './errors.ts';

const BLOCK = 16;

/** Bytes that can be read at any place. */
export interface ByteStore {
  /** At most `length` bytes from `offset` on; fewer only at the end. */
  read(offset: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** What came out of a pipe, and its digest. */
export interface Spooled {
  readonly store: ByteStore;
  /** SHA-256, hex. */
  readonly digest: string;
  readonly bytes: number;
}

/**
 * Keeps a pipe's bytes in a temporary file, encrypted (AES-256-CTR, so that any place can be read) with a key
 * that lives in this process only: no clear PAN rests on disk, and the file is worth nothing once the process
 * is gone. The file belongs to its owner alone (0600) and has no name from the start where the system allows
 * it.
 *
 * Throws `InputError` `spool-failed` when the disk does not take it.
 */
export async function spool(source: AsyncIterable<Buffer | string>): Promise<Spooled> {
  const undo: (() => Promise<void>)[] = [];
  try {
    const folder = await mkdtemp(join(tmpdir(), 'enrollkit-'));
    const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
    undo.unshift(remove);
    const file = await open(join(folder, 'input'), 'wx+', 0o600);
    undo.unshift(() => file.close());
    // Windows keeps the name of an open file; `close` removes it there.
    await remove().catch(() => undefined);
    const key = randomBytes(32);
    const start = randomBytes(BLOCK);
    const { digest, bytes } = await fill(file, source, createCipheriv('aes-256-ctr', key, start));
    return { digest, bytes, store: new EncryptedStore(file, { key, start, remove }) };
  } catch (cause) {
    for (const step of undo) await step().catch(() => undefined);
    // What the source throws is about the input; the rest is about the disk.
    if (cause instanceof InputError) throw cause;
    throw new InputError('spool-failed', {
      message: `The input could not be kept in ${tmpdir()}`,
      hint: 'It is kept there encrypted while it is read: make room, set TMPDIR to another folder, or give a file instead of a pipe',
      cause,
    });
  }
}

async function fill(
  file: FileHandle,
  source: AsyncIterable<Buffer | string>,
  cipher: ReturnType<typeof createCipheriv>,
): Promise<{ digest: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const part of source) {
    const chunk = typeof part === 'string' ? Buffer.from(part) : part;
    hash.update(chunk);
    await file.writeFile(cipher.update(chunk));
    bytes += chunk.length;
  }
  return { digest: hash.digest('hex'), bytes };
}

interface StoreSecrets {
  readonly key: Buffer;
  readonly start: Buffer;
  readonly remove: () => Promise<void>;
}

class EncryptedStore implements ByteStore {
  readonly #file: FileHandle;
  readonly #secrets: StoreSecrets;

  constructor(file: FileHandle, secrets: StoreSecrets) {
    this.#file = file;
    this.#secrets = secrets;
  }

  async read(offset: number, length: number): Promise<Buffer> {
    const skip = offset % BLOCK;
    const sealed = await readFully(this.#file, offset - skip, length + skip);
    const counter = counterAt(this.#secrets.start, (offset - skip) / BLOCK);
    return createDecipheriv('aes-256-ctr', this.#secrets.key, counter).update(sealed).subarray(skip);
  }

  async close(): Promise<void> {
    this.#secrets.key.fill(0);
    await this.#file.close();
    await this.#secrets.remove().catch(() => undefined);
  }
}

/**
 * The counter of a block: the first one plus its number, as one 128-bit big-endian integer (NIST SP 800-38A,
 * B.1).
 */
export function counterAt(start: Buffer, block: number): Buffer {
  const value = (BigInt(`0x${start.toString('hex')}`) + BigInt(block)) % (1n << 128n);
  return Buffer.from(value.toString(16).padStart(32, '0'), 'hex');
}

/** Reads `length` bytes; fewer only at the end of the file. */
export async function readFully(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
