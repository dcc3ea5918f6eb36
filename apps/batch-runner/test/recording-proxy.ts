import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A proxy in front of the provider that records the batches. */
export interface RecordingProxy extends AsyncDisposable {
  /** The base URL to give to the command; the provider must not verify what is signed, for it is this one. */
  readonly url: string;
  /** The digest of each batch's bytes, as they came. */
  readonly batches: readonly string[];
}

/** Opens a proxy to the provider at the base URL. */
export async function openRecordingProxy(provider: string): Promise<RecordingProxy> {
  const { origin, pathname } = new URL(provider);
  const batches: string[] = [];
  const server = createServer(
    (incoming, answer) =>
      void (async () => {
        const body = await buffer(incoming);
        if (incoming.method === 'POST') batches.push(createHash('sha256').update(body).digest('hex'));
        const onwards = request(
          `${origin}${incoming.url ?? '/'}`,
          { method: incoming.method, headers: incoming.headers },
          (response) => {
            answer.writeHead(response.statusCode ?? 502, response.headers);
            response.pipe(answer);
          },
        );
        onwards.on('error', () => answer.destroy()).end(body);
      })().catch(() => answer.destroy()),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`,
    batches,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
