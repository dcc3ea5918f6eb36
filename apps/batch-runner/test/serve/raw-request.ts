import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/**
 * Opens a connection that sends exactly the given bytes, and nothing that a client library would put right.
 */
export async function connectRaw(
  port: number,
  bytes: string,
): Promise<{ socket: Socket; received: () => string }> {
  const socket = connect({ port, host: '127.0.0.1' });
  let received = '';
  socket.setEncoding('latin1').on('data', (part: string) => (received += part));
  // A server that has heard enough closes while we still write.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(bytes, 'latin1');
  return { socket, received: () => received };
}

/** Sends the bytes and returns everything that comes back until the server closes. */
export async function sendRaw(port: number, bytes: string): Promise<string> {
  const { socket, received } = await connectRaw(port, bytes);
  await closed(socket);
  return received();
}

/** Settles when the connection is gone: closed, or reset by a server that has not read all of it. */
export function closed(socket: Socket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (socket.closed) resolve();
  else socket.once('close', () => resolve());
  return promise;
}

/** A request as text: the connection is closed after the answer. */
export function requestText(
  line: string,
  headers: Readonly<Record<string, string>> | readonly (readonly [string, string])[],
  body = '',
): string {
  const pairs = Array.isArray(headers)
    ? (headers as readonly (readonly [string, string])[])
    : Object.entries(headers);
  const lines = [...pairs, ['Connection', 'close'] as const].map(([name, value]) => `${name}: ${value}`);
  return `${line} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** The status of an answer as it came over the wire. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
}
