import { open, type FileHandle } from 'node:fs/promises';
import type { KeyObject, webcrypto } from 'node:crypto';
import { KeyError } from './errors.ts';

/** Where key material comes from. Its format is detected. */
export type KeySource =
  | { readonly file: string }
  | { readonly bytes: Uint8Array }
  | { readonly text: string }
  | { readonly jwk: webcrypto.JsonWebKey | Readonly<Record<string, unknown>> }
  | KeyObject;

/** A source's content, and the words an error names it with. */
export interface Content {
  readonly where: string;
  readonly bytes: Uint8Array;
  /** The path as a shell would take it, for the command in a hint. */
  readonly shellName: string;
}

/** No key container comes near this size; more is not read into memory. */
const maxKeyBytes = 1_048_576;

/**
 * Reads a key file, at most 1 MiB of it. With `secret`, a file that its group or others can read is refused
 * (not on Windows, whose modes say nothing). The mode is taken from the opened file, so it cannot be swapped
 * between.
 */
export async function readKeyFile(path: string, secret: boolean): Promise<Content> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (cause) {
    throw unreadable(path, cause);
  }
  try {
    const facts = await handle.stat();
    if (facts.isDirectory())
      throw unreadable(path, Object.assign(new Error('a directory'), { code: 'EISDIR' }));
    const { mode } = facts;
    if (secret && process.platform !== 'win32' && (mode & 0o077) !== 0) throw readableByOthers(path, mode);
    return { where: path, shellName: shellWord(path), bytes: await readBounded(handle, path) };
  } catch (error) {
    throw error instanceof KeyError ? error : unreadable(path, error);
  } finally {
    await handle.close();
  }
}

async function readBounded(handle: FileHandle, path: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(65_536));
    if (bytesRead === 0) return Buffer.concat(chunks);
    chunks.push(buffer.subarray(0, bytesRead));
    length += bytesRead;
    if (length > maxKeyBytes) throw tooLarge(path);
  }
}

/** Names bytes or text that came without a file. */
export function givenContent(bytes: Uint8Array): Content {
  if (bytes.length > maxKeyBytes) throw tooLarge('the bytes given');
  return { where: 'the bytes given', shellName: 'FILE', bytes };
}

function tooLarge(where: string): KeyError {
  return new KeyError('too-large', {
    where,
    found: `more than ${maxKeyBytes} bytes`,
    expected: 'a key, certificate or key store',
    hint: 'Check that the path names the key and not another file.',
  });
}

/** The system's error codes for a path, in words, each with what to do about it. */
const reasons: Readonly<Record<string, readonly [found: string, hint: (path: string) => string]>> = {
  ENOENT: ['no such file', (path) => `Check the path: ls -l ${path}`],
  EISDIR: ['a directory', (path) => `Name the file in it: ls -l ${path}`],
  ENOTDIR: ['a file where the path needs a directory', (path) => `Check the path: ls -ld ${path}`],
  EACCES: ['a file that this process may not read', (path) => `Check its owner and mode: ls -l ${path}`],
};

function unreadable(path: string, cause: unknown): KeyError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'an error';
  const [found, hint] = reasons[code] ?? [`${code} on reading it`, (word) => `Look at it: ls -l ${word}`];
  return new KeyError('file-unreadable', {
    where: path,
    found,
    expected: 'a file that this process may read',
    hint: hint(shellWord(path)),
    cause,
  });
}

function readableByOthers(path: string, mode: number): KeyError {
  return new KeyError('file-readable-by-others', {
    where: path,
    found: `mode ${(mode & 0o777).toString(8).padStart(4, '0')}`,
    expected: 'a private key that only its owner can read',
    hint: `Run: chmod 600 ${shellWord(path)} (or say allowReadableByOthers where the mount makes that impossible)`,
  });
}

/** A path as one word of a POSIX shell. */
function shellWord(path: string): string {
  return /^[\w./:@%+=-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
