import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { defined } from '@enrollkit/base';
import { KeyError } from '../errors.ts';

/** A key set as its source gave it. */
export interface SetText {
  readonly body: string;
  readonly etag?: string;
  /** When its source last said that this is the set. Milliseconds since 1970. */
  readonly confirmedAt: number;
}

/** By how much two clocks may differ, in milliseconds. */
const CLOCK_SKEW = 300_000;
/** Far more than a set that is fetched may have. */
const MAX_BYTES = 1_048_576;

/**
 * Reads the last good set, if there is one for that source. A damaged or foreign cache counts as none, and so
 * does one that was confirmed in the future; one that others could have written is refused, for whoever
 * changes it chooses who reads the card numbers. Throws {@link KeyError} `cache-untrusted`.
 */
export async function readCache(path: string, where: string, now: number): Promise<SetText | undefined> {
  const handle = await open(path, 'r').catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    await refuseUntrusted(handle, path);
    const set = parseCache(await handle.readFile('utf8'), where);
    return set === undefined || set.confirmedAt > now + CLOCK_SKEW
      ? undefined
      : { ...set, confirmedAt: Math.min(set.confirmedAt, now) };
  } finally {
    await handle.close();
  }
}

/**
 * Replaces the cache in one step: a reader sees the old or the new one. A cache that cannot be written is no
 * reason to stop.
 */
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
  if (typeof value.confirmedAt !== 'number' || !(value.confirmedAt >= 0)) return undefined;
  return defined<SetText>({
    body: value.body,
    confirmedAt: value.confirmedAt,
    etag: typeof value.etag === 'string' ? value.etag : undefined,
  });
}

async function refuseUntrusted(handle: FileHandle, path: string): Promise<void> {
  const facts = await handle.stat();
  if (!facts.isFile() || facts.size > MAX_BYTES)
    throw untrusted(path, facts.isFile() ? `${facts.size} bytes` : 'something that is no file');
  const owner = process.getuid?.();
  if (owner === undefined) return;
  const mode = facts.mode & 0o777;
  if ((mode & 0o022) !== 0) throw untrusted(path, `mode ${mode.toString(8).padStart(4, '0')}`);
  if (facts.uid !== owner)
    throw untrusted(path, `the owner ${facts.uid}, while this process runs as ${owner}`);
}

function untrusted(path: string, found: string): KeyError {
  return new KeyError('cache-untrusted', {
    where: path,
    found,
    expected: 'a cache file that belongs to this user and that nobody else can write',
    hint: 'Delete it: it is written again from the key set.',
  });
}
