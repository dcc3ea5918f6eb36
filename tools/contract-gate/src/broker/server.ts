import { Buffer } from 'node:buffer';
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { MatrixStore } from '../matrix/matrix.ts';
import { SpecError } from '../spec/errors.ts';
import type { Json } from '../spec/json.ts';
import { type Answer, refuse } from './answer.ts';
import { routes } from './routes.ts';

/** Where and for whom to serve. */
export interface BrokerOptions {
  readonly store: MatrixStore;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** What `Authorization: Bearer` must hold; everybody may when it is not set. */
  readonly token: string | undefined;
}

/** A running broker. */
export interface Broker {
  readonly url: string;
  close(): Promise<void>;
}

const longestBody = 16 * 2 ** 20;

/** Serves the matrix to the Pact CLI. Throws what listening throws. */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const server: Server = createServer(
    { requestTimeout: 30_000 },
    (request, response) => void respond(options, request, response),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}`,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

async function respond(
  options: BrokerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, body } = await answer(options, request).catch(explain);
  response
    .writeHead(status, { 'Content-Type': 'application/hal+json;charset=utf-8', Connection: 'close' })
    .end(JSON.stringify(body));
}

async function answer({ store, token }: BrokerOptions, request: IncomingMessage): Promise<Answer> {
  if (token !== undefined && !same(request.headers.authorization ?? '', `Bearer ${token}`))
    return refuse(401, 'a bearer token is needed');
  const base = `http://${request.headers.host ?? 'localhost'}`;
  const url = new URL(request.url ?? '/', base);
  for (const [method, path, handler] of routes) {
    const parts = method === request.method ? partsOf(url.pathname, path) : undefined;
    if (parts !== undefined)
      return handler(store, { base, query: url.searchParams, parts, body: await bodyOf(request) });
  }
  return refuse(404, `this broker has no ${request.method} ${url.pathname}`);
}

/** The parts of a path that a route leaves open; `undefined` when the route is another. */
function partsOf(path: string, route: string): string[] | undefined {
  const [own, wanted] = [path.split('/'), route.split('/')];
  if (own.length !== wanted.length || !wanted.every((part, index) => part === '*' || part === own[index]))
    return undefined;
  return own.filter((_, index) => wanted[index] === '*').map((part) => decodeURIComponent(part));
}

async function bodyOf(request: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > longestBody)
      throw new SpecError('MATRIX_UNUSABLE', `the body is longer than ${longestBody} bytes`);
    chunks.push(chunk);
  }
  return size === 0 ? null : (JSON.parse(Buffer.concat(chunks).toString('utf8')) as Json);
}

function explain(error: unknown): Answer {
  if (error instanceof SpecError) return refuse(error.message.includes('already') ? 409 : 400, error.message);
  return error instanceof SyntaxError || error instanceof URIError
    ? refuse(400, 'the request cannot be read')
    : refuse(500, 'internal error');
}

function same(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
