import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createFetch, NotificationError, readNotification, type NotificationProof } from '@enrollkit/client';
import { isEnrollkitError } from '@enrollkit/base';
import { keySet } from '@enrollkit/keys';
import type { Notified, NotifiedResults } from '@enrollkit/pipeline';
import type { LoadedConfig } from '../config/load.ts';
import { readSecretFile } from '../config/secrets.ts';
import { RunnerError } from '../errors.ts';

/**
 * Where the provider sends results to (contract: `notifyEnrollmentRecords`; reference: an integrator's
 * receiver).
 */
export const notificationPath = '/notifications/batch/enrollmentrecord';

/** A notification of a batch of the largest size is far smaller. */
const MAX_BYTES = 4 * 1024 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
/** When to repeat what could not be taken now, in seconds. */
const RETRY_SECONDS = 30;

/** What a receiver reports: what became of each notification, or why it could not be used. */
export interface ReceiverEvents {
  readonly take: (results: NotifiedResults) => Promise<Notified['kind']>;
  readonly refused: (error: NotificationError) => void;
  /** The ledger could not take it now; the sender is asked to repeat it. */
  readonly postponed: (error: unknown) => void;
}

/** A server that is open. */
export interface Receiver {
  readonly address: string;
  close(): Promise<void>;
}

/** Opens the server of `notifications`. Throws `RunnerError` when files or port cannot be used. */
export async function openReceiver(
  loaded: LoadedConfig,
  port: number,
  events: ReceiverEvents,
): Promise<Receiver> {
  const { host } = loaded.config.notifications;
  const proof = proofOf(loaded);
  // One after the other: what they write is one ledger's.
  let last: Promise<unknown> = Promise.resolve();
  const server = serverFor(loaded, (request, response) => {
    last = last.then(() => answer(request, response, { ...events, proof })).catch(() => undefined);
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.headersTimeout = REQUEST_TIMEOUT_MS;
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new RunnerError(
      'config-invalid',
      `notifications.port: port ${port} of ${host} cannot be opened (${(cause as NodeJS.ErrnoException).code ?? 'unknown reason'})`,
      { hint: 'another process may use it; choose another port', cause },
    );
  }
  const scheme = loaded.config.notifications.certFile === undefined ? 'http' : 'https';
  return {
    address: `${scheme}://${host}:${port}${notificationPath}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await last;
    },
  };
}

function serverFor(
  { config: { notifications }, folder }: LoadedConfig,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const { certFile, keyFile, clientCaFile, proof } = notifications;
  if (certFile === undefined || keyFile === undefined) return createServer(listener);
  const read = (name: string): Buffer => {
    try {
      return readFileSync(resolve(folder, name));
    } catch (cause) {
      throw new RunnerError('config-invalid', `notifications: ${name} cannot be read`, {
        hint: 'check the path, which is relative to the config file',
        cause,
      });
    }
  };
  return createTlsServer(
    {
      cert: read(certFile),
      key: readSecretFile(resolve(folder, keyFile), 'notifications.keyFile'),
      ...(clientCaFile !== undefined && { ca: read(clientCaFile) }),
      requestCert: proof === 'mutual-tls',
      rejectUnauthorized: proof === 'mutual-tls',
      minVersion: 'TLSv1.2',
    },
    listener,
  );
}

/** With mutual TLS the server has checked the sender before there is a request. */
function proofOf({ config: { notifications, provider } }: LoadedConfig): NotificationProof {
  const { proof, keySetUrl } = notifications;
  if (proof !== 'jws' || keySetUrl === undefined) return { kind: 'none' };
  const set = keySet({ url: keySetUrl, fetch: createFetch({ deadlineMs: provider.timeoutMs }) });
  return {
    kind: 'jws',
    key: async (kid) => {
      if (kid === undefined)
        throw new NotificationError('notification-unproven', 'the notification names no key');
      return (await set.key(kid)).key;
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { proof, take, refused, postponed }: ReceiverEvents & { readonly proof: NotificationProof },
): Promise<void> {
  const reply = (status: number, headers: Record<string, string> = {}): void =>
    void response.writeHead(status, headers).end();
  if (request.url !== notificationPath) return reply(404);
  if (request.method !== 'POST') return reply(405, { allow: 'POST' });
  try {
    const body = await bodyOf(request);
    if (body === undefined) return reply(413, { connection: 'close' });
    const kind = await take(await readNotification(body, proof));
    return kind === 'early' ? reply(503, { 'retry-after': String(RETRY_SECONDS) }) : reply(204);
  } catch (error) {
    // A key set that knows no such key proves nothing; one that does not answer may do so later.
    const unproven = isEnrollkitError(error) && error.code === 'kid-unknown';
    if (error instanceof NotificationError || unproven) {
      refused(
        error instanceof NotificationError
          ? error
          : new NotificationError('notification-unproven', 'the key set has no key of that name'),
      );
      return reply(400);
    }
    postponed(error);
    return reply(503, { 'retry-after': String(RETRY_SECONDS) });
  }
}

/** Undefined when it is larger than any notification. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
