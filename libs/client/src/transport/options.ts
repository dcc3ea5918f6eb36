import type { Dispatcher } from 'undici';
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
  /**
   * Milliseconds for the whole attempt: finding the key, signing, waiting for a connection, sending, reading.
   */
  readonly deadlineMs?: number;
  /** Milliseconds an idle connection is kept. */
  readonly keepAliveMs?: number;
  /** Bytes of an answer's body at most. */
  readonly maxAnswerBytes?: number;
  readonly tls?: TlsOptions;
  /** An HTTP proxy, as `http://host:port`; `environment` reads `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. */
  readonly proxy?: string;
  /**
   * Where to connect in place of the host of `baseUrl`, as `https://host:port`: an egress gateway. Requests
   * are signed for `baseUrl` all the same, because that is the address the provider's gateway sees.
   */
  readonly connectTo?: string;
  /**
   * Carries the requests in place of a pool of its own, which the limits above shape. It is never closed
   * here.
   */
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
