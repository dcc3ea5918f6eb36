import { defined } from '@enrollkit/base';
import { KeyError } from '../errors.ts';
import type { SetText } from './cache.ts';
import type { Source } from './key-set.ts';
import { setUnusable } from './usable.ts';

/** The part of `fetch` that a key set needs. */
export type Fetch = (
  url: URL,
  init: {
    readonly headers: Readonly<Record<string, string>>;
    readonly redirect: 'error';
    readonly signal: AbortSignal;
  },
) => Promise<Response>;

/** How a set is fetched. */
export interface UrlSourceOptions {
  readonly fetch: Fetch | undefined;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly now: () => number;
}

/** The URL, if a key set may be fetched from there. Throws {@link KeyError} `url-refused`. */
export function checkedUrl(url: string | URL): URL {
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

/** A set behind a URL. */
export function urlSource(url: URL, { fetch, timeoutMs, maxBytes, now }: UrlSourceOptions): Source {
  const source = {
    where: url.href,
    from: 'network',
    hint: `Look from this machine: curl -sS -i '${url.href}'`,
  } as const;
  const get = async (etag: string | undefined): Promise<SetText | undefined> => {
    const response = await (fetch ?? checkedFetch(url))(url, {
      headers: defined<Record<string, string>>({
        accept: 'application/jwk-set+json, application/json',
        ...(etag !== undefined && { 'if-none-match': etag }),
      }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status !== 200) await response.body?.cancel();
    if (response.status === 304) return undefined;
    if (response.status !== 200) throw setUnusable(source, `HTTP status ${response.status}`);
    const body = await boundedText(response, maxBytes);
    if (body === undefined) throw setUnusable(source, `an answer of more than ${maxBytes} bytes`);
    return defined<SetText>({ body, confirmedAt: now(), etag: response.headers.get('etag') ?? undefined });
  };
  return {
    ...source,
    get: (etag) =>
      get(etag).catch((error: unknown) => {
        throw error instanceof KeyError ? error : unreachable(source, error, timeoutMs);
      }),
  };
}

/** The global `fetch`, which obeys an environment variable that switches the check of certificates off. */
function checkedFetch(url: URL): Fetch {
  if (url.protocol === 'https:' && process.env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0')
    throw new KeyError('url-refused', {
      where: url.href,
      found: 'NODE_TLS_REJECT_UNAUTHORIZED=0, which lets anybody answer in the place of the key set',
      expected: 'certificates that are checked',
      hint: 'Unset it; give the authority of a test server by name instead (a CA file, or your own fetch).',
    });
  return (address, init) => globalThis.fetch(address, init);
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

function unreachable(
  { where, hint }: { readonly where: string; readonly hint: string },
  cause: unknown,
  timeoutMs: number,
): KeyError {
  const timedOut = cause instanceof Error && cause.name === 'TimeoutError';
  const found = timedOut ? `no whole answer within ${timeoutMs} ms` : 'no answer';
  return new KeyError('set-unreachable', { where, found, expected: 'a JWK set', hint, cause });
}
