import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AuthorizationServer, type AuthorizationServerOptions } from '../src/authorization-server/index.ts';

/** An authorization server with a resource behind it, on a free port of this machine. */
export interface ServedAuthorization {
  readonly server: AuthorizationServer;
  readonly issuer: string;
  readonly close: () => Promise<void>;
}

/**
 * Serves `POST /oauth/token` and, everywhere else, a resource that repeats the scope of the token and the
 * body.
 */
export async function serveAuthorization(options: AuthorizationServerOptions): Promise<ServedAuthorization> {
  const server = new AuthorizationServer(options);
  const http = createServer((request, response) => void serve(server, request, response));
  await new Promise<void>((resolve) => void http.listen(0, '127.0.0.1', resolve));
  return {
    server,
    issuer: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => void http.close(() => resolve())),
  };
}

async function serve(
  server: AuthorizationServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  const asked = {
    method: request.method ?? '',
    url: new URL(`http://${request.headers.host ?? ''}${request.url ?? '/'}`),
    header: (name: string) => request.headers[name]?.toString(),
    body,
  };
  const {
    status,
    headers,
    body: json,
  } = asked.url.pathname === '/oauth/token' ? server.token(asked) : resource(server, asked);
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close', ...headers });
  response.end(JSON.stringify(json));
}

function resource(server: AuthorizationServer, request: Parameters<AuthorizationServer['admit']>[0]) {
  const admission = server.admit(request);
  if ('answer' in admission) return admission.answer;
  const { scope, headers } = admission;
  return { status: 200, headers, body: { scope, body: request.body } };
}
