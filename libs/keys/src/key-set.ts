import { stat } from 'node:fs/promises';
import { inspect } from 'node:util';
import { KeyError } from './errors.ts';
import { readCache, type SetText, writeCache } from './key-set-cache.ts';
import { keyFromJwk, parseJwks } from './jwk.ts';
import { PublicKey } from './material.ts';
import { type KeyRule, newestOf } from './newest.ts';
import { readKeyFile } from './source.ts';

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

/** How fresh the set in use is. */
export interface KeySetStatus {
  /** URL or path. */
  readonly where: string;
  /** The set in use came from here; undefined before the first use. */
  readonly from?: 'network' | 'cache' | 'file';
  /** When it was last confirmed by its source. */
  readonly confirmedAt?: Date;
  /** Why the last try failed; absent when it did not. The last good set stays in use. */
  readonly lastFailure?: KeyError;
  readonly kids: readonly string[];
  /** Entries of the set that are no usable public keys, by kid or position, with the reason. */
  readonly ignored: readonly string[];
}

interface Loaded extends SetText {
  readonly keys: readonly PublicKey[];
  readonly ignored: readonly string[];
}

/** Fetches a set's text; `undefined` means it has not changed since `etag`. */
type Source = (etag: string | undefined) => Promise<SetText | undefined>;

/**
 * Keeps a JWK set fresh: asked for on first use, on age, and on an unknown kid (at most once per `retryAfterMs`);
 * many callers share one request; an outage or a garbled answer leaves the last good set in use. Throws
 * {@link KeyError} when a URL is neither https nor local, or both or neither of `url` and `file` are given.
 */
export function keySet(options: KeySetOptions): KeySet {
  return new KeySet(options);
}

/** See {@link keySet}. */
export class KeySet {
  readonly #where: string;
  readonly #from: 'network' | 'file';
  readonly #source: Source;
  readonly #cacheFile: string | undefined;
  readonly #maxAgeMs: number;
  readonly #retryAfterMs: number;
  readonly #now: () => number;
  #loaded: Loaded | undefined;
  #loadedFrom: 'network' | 'cache' | 'file' | undefined;
  #triedAt = Number.NEGATIVE_INFINITY;
  #lastFailure: KeyError | undefined;
  #running: Promise<void> | undefined;
  #cacheRead: Promise<void> | undefined;

  /** Use {@link keySet}. */
  constructor(options: KeySetOptions) {
    const { url, file } = options;
    if ((url === undefined) === (file === undefined)) throw oneOfBoth();
    this.#from = url === undefined ? 'file' : 'network';
    this.#where = String(url ?? file);
    this.#now = options.now ?? Date.now;
    this.#source = url === undefined ? fileSource(this.#where, this.#now) : urlSource(checkedUrl(url), options, this.#now);
    this.#cacheFile = url === undefined ? undefined : options.cacheFile;
    this.#maxAgeMs = options.maxAgeMs ?? 3_600_000;
    this.#retryAfterMs = options.retryAfterMs ?? 30_000;
  }

  /** The key with that kid; an unknown kid is looked for once more at the source. Throws {@link KeyError}. */
  async key(kid: string): Promise<PublicKey> {
    const find = (keys: readonly PublicKey[]) => keys.find((key) => key.kid === kid);
    const found = find(await this.keys()) ?? find(await this.#again());
    if (found !== undefined) return found;
    throw new KeyError('kid-unknown', {
      where: this.#where,
      found: `the kids ${this.status.kids.join(', ') || '(none)'}`,
      expected: `a key with the kid "${kid}"`,
      hint: 'Check the kid and the environment of the address; a rotated key may have been withdrawn.',
    });
  }

  /** The newest key for a purpose, by the timestamp in its kid. Throws {@link KeyError}. */
  async newest(rule: KeyRule): Promise<PublicKey> {
    return newestOf(await this.keys(), rule, this.#where);
  }

  /** Every usable public key of the set. Throws {@link KeyError} only when no good set was ever had. */
  async keys(): Promise<readonly PublicKey[]> {
    await this.#readCacheOnce();
    const now = this.#now();
    const fresh = this.#loaded !== undefined && now - this.#loaded.confirmedAt < this.#maxAgeMs;
    if (!fresh && (this.#loaded === undefined || now - this.#triedAt >= this.#retryAfterMs)) await this.#tryRefresh();
    return this.#inUse();
  }

  /** Asks the source now. Throws {@link KeyError} when it does not answer well; the last good set stays in use. */
  async refresh(): Promise<void> {
    await this.#readCacheOnce();
    this.#running ??= this.#load().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  get status(): KeySetStatus {
    return {
      where: this.#where,
      ...(this.#loadedFrom === undefined ? {} : { from: this.#loadedFrom }),
      ...(this.#loaded === undefined ? {} : { confirmedAt: new Date(this.#loaded.confirmedAt) }),
      ...(this.#lastFailure === undefined ? {} : { lastFailure: this.#lastFailure }),
      kids: (this.#loaded?.keys ?? []).flatMap(({ kid }) => kid ?? []),
      ignored: this.#loaded?.ignored ?? [],
    };
  }

  [inspect.custom](): string {
    return `KeySet ${inspect(this.status)}`;
  }

  async #again(): Promise<readonly PublicKey[]> {
    if (this.#now() - this.#triedAt >= this.#retryAfterMs || this.#running !== undefined) await this.#tryRefresh();
    return this.#inUse();
  }

  #inUse(): readonly PublicKey[] {
    if (this.#loaded !== undefined) return this.#loaded.keys;
    throw this.#lastFailure ?? unusable(this.#where, 'nothing yet');
  }

  /** A failure is kept for `status` and for a caller that has no set at all. */
  async #tryRefresh(): Promise<void> {
    try {
      await this.refresh();
    } catch (error) {
      if (!(error instanceof KeyError)) throw error;
    }
  }

  async #load(): Promise<void> {
    this.#triedAt = this.#now();
    try {
      const text = await this.#source(this.#loaded?.etag);
      if (text === undefined) {
        if (this.#loaded === undefined) throw unusable(this.#where, '"not modified" for a set never fetched');
        this.#loaded = { ...this.#loaded, confirmedAt: this.#now() };
      } else {
        this.#loaded = { ...text, ...usable(text.body, this.#where) };
      }
      this.#loadedFrom = this.#from;
      this.#lastFailure = undefined;
    } catch (error) {
      if (error instanceof KeyError) this.#lastFailure = error;
      throw error;
    }
    if (this.#cacheFile !== undefined) await writeCache(this.#cacheFile, { ...this.#loaded, where: this.#where });
  }

  async #readCacheOnce(): Promise<void> {
    this.#cacheRead ??= this.#readCache();
    return this.#cacheRead;
  }

  async #readCache(): Promise<void> {
    if (this.#cacheFile === undefined) return;
    const cached = await readCache(this.#cacheFile, this.#where);
    if (cached === undefined) return;
    try {
      this.#loaded = { ...cached, ...usable(cached.body, this.#cacheFile) };
      this.#loadedFrom = 'cache';
    } catch (error) {
      // A damaged cache is no cache: the source is asked.
      if (!(error instanceof KeyError)) throw error;
    }
  }
}

/** The public keys of a set. Private and symmetric entries have no business there and are left out by name. */
function usable(body: string, where: string): { keys: readonly PublicKey[]; ignored: readonly string[] } {
  const { jwks, container } = parseJwks(body, where);
  const keys: PublicKey[] = [];
  const ignored: string[] = [];
  for (const [index, jwk] of jwks.entries()) {
    try {
      const { key, facts } = keyFromJwk(jwk, 'public', { where, container });
      keys.push(new PublicKey(key, facts));
    } catch (error) {
      if (!(error instanceof KeyError)) throw error;
      ignored.push(`${String(jwk['kid'] ?? `entry ${index + 1}`)}: ${error.found}`);
    }
  }
  if (keys.length === 0) throw unusable(where, 'a JWK set without a usable public key');
  return { keys, ignored };
}

function checkedUrl(url: string | URL): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const local = parsed !== undefined && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(parsed.hostname);
  if (parsed?.protocol === 'https:' || (parsed?.protocol === 'http:' && local)) return parsed;
  throw new KeyError('url-refused', {
    where: 'the key set address',
    found: parsed === undefined ? 'text that is no URL' : `${parsed.protocol}//${parsed.hostname}`,
    expected: 'an https address (http only to this machine)',
    hint: 'Whoever can change the answer can read every card number sealed to it: use https.',
  });
}

function urlSource(url: URL, options: KeySetOptions, now: () => number): Source {
  const { fetch = globalThis.fetch, timeoutMs = 5_000, maxBytes = 262_144 } = options;
  return async (etag) => {
    try {
      const response = await fetch(url, {
        headers: { accept: 'application/jwk-set+json, application/json', ...(etag === undefined ? {} : { 'if-none-match': etag }) },
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (response.status === 304) {
        await response.body?.cancel();
        return undefined;
      }
      if (response.status !== 200) {
        await response.body?.cancel();
        throw unusable(url.href, `HTTP status ${response.status}`);
      }
      const body = await boundedText(response, maxBytes, url.href);
      const newEtag = response.headers.get('etag');
      return { body, confirmedAt: now(), ...(newEtag === null ? {} : { etag: newEtag }) };
    } catch (error) {
      throw error instanceof KeyError ? error : unreachable(url.href, error, timeoutMs);
    }
  };
}

async function boundedText(response: Response, maxBytes: number, where: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw unusable(where, `an answer of more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The file's size and time of change stand in for an ETag. */
function fileSource(path: string, now: () => number): Source {
  return async (etag) => {
    const facts = await stat(path).catch(() => undefined);
    const current = facts === undefined ? undefined : `${facts.size}-${facts.mtimeMs}`;
    if (current !== undefined && current === etag) return undefined;
    const { bytes } = await readKeyFile(path, false);
    return { body: Buffer.from(bytes).toString('utf8'), confirmedAt: now(), ...(current === undefined ? {} : { etag: current }) };
  };
}

function unreachable(where: string, cause: unknown, timeoutMs: number): KeyError {
  const timedOut = cause instanceof Error && cause.name === 'TimeoutError';
  return new KeyError('set-unreachable', {
    where,
    found: timedOut ? `no whole answer within ${timeoutMs} ms` : 'no answer',
    expected: 'a JWK set',
    hint: `Look from this machine: curl -sS -i '${where}'`,
    cause,
  });
}

function unusable(where: string, found: string): KeyError {
  return new KeyError('set-unusable', { where, found, expected: 'a JWK set', hint: `Look from this machine: curl -sS -i '${where}'` });
}

function oneOfBoth(): KeyError {
  return new KeyError('url-refused', {
    where: 'the key set options',
    found: 'both or neither of url and file',
    expected: 'exactly one of them',
    hint: 'Give url for a set that is fetched, file for one on disk.',
  });
}
