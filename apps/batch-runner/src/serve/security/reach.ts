import { isLoopback, type ServeConfig } from '../../config/serve-schema.ts';

/** How browsers reach the console. */
export interface Reach {
  /** The origin that is printed, and that the identity provider sends people back to. */
  readonly origin: URL;
  /** The values of `Host` that are answered, in lower case. */
  readonly hosts: ReadonlySet<string>;
  /** A proxy speaks TLS, and adds where a request comes from. */
  readonly behindProxy: boolean;
}

/** How the console is reached that listens on `port`. */
export function reachOf(
  { host, tls, behindProxy, publicUrl }: Pick<ServeConfig, 'host' | 'tls' | 'behindProxy' | 'publicUrl'>,
  port: number,
): Reach {
  const scheme = tls === undefined ? 'http' : 'https';
  const origin = new URL(publicUrl ?? `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`);
  const own = publicUrl === undefined && isLoopback(host) ? loopbackNames : [];
  return {
    origin,
    hosts: new Set([origin.host, ...own.map((name) => new URL(`${scheme}://${name}:${port}`).host)]),
    behindProxy,
  };
}

/** What this machine calls itself. Another name that leads here was made by somebody else. */
const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];
