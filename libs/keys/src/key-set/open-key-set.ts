import { stat } from 'node:fs/promises';
import { KeyError } from '../errors.ts';
import { KeySet, type Source, unusable } from './key-set.ts';
import { readKeyFile } from '../source.ts';

/** Where a JWK set is and how it is kept. Times are milliseconds. */
export interface KeySetOptions {
  /** `https`, or `http` to this machine only. Either this or `file`. */
  readonly url?: string | URL;
  /** A JWK set on disk, read again when it changes. Either this or `url`. */
  readonly file?: string;
  /** Where the last good set is kept, so that a start survives an outage. Written with mode 0600. Only with `url`. */
  readonly cacheFile?: string;
  /** Replaces the global `fetch`, for a proxy, mutual TLS or a pinned certificate. Redirects are refused either way. */
  readonly fetch?: typeof globalThis.fetch;
  /** For the whole answer, body included. Default 5,000. */
  readonly timeoutMs?: number;
  /** Largest answer accepted, after decompression. Default 262,144 bytes. */
  readonly maxBytes?: number;
  /** Older than this, a set is asked for again (with its ETag) before use. Default 3,600,000 (an hour). */
  readonly maxAgeMs?: number;
  /** Least time between two tries, after a failure or for unknown kids. Default 30,000. */
  readonly retryAfterMs?: number;
  /** Clock, for tests. */
  readonly now?: () => number;
}

/**
 * Keeps a JWK set fresh: asked for on first use, on age, and on an unknown kid (at most once per `retryAfterMs`);
 * many callers share one request; an outage or a garbled answer leaves the last good set in use. Throws
 * {@link KeyError} when a URL is neither https nor local, or both or neither of `url` and `file` are given.
 */
export function keySet(options: KeySetOptions): KeySet {
  const { url, file, cacheFile, maxAgeMs, retryAfterMs, now = Date.now } = options;
  if ((url === undefined) === (file === undefined)) throw oneOfBoth();
  if (url === undefined) return new KeySet(fileSource(String(file), now), { maxAgeMs, retryAfterMs, now });
  return new KeySet(urlSource(checkedUrl(url), options, now), { cacheFile, maxAgeMs, retryAfterMs, now });
}

function checkedUrl(url: string | URL): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const local = parsed !== undefined && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(parsed.hostname);
  const plain = parsed?.username === '' && parsed.password === '';
  if (plain && (parsed.protocol === 'https:' || (parsed.protocol === 'http:' && local))) return parsed;
  throw new KeyError('url-refused', {
    where: 'the key set address',
    found: parsed === undefined ? 'text that is no URL' : `${parsed.protocol}//${parsed.hostname}`,
    expected: 'an https address without a password in it (http only to this machine)',
    hint: 'Whoever can change the answer can read every card number sealed to it: use https.',
  });
}

function urlSource(url: URL, options: KeySetOptions, now: () => number): Source {
  const { fetch = globalThis.fetch, timeoutMs = 5_000, maxBytes = 262_144 } = options;
  const source = {
    where: url.href,
    from: 'network',
    hint: `Look from this machine: curl -sS -i '${url.href}'`,
  } as const;
  const get = async (etag: string | undefined) => {
    const response = await fetch(url, {
      headers: {
        accept: 'application/jwk-set+json, application/json',
        ...(etag === undefined ? {} : { 'if-none-match': etag }),
      },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status !== 200) await response.body?.cancel();
    if (response.status === 304) return undefined;
    if (response.status !== 200) throw unusable(source, `HTTP status ${response.status}`);
    const body = await boundedText(response, maxBytes);
    if (body === undefined) throw unusable(source, `an answer of more than ${maxBytes} bytes`);
    const newEtag = response.headers.get('etag');
    return { body, confirmedAt: now(), ...(newEtag === null ? {} : { etag: newEtag }) };
  };
  return {
    ...source,
    get: (etag) =>
      get(etag).catch((error: unknown) => {
        throw error instanceof KeyError ? error : unreachable(source, error, timeoutMs);
      }),
  };
}

async function boundedText(response: Response, maxBytes: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The file's size and time of change stand in for an ETag. */
function fileSource(path: string, now: () => number): Source {
  return {
    where: path,
    from: 'file',
    hint: 'Look at the file; RFC 7517 section 5 shows the form of a set.',
    get: async (etag) => {
      const facts = await stat(path).catch(() => undefined);
      const current = facts === undefined ? undefined : `${facts.size}-${facts.mtimeMs}`;
      if (current !== undefined && current === etag) return undefined;
      const { bytes } = await readKeyFile(path, false);
      return {
        body: Buffer.from(bytes).toString('utf8'),
        confirmedAt: now(),
        ...(current === undefined ? {} : { etag: current }),
      };
    },
  };
}

function unreachable(
  { where, hint }: { where: string; hint: string },
  cause: unknown,
  timeoutMs: number,
): KeyError {
  const timedOut = cause instanceof Error && cause.name === 'TimeoutError';
  const found = timedOut ? `no whole answer within ${timeoutMs} ms` : 'no answer';
  return new KeyError('set-unreachable', { where, found, expected: 'a JWK set', hint, cause });
}

function oneOfBoth(): KeyError {
  return new KeyError('url-refused', {
    where: 'the key set options',
    found: 'both or neither of url and file',
    expected: 'exactly one of them',
    hint: 'Give url for a set that is fetched, file for one on disk.',
  });
}
