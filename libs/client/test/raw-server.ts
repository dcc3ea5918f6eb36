import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** One request as it arrived. */
export interface Arrival {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** What the server does with one request; it may do anything a socket allows. */
export type Behaviour = (response: ServerResponse, arrival: Arrival, socket: Socket) => void | Promise<void>;

/** A real HTTP server on a free port that behaves as told and remembers what arrived. Ends with the test. */
export async function rawServer(
  behave: Behaviour,
  make: (listener: (i: IncomingMessage, o: ServerResponse) => void) => Server = createServer,
) {
  const arrivals: Arrival[] = [];
  let connections = 0;
  const server = make((request, response) => void arrive(request, response));
  async function arrive(request: IncomingMessage, response: ServerResponse) {
    const body = await buffer(request).catch(() => Buffer.alloc(0));
    const arrival = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
    arrivals.push(arrival);
    await behave(response, arrival, request.socket);
  }
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { port, url: `http://127.0.0.1:${port}`, arrivals, connections: () => connections };
}

/** A behaviour that answers with this status, body and headers. */
export function answering(status: number, body: unknown, headers: Record<string, string> = {}): Behaviour {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
  };
}

/** One behaviour after the other; the last one for all that follow. */
export function inTurn(...behaviours: readonly Behaviour[]): Behaviour {
  let next = 0;
  return (...args) => behaviours[Math.min(next++, behaviours.length - 1)]?.(...args);
}
