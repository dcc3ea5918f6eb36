import { Agent, EnvHttpProxyAgent, ProxyAgent, type Dispatcher } from 'undici';
import { ConfigError } from '../errors.ts';
import { tlsConnectOptions } from './tls.ts';
import type { Limits, TransportOptions } from './options.ts';

type Connect = NonNullable<ProxyAgent.Options['requestTls']>;

/** What carries the requests, and how to let go of it. */
export interface Pool {
  readonly dispatcher: Dispatcher;
  /**
   * Lets what is in flight finish, then frees the connections; does nothing to a dispatcher of the caller's.
   */
  close(): Promise<void>;
}

/**
 * A bounded, keep-alive pool of HTTP/1.1 connections, direct or through an HTTP proxy; or the caller's
 * dispatcher. Throws `ConfigError` (`tls-invalid`, `proxy-invalid`).
 */
export function openPool(options: TransportOptions, limits: Limits): Pool {
  if (options.dispatcher) return { dispatcher: options.dispatcher, close: () => Promise.resolve() };
  // `defined` has left nothing undefined; the types of Node and undici differ in just that.
  const connect = { timeout: limits.connectTimeoutMs, ...tlsConnectOptions(options.tls ?? {}) } as Connect;
  const pool = {
    connections: limits.connections,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: limits.keepAliveMs,
    keepAliveMaxTimeout: limits.keepAliveMs,
    headersTimeout: limits.headersTimeoutMs,
    bodyTimeout: limits.bodyTimeoutMs,
  };
  const { proxy } = options;
  const dispatcher =
    proxy === undefined
      ? new Agent({ ...pool, connect })
      : proxy === 'environment'
        ? new EnvHttpProxyAgent({ ...pool, connect, requestTls: connect })
        : new ProxyAgent({ ...pool, uri: proxyUrl(proxy), requestTls: connect });
  return { dispatcher, close: () => dispatcher.close() };
}

function proxyUrl(text: string): string {
  const url = URL.parse(text);
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) return url.href;
  throw new ConfigError({
    code: 'proxy-invalid',
    message: 'proxy must be an http:// or https:// URL, or the word environment',
    hint: 'Write the address of the proxy as http://host:port; user and password may stand before the host.',
  });
}
