import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '../input/errors.ts';
import { counterAt } from '../input/spool.ts';

/** Words of an entry. */
export const ENTRY_WORDS = 5;
/** Words that wait in memory before a part is written: whole entries, and whole blocks of the cipher. */
const BUFFERED_WORDS = 204 * ENTRY_WORDS;
const WORD = 4;
const BLOCK = 16;

/** What is kept of one part: where its pieces are in the file, and what is not written yet. */
interface Part {
  /** Offsets and lengths in bytes, in turn. */
  readonly pieces: number[];
  buffered: Uint32Array<ArrayBuffer> | undefined;
  filled: number;
}

/**
 * Entries of five words of 32 bits in a temporary file, in numbered parts, each of which gives its entries
 * back in the order in which they were added. The file belongs to its owner alone, has no name where the
 * system allows it, and is encrypted (AES-256-CTR) with a key that lives in this process only. Throws
 * `InputError` `spool-failed` when the disk does not take it.
 */
export class DiskWords implements Disposable {
  readonly #key = randomBytes(32);
  readonly #start = randomBytes(BLOCK);
  readonly #parts: Part[] = [];
  readonly #folder: string;
  readonly #file: number;
  #end = 0;

  constructor() {
    try {
      this.#folder = mkdtempSync(join(tmpdir(), 'enrollkit-'));
      this.#file = openSync(join(this.#folder, 'check'), 'wx+', 0o600);
    } catch (cause) {
      throw notKept(cause);
    }
    this.#remove();
  }

  add(part: number, entry: Uint32Array): void {
    const into = (this.#parts[part] ??= { pieces: [], buffered: undefined, filled: 0 });
    into.buffered ??= new Uint32Array(BUFFERED_WORDS);
    into.buffered.set(entry, into.filled);
    into.filled += ENTRY_WORDS;
    if (into.filled === BUFFERED_WORDS) this.#write(into);
  }

  /** The entries of a part, one behind the other. */
  read(part: number): Uint32Array {
    const from = this.#parts[part];
    if (from === undefined) return new Uint32Array(0);
    this.#write(from);
    let bytes = 0;
    for (let at = 1; at < from.pieces.length; at += 2) bytes += from.pieces[at] ?? 0;
    const all = Buffer.allocUnsafeSlow(bytes);
    let filled = 0;
    for (let at = 0; at < from.pieces.length; at += 2) {
      const [offset = 0, length = 0] = from.pieces.slice(at, at + 2);
      const sealed = Buffer.allocUnsafe(length);
      readSync(this.#file, sealed, 0, length, offset);
      const cipher = createDecipheriv('aes-256-ctr', this.#key, counterAt(this.#start, offset / BLOCK));
      filled += cipher.update(sealed).copy(all, filled);
    }
    return new Uint32Array(all.buffer, 0, bytes / WORD);
  }

  [Symbol.dispose](): void {
    this.#key.fill(0);
    closeSync(this.#file);
    this.#remove();
  }

  #write(part: Part): void {
    const { buffered, filled } = part;
    if (buffered === undefined || filled === 0) return;
    const clear = Buffer.from(buffered.buffer, 0, filled * WORD);
    const cipher = createCipheriv('aes-256-ctr', this.#key, counterAt(this.#start, this.#end / BLOCK));
    try {
      writeSync(this.#file, cipher.update(clear), 0, clear.length, this.#end);
    } catch (cause) {
      throw notKept(cause);
    }
    part.pieces.push(this.#end, clear.length);
    part.buffered = undefined;
    part.filled = 0;
    this.#end += Math.ceil(clear.length / BLOCK) * BLOCK;
  }

  /** Windows keeps the name of an open file until it is closed. */
  #remove(): void {
    try {
      rmSync(this.#folder, { recursive: true, force: true });
    } catch {
      return;
    }
  }
}

function notKept(cause: unknown): InputError {
  return new InputError('spool-failed', {
    message: `What is remembered of the rows could not be kept in ${tmpdir()}`,
    hint: 'Make room, 100 bytes for each row, or set TMPDIR to another folder',
    cause,
  });
}
