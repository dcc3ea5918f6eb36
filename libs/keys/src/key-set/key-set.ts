import { inspect } from 'node:util';
import { defined } from '@enrollkit/base';
import { quotedName } from '../quoted-name.ts';
import { KeyError } from '../errors.ts';
import type { PublicKey } from '../material.ts';
import { readCache, type SetText, writeCache } from './cache.ts';
import { environmentOf, hintForOther, type KeyRule, newestOf } from './newest.ts';
import { notPinned, type Pins } from './pins.ts';
import { setUnusable, type UsableKeys, usableKeys } from './usable.ts';

/** How fresh the set in use is. */
export interface KeySetStatus {
  /** URL or path. */
  readonly where: string;
  /** Whether keys must be pinned to be used. */
  readonly pinned: boolean;
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

interface Loaded extends SetText, UsableKeys {}

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

/** How long a set is trusted, and which of its keys; see `KeySetOptions`. Times in milliseconds. */
export interface Trust {
  readonly cacheFile: string | undefined;
  readonly pins: Pins | undefined;
  readonly maxAgeMs: number;
  readonly retryAfterMs: number;
  readonly maxStaleMs: number;
  readonly now: () => number;
}

/** A JWK set that is kept fresh. Make it with `keySet`. */
export class KeySet {
  readonly #source: Source;
  readonly #trust: Trust;
  #loaded: Loaded | undefined;
  #loadedFrom: 'network' | 'cache' | 'file' | undefined;
  #triedAt = Number.NEGATIVE_INFINITY;
  #lastFailure: KeyError | undefined;
  #refreshing: Promise<void> | undefined;
  #cacheRead: Promise<void> | undefined;

  /** Use `keySet`. */
  constructor(source: Source, trust: Trust) {
    this.#source = source;
    this.#trust = trust;
  }

  /**
   * The key with that kid; an unknown kid is looked for once more at the source. Throws {@link KeyError},
   * also when several keys have that kid and none of them, or more than one, is pinned.
   */
  async key(kid: string): Promise<PublicKey> {
    const find = (keys: readonly PublicKey[]) => distinct(keys.filter((key) => key.kid === kid));
    const found = find(await this.keys());
    const candidates = found.length > 0 ? found : find(await this.#keysOnceMore());
    const [first] = candidates;
    if (first === undefined) throw this.#unknown(kid);
    const trusted = candidates.filter((key) => this.#isTrusted(key));
    const [key, second] = trusted;
    if (key === undefined) throw notPinned(first, this.#source.where);
    if (second === undefined) return key;
    throw new KeyError('several-keys', {
      where: this.#source.where,
      found: `${trusted.length} different keys with the kid ${quotedName(kid)}`,
      expected: 'one',
      hint: 'Ask the provider which one is right, and pin it by its thumbprint.',
    });
  }

  /**
   * The newest key for a purpose, by the timestamp in its kid. Throws {@link KeyError}, also when it is not
   * pinned.
   */
  async newest(rule: KeyRule): Promise<PublicKey> {
    const { where } = this.#source;
    const key = newestOf(await this.keys(), rule, { where, now: this.#trust.now() });
    if (!this.#isTrusted(key)) throw notPinned(key, where);
    return key;
  }

  /**
   * Every public key of the set, pinned or not. Throws {@link KeyError} when no good set was ever had, or it
   * is too old.
   */
  async keys(): Promise<readonly PublicKey[]> {
    await this.#readCacheOnce();
    const now = this.#trust.now();
    const fresh = this.#loaded !== undefined && now - this.#loaded.confirmedAt < this.#trust.maxAgeMs;
    if (!fresh && (this.#loaded === undefined || now - this.#triedAt >= this.#trust.retryAfterMs))
      await this.#tryRefresh();
    return this.#inUse();
  }

  /**
   * Asks the source now. Throws {@link KeyError} when it does not answer well; the last good set stays in
   * use.
   */
  async refresh(): Promise<void> {
    await this.#readCacheOnce();
    this.#refreshing ??= this.#load().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  get status(): KeySetStatus {
    return defined<KeySetStatus>({
      where: this.#source.where,
      pinned: this.#trust.pins !== undefined,
      from: this.#loadedFrom,
      confirmedAt: this.#loaded === undefined ? undefined : new Date(this.#loaded.confirmedAt),
      lastFailure: this.#lastFailure,
      kids: (this.#loaded?.keys ?? []).flatMap(({ kid }) => kid ?? []),
      ignored: this.#loaded?.ignored ?? [],
    });
  }

  [inspect.custom](): string {
    return `KeySet ${inspect(this.status)}`;
  }

  #isTrusted(key: PublicKey): boolean {
    return this.#trust.pins?.has(key) ?? true;
  }

  async #keysOnceMore(): Promise<readonly PublicKey[]> {
    if (this.#trust.now() - this.#triedAt >= this.#trust.retryAfterMs || this.#refreshing !== undefined)
      await this.#tryRefresh();
    return this.#inUse();
  }

  #inUse(): readonly PublicKey[] {
    if (this.#loaded === undefined) throw this.#lastFailure ?? setUnusable(this.#source, 'nothing yet');
    const ageMs = this.#trust.now() - this.#loaded.confirmedAt;
    if (ageMs <= this.#trust.maxStaleMs) return this.#loaded.keys;
    throw new KeyError('set-too-old', {
      where: this.#source.where,
      found: `a set that was last confirmed ${days(ageMs)} ago, and no answer since`,
      expected: `one confirmed within ${days(this.#trust.maxStaleMs)}`,
      hint: this.#source.hint,
      cause: this.#lastFailure,
    });
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
    this.#triedAt = this.#trust.now();
    try {
      const text = await this.#source.get(this.#loaded?.etag);
      if (text === undefined) {
        if (this.#loaded === undefined)
          throw setUnusable(this.#source, '"not modified" for a set never fetched');
        this.#loaded = { ...this.#loaded, confirmedAt: this.#trust.now() };
      } else {
        this.#loaded = { ...text, ...usableKeys(text.body, this.#source) };
      }
      this.#loadedFrom = this.#source.from;
      this.#lastFailure = undefined;
    } catch (error) {
      if (error instanceof KeyError) this.#lastFailure = error;
      throw error;
    }
    const { cacheFile } = this.#trust;
    if (cacheFile !== undefined) await writeCache(cacheFile, { ...this.#loaded, where: this.#source.where });
  }

  async #readCacheOnce(): Promise<void> {
    this.#cacheRead ??= this.#readCache();
    return this.#cacheRead;
  }

  async #readCache(): Promise<void> {
    const { cacheFile, now } = this.#trust;
    if (cacheFile === undefined) return;
    const cached = await readCache(cacheFile, this.#source.where, now());
    if (cached === undefined) return;
    try {
      this.#loaded = { ...cached, ...usableKeys(cached.body, { where: cacheFile, hint: '' }) };
      this.#loadedFrom = 'cache';
    } catch (error) {
      // A damaged cache is no cache: the source is asked.
      if (!(error instanceof KeyError)) throw error;
    }
  }

  #unknown(kid: string): KeyError {
    return new KeyError('kid-unknown', {
      where: this.#source.where,
      found: `the kids ${this.status.kids.slice(0, 20).map(quotedName).join(', ') || '(none)'}`,
      expected: `a key with the kid ${quotedName(kid)}`,
      hint:
        hintForOther(this.#loaded?.keys ?? [], environmentOf(kid)) ??
        'Check the kid; a rotated key may have been withdrawn.',
    });
  }
}

function distinct(keys: readonly PublicKey[]): readonly PublicKey[] {
  return [...new Map(keys.map((key) => [key.publicKeySha256, key])).values()];
}

function days(ms: number): string {
  const count = Math.round(ms / 86_400_000);
  return count === 1 ? '1 day' : `${count} days`;
}
