import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { resolve } from 'node:path';
import { readSecretFile } from '../../config/secrets.ts';
import type { ServeConfig } from '../../config/serve-schema.ts';
import { RunnerError } from '../../errors.ts';

/** How long a connection may take, in milliseconds, and how many there may be. */
export interface ConnectionLimits {
  /** From the first byte of a request to the end of its headers. */
  readonly headersMs: number;
  /** From the first byte of a request to the end of its body: a file of the largest size takes a while. */
  readonly requestMs: number;
  /** Between two requests of one connection. */
  readonly idleMs: number;
  /** How often that is looked at. */
  readonly checkMs: number;
  readonly connections: number;
}

/** What a browser that works keeps far within. */
export const connectionLimits: ConnectionLimits = {
  headersMs: 10_000,
  requestMs: 300_000,
  idleMs: 5000,
  checkMs: 1000,
  connections: 1000,
};

/** A server that listens, and does not answer yet. */
export interface ListeningServer {
  readonly server: Server;
  readonly port: number;
  /** Closes it with every connection that is open. */
  close(): Promise<void>;
}

/**
 * Opens the console's server as `serve` says: TLS where it has a certificate, patience with nobody. Throws
 * `RunnerError` when files or port cannot be used.
 */
export async function listen(
  config: Pick<ServeConfig, 'host' | 'port' | 'tls'>,
  folder: string,
  limits: ConnectionLimits = connectionLimits,
): Promise<ListeningServer> {
  const server = serverFor(config.tls, folder, limits);
  server.headersTimeout = limits.headersMs;
  server.requestTimeout = limits.requestMs;
  server.keepAliveTimeout = limits.idleMs;
  server.maxConnections = limits.connections;
  server.listen(config.port, config.host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new RunnerError(
      'config-invalid',
      `serve.port: port ${config.port} of ${config.host} cannot be opened (${codeOf(cause)})`,
      { hint: 'another process may use it; choose another: --set serve.port=8421', cause },
    );
  }
  return {
    server,
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function serverFor(tls: ServeConfig['tls'], folder: string, limits: ConnectionLimits): Server {
  const options: ServerOptions = {
    connectionsCheckingInterval: limits.checkMs,
    maxHeaderSize: 16 * 1024,
    // What two programs could read in two ways is read by none.
    insecureHTTPParser: false,
    requireHostHeader: true,
    rejectNonStandardBodyWrites: true,
  };
  if (tls === undefined) return createServer(options);
  try {
    return createTlsServer({
      ...options,
      minVersion: 'TLSv1.2',
      handshakeTimeout: limits.headersMs,
      cert: readFileSync(resolve(folder, tls.certFile)),
      key: readSecretFile(resolve(folder, tls.keyFile), 'serve.tls.keyFile'),
    });
  } catch (cause) {
    if (cause instanceof RunnerError) throw cause;
    throw new RunnerError(
      'config-invalid',
      `serve.tls: certFile and keyFile cannot be used (${codeOf(cause)})`,
      {
        hint: 'they are PEM: the certificate with those between it and the root, and its private key',
        cause,
      },
    );
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown reason';
}
