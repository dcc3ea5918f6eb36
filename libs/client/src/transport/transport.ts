import type { Authenticator } from '@enrollkit/signing';
import type { Dispatcher } from 'undici';
import { attempt } from './attempt.ts';
import { baseUrlOf } from './base-url.ts';
import { openCarrier } from './dispatcher.ts';
import type { TlsOptions } from './tls.ts';

/** Limits of the connection to the provider. Each has a default, see `defaultLimits`. */
export interface TransportOptions {
  /** Connections held open at most. */
  readonly connections?: number;
  /** Milliseconds to open a connection, TLS included. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds from the last byte sent to the answer's headers. */
  readonly headersTimeoutMs?: number;
  /** Milliseconds between two parts of the answer's body. */
  readonly bodyTimeoutMs?: number;
  /** Milliseconds for the whole attempt: finding the key, signing, waiting for a connection, sending, reading. */
  readonly deadlineMs?: number;
  /** Milliseconds an idle connection is kept. */
  readonly keepAliveMs?: number;
  /** Bytes of an answer's body at most. */
  readonly maxAnswerBytes?: number;
  readonly tls?: TlsOptions;
  /** An HTTP proxy, as `http://host:port`; `environment` reads `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. */
  readonly proxy?: string;
  /**
   * Where to connect in place of the host of `baseUrl`, as `https://host:port`: an egress gateway. Requests are signed for
   * `baseUrl` all the same, because that is the address the provider's gateway sees.
   */
  readonly connectTo?: string;
  /** Carries the requests in place of a pool of its own, which the limits above shape. It is never closed here. */
  readonly dispatcher?: Dispatcher;
}

/** What applies when nothing is configured. */
export const defaultLimits = {
  connections: 16,
  connectTimeoutMs: 10_000,
  headersTimeoutMs: 60_000,
  bodyTimeoutMs: 30_000,
  deadlineMs: 90_000,
  keepAliveMs: 30_000,
  maxAnswerBytes: 16 * 1024 * 1024,
} as const satisfies TransportOptions;

/** The limits, each with its value. */
export type Limits = Readonly<Record<keyof typeof defaultLimits, number>>;

/** One request as it goes over the wire. */
export interface WireRequest {
  readonly method: string;
  /** Exactly what is signed is sent. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Exactly these bytes are signed and sent; none when there is no body. */
  readonly body?: Uint8Array;
  /** The caller's signal. */
  readonly signal?: AbortSignal;
  /** Ends the attempt; by default a time-out of `deadlineMs`. */
  readonly deadline?: AbortSignal;
}

/** One answer, read to its end. */
export interface WireAnswer {
  readonly status: number;
  /** Names in lower case; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** What a gateway's text about our signature means, in one line; undefined when it means nothing. */
  explain(description: string): string | undefined;
}

/** The wire: one `send` is one attempt. */
export interface Transport {
  readonly limits: Limits;
  /**
   * Signs, sends and reads the whole answer, whatever its status. Follows no redirect and repeats nothing.
   * Throws `AttemptFailure` when there is no whole answer, and `AttemptAborted` when the caller's signal aborted.
   */
  send(request: WireRequest): Promise<WireAnswer>;
  /** Lets what is in flight finish, then closes all connections. */
  close(): Promise<void>;
}

/**
 * Opens the wire. Built on `Dispatcher.request` and not on undici's fetch: by the fetch standard a 421 is sent a second
 * time and a 407 loses its answer, and here one call is one attempt. Throws `ConfigError`.
 */
export function createTransport(authenticator: Authenticator, options: TransportOptions = {}): Transport {
  const { tls: _tls, dispatcher: _dispatcher, proxy: _proxy, connectTo, ...given } = options;
  const limits: Limits = { ...defaultLimits, ...given };
  const { dispatcher, close } = openCarrier(options, limits);
  const origin = connectTo === undefined ? undefined : new URL(baseUrlOf(connectTo, 'connectTo')).origin;
  return {
    limits,
    send: (request) => attempt(request, { dispatcher, authenticator, limits, origin }),
    close,
  };
}
