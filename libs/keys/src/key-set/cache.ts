import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { KeyError } from '../errors.ts';

/** A key set as its source gave it. */
export interface SetText {
  readonly body: string;
  readonly etag?: string;
  /** When its source last said that this is the set. Milliseconds since 1970. */
  readonly confirmedAt: number;
}

/**
 * Reads the last good set, if there is one for that source. A damaged or foreign cache counts as none; one that
 * others could have written is refused, for whoever changes it chooses who reads the card numbers. Throws
 * {@link KeyError}.
 */
export async function readCache(path: string, where: string): Promise<SetText | undefined> {
  const handle = await open(path, 'r').catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    await refuseWritableByOthers(handle, path);
    return parseCache(await handle.readFile('utf8'), where);
  } finally {
    await handle.close();
  }
}

/** Replaces the cache in one step: a reader sees the old or the new one. A cache that cannot be written is no reason to stop. */
export async function writeCache(path: string, set: SetText & { readonly where: string }): Promise<void> {
  const { where, body, etag, confirmedAt } = set;
  const draft = `${path}.${randomUUID()}`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(JSON.stringify({ where, body, etag, confirmedAt }));
    } finally {
      await handle.close();
    }
    await rename(draft, path);
  } catch {
    await rm(draft, { force: true });
  }
}

function parseCache(text: string, where: string): SetText | undefined {
  let value: Partial<Record<'where' | 'body' | 'etag' | 'confirmedAt', unknown>> | null;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value?.where !== where || typeof value.body !== 'string') return undefined;
  if (typeof value.confirmedAt !== 'number') return undefined;
  return {
    body: value.body,
    confirmedAt: value.confirmedAt,
    ...(typeof value.etag === 'string' ? { etag: value.etag } : {}),
  };
}

async function refuseWritableByOthers(handle: FileHandle, path: string): Promise<void> {
  const { mode } = await handle.stat();
  if (process.platform === 'win32' || (mode & 0o022) === 0) return;
  throw new KeyError('cache-untrusted', {
    where: path,
    found: `mode ${(mode & 0o777).toString(8).padStart(4, '0')}`,
    expected: 'a cache that only its owner can write',
    hint: 'Delete it, or run: chmod 600 on it.',
  });
}
