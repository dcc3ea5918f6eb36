import { Buffer } from 'node:buffer';

import type { PullConfig } from '../config/config.ts';
import { isPrivateHost } from './hosts.ts';
import { SpecError, type SpecErrorDetail } from '../spec/errors.ts';

/** What a provider answered. */
export type Fetched =
  | { readonly kind: 'same' }
  | { readonly kind: 'document'; readonly text: string; readonly etag: string | undefined };

/**
 * Fetches a document, unless it is the one that is known by its ETag. Throws `SpecError` for whatever is no
 * document.
 */
export async function fetchDocument(
  { url, headers, allowPrivate, timeoutSeconds, maxMegabytes }: PullConfig,
  etag: string | undefined,
): Promise<Fetched> {
  const sent = {
    Accept: 'application/yaml, application/json;q=0.9, */*;q=0.1',
    ...fromEnvironment(headers),
    ...(etag === undefined ? {} : { 'If-None-Match': etag }),
  };
  try {
    const response = await answered(url, { headers: sent, timeoutSeconds, allowPrivate });
    if (response.status === 304) return { kind: 'same' };
    if (!response.ok) {
      await response.body?.cancel();
      throw refused(url, `answered ${response.status}`, {
        hint: 'Open it in a browser; credentials go under `headers`, by the name of an environment variable.',
      });
    }
    return {
      kind: 'document',
      text: await textOf(response, { url, maxMegabytes }),
      etag: response.headers.get('etag') ?? undefined,
    };
  } catch (cause) {
    if (cause instanceof SpecError) throw cause;
    const late = cause instanceof Error && cause.name === 'TimeoutError';
    throw refused(url, late ? `did not answer whole within ${timeoutSeconds} s` : 'cannot be reached', {
      cause,
      hint: late
        ? 'Set `timeoutSeconds`.'
        : 'See whether the host is reached from here, and whether it redirects.',
    });
  }
}

interface Asking {
  readonly headers: Record<string, string>;
  readonly timeoutSeconds: number;
  readonly allowPrivate: boolean;
}

const mostRedirects = 5;

/** The answer of a host that may be asked; redirects are followed on the same host alone. */
async function answered(url: string, { headers, timeoutSeconds, allowPrivate }: Asking): Promise<Response> {
  const signal = AbortSignal.timeout(timeoutSeconds * 1000);
  if (!allowPrivate && (await isPrivateHost(new URL(url).hostname)))
    throw refused(url, 'is in a private network', { hint: 'Set `allowPrivate: true` when that is right.' });
  let at = url;
  for (let count = 0; count <= mostRedirects; count += 1) {
    const response = await fetch(at, { headers, signal, redirect: 'manual' });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || response.status === 304 || location === null)
      return response;
    await response.body?.cancel();
    const next = new URL(location, at);
    if (next.origin !== new URL(url).origin)
      throw refused(url, `redirects to ${next.origin}`, { hint: 'Name the document where it is.' });
    at = next.href;
  }
  throw refused(url, `redirects more than ${mostRedirects} times`, {
    hint: 'Name the document where it is.',
  });
}

function fromEnvironment(headers: PullConfig['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, variable]) => {
      const value = process.env[variable];
      if (value === undefined)
        throw new SpecError(
          'pull-refused',
          `the header ${name} is to be taken from ${variable}, which is not set`,
          { hint: 'Set the environment variable.' },
        );
      return [name, value];
    }),
  );
}

async function textOf(
  response: Response,
  { url, maxMegabytes }: Pick<PullConfig, 'url' | 'maxMegabytes'>,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxMegabytes * 2 ** 20)
      throw refused(url, `is larger than ${maxMegabytes} MB`, {
        hint: 'Set `maxMegabytes` when that is right.',
      });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The query of the URL may hold a key, and is not told. */
function refused(url: string, why: string, detail: SpecErrorDetail): SpecError {
  const { origin, pathname } = new URL(url);
  return new SpecError('pull-refused', `${origin}${pathname} ${why}`, detail);
}
