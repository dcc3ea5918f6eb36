import { fetch as undiciFetch, type RequestInit } from 'undici';
import { openPool } from './dispatcher.ts';
import { defaultLimits, type Limits, type TransportOptions } from './options.ts';

/** `fetch` for what stands beside the API, such as a key set. */
export type TransportFetch = (
  url: URL,
  init: {
    readonly headers: Readonly<Record<string, string>>;
    readonly redirect: 'error';
    readonly signal: AbortSignal;
  },
) => Promise<Response>;

/**
 * A `fetch` over the same connections as the API's: trust anchors, pins, client certificate and proxy hold
 * alike, and certificates are checked whatever the environment says. `connectTo` does not apply, since it
 * stands for one host. The connections are closed with each answer, for a key set is asked for once an hour.
 * Throws `ConfigError`.
 */
export function createFetch(options: TransportOptions = {}): TransportFetch {
  const { tls: _tls, dispatcher: _dispatcher, proxy: _proxy, connectTo: _connectTo, ...given } = options;
  const limits: Limits = { ...defaultLimits, ...given, connections: 1 };
  // Opened once to find out what cannot be used before anything is sent.
  void openPool(options, limits).close();
  return async (url, init) => {
    const { dispatcher, close } = openPool(options, limits);
    try {
      const response = await undiciFetch(url, { ...init, dispatcher } as RequestInit);
      // undici's Response and the platform's are the same thing under two declarations.
      return response as unknown as Response;
    } finally {
      // Waits for the body of the answer, and nobody waits for it.
      void close();
    }
  };
}
