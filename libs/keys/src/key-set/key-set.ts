import { inspect } from 'node:util';
import { KeyError } from '../errors.ts';
import { keyFromJwk, parseJwks } from '../jwk/jwk.ts';
import { readCache, type SetText, writeCache } from './cache.ts';
import { PublicKey } from '../material.ts';
import { type KeyRule, newestOf } from './newest.ts';

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

/** Where a set comes from. */
export interface Source {
  /** URL or path. */
  readonly where: string;
  readonly from: 'network' | 'file';
  /** What a person would do to see the set. */
  readonly hint: string;
  /** Gets the set's text; `undefined` means it has not changed since `etag`. Throws {@link KeyError}. */
  readonly get: (etag: string | undefined) => Promise<SetText | undefined>;
}

/** How long a set is trusted; see `KeySetOptions`. */
export interface Freshness {
  readonly cacheFile?: string | undefined;
  readonly maxAgeMs?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly now?: (() => number) | undefined;
}

/** A JWK set that is kept fresh. Make it with `keySet`. */
export class KeySet {
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

  /** Use `keySet`. */
  constructor(
    source: Source,
    { cacheFile, maxAgeMs = 3_600_000, retryAfterMs = 30_000, now = Date.now }: Freshness,
  ) {
    this.#source = source;
    this.#cacheFile = cacheFile;
    this.#maxAgeMs = maxAgeMs;
    this.#retryAfterMs = retryAfterMs;
    this.#now = now;
  }

  /** The key with that kid; an unknown kid is looked for once more at the source. Throws {@link KeyError}. */
  async key(kid: string): Promise<PublicKey> {
    const find = (keys: readonly PublicKey[]) => keys.find((key) => key.kid === kid);
    const found = find(await this.keys()) ?? find(await this.#again());
    if (found !== undefined) return found;
    throw new KeyError('kid-unknown', {
      where: this.#source.where,
      found: `the kids ${this.status.kids.join(', ') || '(none)'}`,
      expected: `a key with the kid "${kid}"`,
      hint: 'Check the kid and the environment of the address; a rotated key may have been withdrawn.',
    });
  }

  /** The newest key for a purpose, by the timestamp in its kid. Throws {@link KeyError}. */
  async newest(rule: KeyRule): Promise<PublicKey> {
    return newestOf(await this.keys(), rule, this.#source.where);
  }

  /** Every usable public key of the set. Throws {@link KeyError} only when no good set was ever had. */
  async keys(): Promise<readonly PublicKey[]> {
    await this.#readCacheOnce();
    const now = this.#now();
    const fresh = this.#loaded !== undefined && now - this.#loaded.confirmedAt < this.#maxAgeMs;
    if (!fresh && (this.#loaded === undefined || now - this.#triedAt >= this.#retryAfterMs))
      await this.#tryRefresh();
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
      where: this.#source.where,
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
    if (this.#now() - this.#triedAt >= this.#retryAfterMs || this.#running !== undefined)
      await this.#tryRefresh();
    return this.#inUse();
  }

  #inUse(): readonly PublicKey[] {
    if (this.#loaded !== undefined) return this.#loaded.keys;
    throw this.#lastFailure ?? unusable(this.#source, 'nothing yet');
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
      const text = await this.#source.get(this.#loaded?.etag);
      if (text === undefined) {
        if (this.#loaded === undefined)
          throw unusable(this.#source, '"not modified" for a set never fetched');
        this.#loaded = { ...this.#loaded, confirmedAt: this.#now() };
      } else {
        this.#loaded = { ...text, ...usable(text.body, this.#source) };
      }
      this.#loadedFrom = this.#source.from;
      this.#lastFailure = undefined;
    } catch (error) {
      if (error instanceof KeyError) this.#lastFailure = error;
      throw error;
    }
    if (this.#cacheFile !== undefined)
      await writeCache(this.#cacheFile, { ...this.#loaded, where: this.#source.where });
  }

  async #readCacheOnce(): Promise<void> {
    this.#cacheRead ??= this.#readCache();
    return this.#cacheRead;
  }

  async #readCache(): Promise<void> {
    if (this.#cacheFile === undefined) return;
    const cached = await readCache(this.#cacheFile, this.#source.where);
    if (cached === undefined) return;
    try {
      this.#loaded = { ...cached, ...usable(cached.body, { where: this.#cacheFile, hint: '' }) };
      this.#loadedFrom = 'cache';
    } catch (error) {
      // A damaged cache is no cache: the source is asked.
      if (!(error instanceof KeyError)) throw error;
    }
  }
}

/** The public keys of a set. Private and symmetric entries have no business there and are left out by name. */
function usable(
  body: string,
  place: { where: string; hint: string },
): { keys: readonly PublicKey[]; ignored: readonly string[] } {
  const { where } = place;
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
  if (keys.length === 0) throw unusable(place, 'a JWK set without a usable public key');
  return { keys, ignored };
}

/** A source answered, and the answer is no set. */
export function unusable(
  { where, hint }: { readonly where: string; readonly hint: string },
  found: string,
): KeyError {
  return new KeyError('set-unusable', { where, found, expected: 'a JWK set', hint });
}
