import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What a proxy needs to know of an operation of a contract. */
export interface ProxiedOperation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly request: { readonly encrypted: readonly { readonly pointer: string }[] } | null;
}

/** A request on its way through a proxy. */
export interface Passing {
  /** The proxy's own base URL: what the sender signed. */
  readonly origin: string;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Where a request goes, and as what. */
export interface Forwarded extends Omit<Passing, 'origin'> {
  readonly baseUrl: string;
}

/** Headers that belong to one connection. */
const ownHeaders = ['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive'];

/** A server on this machine that passes every request on, changed; and the answer back, as it is. */
export async function rewritingProxy(
  change: (request: Passing) => Promise<Forwarded>,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  let origin = '';
  const server = createServer((incoming, outgoing) => void pass(incoming, outgoing));
  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      const answer = await forwarded(await change({ origin, ...(await passing(incoming)) }));
      const kept = Object.entries(answer.headers).filter(([name]) => !ownHeaders.includes(name));
      outgoing.writeHead(answer.statusCode ?? 599, Object.fromEntries(kept)).end(await buffer(answer));
    } catch (error) {
      outgoing.writeHead(599).end(String(error));
    }
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: origin, close };
}

async function forwarded({ baseUrl, target, method, headers, body }: Forwarded): Promise<IncomingMessage> {
  const outgoing = request(baseUrl + target, {
    method,
    headers: { ...headers, 'content-length': body.length },
  });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  return answer;
}

async function passing(incoming: IncomingMessage): Promise<Omit<Passing, 'origin'>> {
  const headers = Object.entries(incoming.headers).flatMap(([name, value]) =>
    ownHeaders.includes(name) ? [] : [[name, String(value)]],
  );
  return {
    method: incoming.method ?? '',
    target: incoming.url ?? '',
    headers: Object.fromEntries(headers),
    body: await buffer(incoming),
  };
}

/** The operation a request is for, by method and path. */
export function operationOf<Operation extends ProxiedOperation>(
  operations: Readonly<Record<string, Operation>>,
  { method, target }: Pick<Passing, 'method' | 'target'>,
): Operation {
  const [path = ''] = target.split('?');
  const segments = path.split('/');
  const fits = (template: string) => {
    const parts = template.split('/');
    return (
      parts.length === segments.length &&
      parts.every((part, index) => part.startsWith('{') || part === segments[index])
    );
  };
  // The more literal template wins: `/cards/batch` is no card.
  const candidates = Object.values(operations).filter(
    (operation) => operation.method === method && fits(operation.path),
  );
  const [best] = candidates.toSorted(
    (one, other) => one.path.split('{').length - other.path.split('{').length,
  );
  if (!best) throw new Error(`no operation of the contract is ${method} ${path}`);
  return best;
}

/**
 * The body with what stands at the operation's encrypted places changed; top-level places are all there are.
 */
export async function changeEncrypted(
  operation: ProxiedOperation,
  body: Buffer,
  change: (value: unknown) => Promise<unknown>,
): Promise<Buffer> {
  if (body.length === 0) return body;
  const members = JSON.parse(body.toString()) as Record<string, unknown>;
  for (const { pointer } of operation.request?.encrypted ?? []) {
    const name = pointer.slice(1);
    if (members[name] !== undefined) members[name] = await change(members[name]);
  }
  return Buffer.from(JSON.stringify(members));
}
