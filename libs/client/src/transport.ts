import { Agent, type Dispatcher } from 'undici';
import { OversizeError, roadError } from './road.ts';
import { tlsConnectOptions, type TlsOptions } from './tls.ts';

/** Bounds of the road to the provider. Each has a default, see `defaultLimits`. */
export interface TransportOptions {
  /** Connections held open at most. */
  readonly connections?: number;
  /** Milliseconds to open a connection, TLS included. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds from the last byte sent to the answer's headers. */
  readonly headersTimeoutMs?: number;
  /** Milliseconds between two parts of the answer's body. */
  readonly bodyTimeoutMs?: number;
  /** Milliseconds for the whole attempt: signing, waiting for a connection, sending, reading. */
  readonly deadlineMs?: number;
  /** Milliseconds an idle connection is kept. */
  readonly keepAliveMs?: number;
  /** Bytes of an answer's body at most. */
  readonly maxAnswerBytes?: number;
  readonly tls?: TlsOptions;
}

/** What holds when nothing is said. */
export const defaultLimits = {
  connections: 16,
  connectTimeoutMs: 10_000,
  headersTimeoutMs: 60_000,
  bodyTimeoutMs: 30_000,
  deadlineMs: 90_000,
  keepAliveMs: 30_000,
  maxAnswerBytes: 16 * 1024 * 1024,
} as const satisfies TransportOptions;

/** One request as it goes over the wire. */
export interface WireRequest {
  readonly method: string;
  /** Absolute; exactly what is signed is sent. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Exactly these bytes are signed and sent. */
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal;
}

/** One answer, read to its end. */
export interface WireAnswer {
  readonly status: number;
  /** Names in lower case; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Gives the headers that prove who is asking. Called once for every attempt, so that nothing of it is stored. */
export interface Authenticator {
  authenticate(request: { readonly method: string; readonly url: string; readonly body?: Uint8Array }): Promise<Readonly<Record<string, string>>>;
}

/** The wire: one `send` is one attempt. */
export interface Transport {
  /**
   * Signs, sends and reads the whole answer, whatever its status. Follows no redirect and repeats nothing.
   * Throws `ProviderError` (`origin: 'transport'`) when there is no whole answer, and the signal's reason when
   * the signal aborted; then whether the request arrived is not known.
   */
  send(request: WireRequest): Promise<WireAnswer>;
  /** Lets what is in flight finish, then closes all connections. */
  close(): Promise<void>;
}

type Limits = Required<Omit<TransportOptions, 'tls'>>;

/**
 * A bounded, keep-alive pool of HTTP/1.1 connections.
 *
 * Built on `Agent.request` and not on undici's fetch: by the fetch standard a 421 is sent a second time and a 407
 * loses its answer, and here one call is one attempt.
 */
export function createTransport(authenticator: Authenticator, options: TransportOptions = {}): Transport {
  const limits: Limits = { ...defaultLimits, ...options };
  const agent = new Agent({
    connections: limits.connections,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: limits.keepAliveMs,
    keepAliveMaxTimeout: limits.keepAliveMs,
    headersTimeout: limits.headersTimeoutMs,
    bodyTimeout: limits.bodyTimeoutMs,
    connect: { timeout: limits.connectTimeoutMs, ...tlsConnectOptions(options.tls ?? {}) },
  });
  return {
    send: (request) => attempt(agent, authenticator, { ...request, limits }),
    close: () => agent.close(),
  };
}

interface Attempt extends WireRequest {
  readonly limits: Limits;
}

/** How far an attempt got, for the error it may end in. */
interface Progress {
  started: boolean;
  status: number;
}

async function attempt(agent: Agent, authenticator: Authenticator, request: Attempt): Promise<WireAnswer> {
  const { limits } = request;
  const progress: Progress = { started: false, status: 0 };
  const deadline = AbortSignal.timeout(limits.deadlineMs);
  const signal = request.signal ? AbortSignal.any([request.signal, deadline]) : deadline;
  try {
    const proof = await orAborted(authenticator.authenticate(signable(request)), signal);
    const answer = await orAborted(dispatch(agent, request, { proof, signal, progress }), signal);
    progress.status = answer.statusCode;
    const body = await readBounded(answer.body, limits.maxAnswerBytes);
    return { status: answer.statusCode, headers: joined(answer.headers), body };
  } catch (error) {
    request.signal?.throwIfAborted();
    throw roadError(error, progress);
  }
}

function signable({ method, url, body }: WireRequest) {
  return body === undefined ? { method, url } : { method, url, body };
}

interface Dispatching {
  readonly proof: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

function dispatch(agent: Agent, request: WireRequest, { proof, signal, progress }: Dispatching) {
  const { origin, pathname, search } = new URL(request.url);
  return agent.compose((next) => (opts, handler) => next(opts, startedOnce(handler, progress))).request({
    origin,
    path: pathname + search,
    method: request.method,
    headers: { ...request.headers, ...proof },
    body: request.body ?? null,
    signal,
  });
}

/**
 * Notes that a connection has been given to the request, which is just before its first byte. Without that note
 * nothing was sent, whatever the error. A second start would be a second attempt: it is refused.
 */
function startedOnce(handler: Dispatcher.DispatchHandler, progress: Progress): Dispatcher.DispatchHandler {
  return {
    onRequestStart: (controller, context) => {
      if (progress.started) return controller.abort(new Error('the connection closed before the answer'));
      progress.started = true;
      handler.onRequestStart?.(controller, context);
    },
    onResponseStart: (...args) => handler.onResponseStart?.(...args),
    onResponseData: (...args) => handler.onResponseData?.(...args),
    onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
    onResponseError: (...args) => handler.onResponseError?.(...args),
  };
}

/** A request that waits for a connection does not hear its signal; this does. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
    work.catch(() => {});
  }
}

async function readBounded(stream: Dispatcher.ResponseData['body'], most: number): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > most) throw new OversizeError(most);
    parts.push(part);
  }
  return Buffer.concat(parts, size);
}

function joined(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const entries = Object.entries(headers).filter((entry): entry is [string, string | string[]] => entry[1] !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]));
}
