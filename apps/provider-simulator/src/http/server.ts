import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { type Answer, jsonAnswer } from './answer.ts';
import { type Api, basePath, type RoutedRequest } from '../api.ts';
import type { AuthorizationServer } from '@enrollkit/signing/authorization-server';
import { control, type ControlDependencies } from './control.ts';
import { withCorrelationId } from '../gateway/correlation-id.ts';
import { gatewayAnswer } from '../gateway/errors.ts';
import { findOperation } from '../families/routes.ts';
import { send, sendPlain } from './wire.ts';

/** Path of the provider's public encryption keys. */
export const keySetPath = '/keys/mcs/fpanEncryption';

/** Path of the token endpoint. */
export const tokenPath = '/oauth/token';

/** What the server serves. */
export interface ServerDependencies extends ControlDependencies {
  readonly api: Api;
  readonly authorization: AuthorizationServer;
  readonly now: () => number;
  /** Largest request body in bytes. */
  readonly maxBodyBytes: number;
  /** Added to every answer of the API, milliseconds. */
  readonly latencyMs: number;
  /** Told of every request to the API. */
  readonly onRequest: (operationId: string) => void;
  /** Told of a defect in the simulator; the client gets a 500. */
  readonly onDefect: (error: unknown) => void;
}

/** A server that listens. */
export interface Listening {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** Ends open connections, delayed and silent answers. */
  close(): Promise<void>;
}

/** Starts to listen. Port 0 takes a free one. */
export async function listen(
  parts: ServerDependencies,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Listening> {
  const closing = new AbortController();
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    serve(parts, { request, response, signal: closing.signal }).catch((error: unknown) => {
      parts.onDefect(error);
      if (!response.headersSent)
        sendPlain(
          response,
          jsonAnswer(500, { status: 500, reason: 'INTERNAL', message: 'Internal error', errordetail: null }),
        );
      else response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    origin: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: () => stop(server, closing),
  };
}

async function stop(server: Server, closing: AbortController): Promise<void> {
  closing.abort();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly signal: AbortSignal;
}

async function serve(parts: ServerDependencies, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const body = await readBody(request, parts.maxBodyBytes);
  if (body === 'aborted') return;
  if (body === 'too-large') {
    sendPlain(
      response,
      gatewayAnswer({
        status: 413,
        reasonCode: 'PAYLOAD_TOO_LARGE',
        description: `The body is larger than ${parts.maxBodyBytes} bytes`,
        recoverable: false,
      }),
    );
    return;
  }
  if (!URL.canParse(urlOf(request))) {
    sendPlain(
      response,
      gatewayAnswer({
        status: 400,
        reasonCode: 'INVALID_REQUEST',
        description: 'Host or request target is malformed',
        recoverable: false,
      }),
    );
    return;
  }
  const [path, query] = splitTarget(request.url ?? '/');
  if (path.startsWith('/__')) await serveControl(parts, { ...exchange, path, query, body });
  else if (path === keySetPath) await serveKeySet(parts, exchange);
  else if (path === tokenPath) await serveToken(parts, { ...exchange, path, query, body });
  else await serveApi(parts, { ...exchange, path, query, body });
}

type ReadExchange = Exchange & { readonly path: string; readonly query: string; readonly body: Buffer };

async function serveControl(
  parts: ServerDependencies,
  { request, response, path, query, body }: ReadExchange,
): Promise<void> {
  const result = await control(parts, {
    method: request.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    body,
  });
  if (Symbol.iterator in result) {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    await pipeline(result, response).catch((error: unknown) => {
      // A reader that goes away in the middle has seen enough.
      if (!response.closed) throw error;
    });
  } else sendPlain(response, result);
}

async function serveKeySet(parts: ServerDependencies, exchange: Exchange): Promise<void> {
  const { json, etag } = parts.keys.keySet();
  const headers = { etag, 'cache-control': 'max-age=300' };
  const fresh = exchange.request.headers['if-none-match'] === etag;
  await serveSide(parts, exchange, {
    operation: 'keys',
    answer: () => (fresh ? { status: 304, headers } : jsonAnswer(200, json, headers)),
  });
}

async function serveToken(parts: ServerDependencies, exchange: ReadExchange): Promise<void> {
  const { request, body } = exchange;
  const asked = {
    method: request.method ?? 'POST',
    url: new URL(urlOf(request)),
    header: headerOf(request),
    body: body.toString('utf8'),
  };
  const answer = () => {
    const { status, body, headers } = parts.authorization.token(asked);
    return jsonAnswer(status, body, headers);
  };
  await serveSide(parts, exchange, { operation: 'token', answer });
}

/** Answers what is no operation of the API, with the faults of its place. */
async function serveSide(
  parts: ServerDependencies,
  { response, signal }: Exchange,
  side: { readonly operation: 'keys' | 'token'; readonly answer: () => Answer },
): Promise<void> {
  const [hit] = parts.plan.select({ operation: side.operation, target: side.operation, now: parts.now() });
  const reply =
    hit !== undefined && (hit.fault.at === 'keys' || hit.fault.at === 'token')
      ? hit.fault.apply(hit.context)
      : side.answer();
  await send(response, reply, { hits: [], signal });
}

async function serveApi(parts: ServerDependencies, exchange: ReadExchange): Promise<void> {
  const { response, signal } = exchange;
  const routed = route(exchange);
  if ('status' in routed) {
    sendPlain(response, withCorrelationId(routed));
    return;
  }
  parts.onRequest(routed.operationId);
  if (parts.latencyMs > 0) await wait(parts.latencyMs, undefined, { signal }).catch(() => undefined);
  const { answer, wire } = await parts.api.answer(routed);
  const reply = typeof answer === 'string' ? answer : withCorrelationId(answer);
  await send(response, reply, { hits: wire, signal });
}

function route({ request, path, query, body }: ReadExchange): RoutedRequest | Answer {
  const method = request.method ?? 'GET';
  const found = path.startsWith(`${basePath}/`)
    ? findOperation(method, path.slice(basePath.length))
    : undefined;
  if (found === undefined)
    return gatewayAnswer({
      status: 404,
      reasonCode: 'NOT_FOUND',
      description: 'Not Found',
      recoverable: false,
    });
  if ('allow' in found) {
    const refusal = {
      status: 405,
      reasonCode: 'METHOD_NOT_ALLOWED',
      description: `${method} is not allowed here`,
      recoverable: false,
    };
    return gatewayAnswer(refusal, { allow: found.allow.join(', ') });
  }
  const [header, url] = [headerOf(request), urlOf(request)];
  return {
    ...found,
    signed: { method, url, header, body },
    path,
    query: new URLSearchParams(query),
    header,
    body,
  };
}

function headerOf(request: IncomingMessage): (name: string) => string | undefined {
  return (name) => {
    const value = request.headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(', ') : value;
  };
}

/** The URL as the client wrote it, nothing normalised: this is what it signed. */
function urlOf({ url = '/', headers }: IncomingMessage): string {
  return url.startsWith('/') ? `http://${headers.host ?? ''}${url}` : url;
}

async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | 'too-large' | 'aborted'> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
    }
  } catch {
    return 'aborted';
  }
  return length > limit ? 'too-large' : Buffer.concat(chunks, length);
}

/** Path and query of a raw request target, nothing normalised; scheme and host of an absolute one dropped. */
function splitTarget(target: string): [path: string, query: string] {
  const relative = target.replace(/^https?:\/\/[^/?#]*/, '');
  const mark = relative.indexOf('?');
  return mark < 0 ? [relative, ''] : [relative.slice(0, mark), relative.slice(mark + 1)];
}
