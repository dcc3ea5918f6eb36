import { KeyError } from '../errors.ts';
import { fileSource } from './file-source.ts';
import { KeySet, type Trust } from './key-set.ts';
import { Pins } from './pins.ts';
import { checkedUrl, type Fetch, urlSource } from './url-source.ts';

/** Where a JWK set is, which of its keys are trusted, and how it is kept. Times are milliseconds. */
export interface KeySetOptions {
  /** `https`, or `http` to this machine only. Either this or `file`. */
  readonly url?: string | URL;
  /** A JWK set on disk, read again when it changes. Either this or `url`. */
  readonly file?: string;
  /**
   * The keys that may be used, by JWK thumbprint (RFC 7638) or SHA-256 of their SubjectPublicKeyInfo (hex,
   * base64). Without pins, whoever can answer in the place of the set decides who can read what is sealed.
   */
  readonly pins?: readonly string[];
  /**
   * Where the last good set is kept, so that a start survives an outage. Written with mode 0600. Only with
   * `url`.
   */
  readonly cacheFile?: string;
  /**
   * Fetches the set instead of the global `fetch`: give the one of the API's transport, so that its
   * authorities, pins, client certificate and proxy hold here too. Redirects are refused either way.
   */
  readonly fetch?: Fetch;
  /** For the whole answer, body included. Default 5,000. */
  readonly timeoutMs?: number;
  /** Largest answer accepted, after decompression. Default 262,144 bytes. */
  readonly maxBytes?: number;
  /** Older than this, a set is asked for again (with its ETag) before use. Default 3,600,000 (an hour). */
  readonly maxAgeMs?: number;
  /** Least time between two tries, after a failure or for unknown kids. Default 30,000. */
  readonly retryAfterMs?: number;
  /**
   * A set that its source has not confirmed for longer than this is refused. Default 2,592,000,000 (30 days).
   */
  readonly maxStaleMs?: number;
  /** Clock, for tests. */
  readonly now?: () => number;
}

/**
 * Keeps a JWK set fresh: asked for on first use, on age, and on an unknown kid (at most once per
 * `retryAfterMs`); many callers share one request; an outage or a garbled answer leaves the last good set in
 * use, for `maxStaleMs` at most. Throws {@link KeyError} for options that cannot be used: a URL that is
 * neither https nor local, both or neither of `url` and `file`, a pin or a time that is none.
 */
export function keySet(options: KeySetOptions): KeySet {
  const { url, file, now = Date.now, timeoutMs = 5_000, maxBytes = 262_144 } = options;
  const trust: Trust = {
    cacheFile: url === undefined ? undefined : options.cacheFile,
    pins: options.pins === undefined ? undefined : new Pins(options.pins),
    maxAgeMs: positive('maxAgeMs', options.maxAgeMs ?? 3_600_000),
    retryAfterMs: positive('retryAfterMs', options.retryAfterMs ?? 30_000),
    maxStaleMs: positive('maxStaleMs', options.maxStaleMs ?? 2_592_000_000),
    now,
  };
  if (url !== undefined && file === undefined) {
    const limits = { timeoutMs: positive('timeoutMs', timeoutMs), maxBytes: positive('maxBytes', maxBytes) };
    return new KeySet(urlSource(checkedUrl(url), { ...limits, fetch: options.fetch, now }), trust);
  }
  if (url === undefined && file !== undefined) return new KeySet(fileSource(file, now), trust);
  throw unfit('both or neither of url and file', 'exactly one of them', {
    hint: 'Give url for a set that is fetched, file for one on disk.',
  });
}

function positive(name: string, value: number): number {
  if (Number.isFinite(value) && value >= 0) return value;
  throw unfit(`${name} = ${String(value)}`, 'a number that is not negative', {
    hint: `Correct ${name}, or leave it out for its default.`,
  });
}

function unfit(found: string, expected: string, { hint }: { readonly hint: string }): KeyError {
  return new KeyError('option-unfit', { where: 'the options of the key set', found, expected, hint });
}
