import type { Authenticator } from '@enrollkit/signing';
import { Agent, type Dispatcher } from 'undici';
import { ProviderError } from '../provider-error.ts';
import { OversizeError, networkError, unproven } from './network-error.ts';
import { tlsConnectOptions, type TlsOptions } from './tls.ts';

/** Limits of the connection to the provider. Each has a default, see `defaultLimits`. */
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
  /** Carries the requests in place of a pool over the network, which the bounds above shape: for simulations. */
  readonly dispatcher?: Dispatcher;
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
  /** Exactly what is signed is sent. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Exactly these bytes are signed and sent; none when there is no body. */
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal;
}

/** One answer, read to its end. */
export interface WireAnswer {
  readonly status: number;
  /** Names in lower case; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** What a gateway's text about our signature tells, in one line; undefined when it tells nothing. */
  explain(description: string): string | undefined;
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

type Limits = Required<Omit<TransportOptions, 'tls' | 'dispatcher'>>;

/**
 * A bounded, keep-alive pool of HTTP/1.1 connections.
 *
 * Built on `Agent.request` and not on undici's fetch: by the fetch standard a 421 is sent a second time and a 407
 * loses its answer, and here one call is one attempt.
 */
export function createTransport(authenticator: Authenticator, options: TransportOptions = {}): Transport {
  const limits: Limits = { ...defaultLimits, ...options };
  const agent =
    options.dispatcher ??
    new Agent({
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

/** What one exchange of an attempt needs beside its request. */
interface Means {
  readonly agent: Dispatcher;
  readonly authenticator: Authenticator;
  /** Aborts at the deadline, or when the caller says so. */
  readonly signal: AbortSignal;
}

async function attempt(
  agent: Dispatcher,
  authenticator: Authenticator,
  request: Attempt,
): Promise<WireAnswer> {
  const deadline = AbortSignal.timeout(request.limits.deadlineMs);
  const signal = request.signal ? AbortSignal.any([request.signal, deadline]) : deadline;
  const means = { agent, authenticator, signal };
  const first = await exchange(request, means);
  // A refusal for want of a fresh nonce or token is part of proving who asks: the service has not seen the request.
  return first.learned && first.answer.status === 401
    ? (await exchange(request, means)).answer
    : first.answer;
}

async function exchange(
  request: Attempt,
  means: Means,
): Promise<{ readonly answer: WireAnswer; readonly learned: boolean }> {
  const { method, url } = request;
  const progress: Progress = { started: false, status: 0 };
  try {
    const proof = await prove(request, means);
    const response = await orAborted(dispatch(request, means, { proof, progress }), means.signal);
    progress.status = response.statusCode;
    const body = await readBounded(response.body, request.limits.maxAnswerBytes);
    const authorization = proof['authorization'] ?? '';
    const explain = (description: string) =>
      means.authenticator.explain?.({ method, url, authorization }, description)?.message;
    const answer = { status: response.statusCode, headers: joined(response.headers), body, explain };
    return { answer, learned: learns(means.authenticator, { answer, sent: proof, url }) };
  } catch (error) {
    request.signal?.throwIfAborted();
    throw error instanceof ProviderError ? error : networkError(error, progress);
  }
}

async function prove({ method, url, body }: WireRequest, { authenticator, signal }: Means) {
  try {
    return await orAborted(
      authenticator.authenticate({ method, url, body: body ?? new Uint8Array(), signal }),
      signal,
    );
  } catch (error) {
    throw signal.aborted ? error : unproven(error);
  }
}

interface Proven {
  readonly answer: WireAnswer;
  readonly sent: Readonly<Record<string, string>>;
  readonly url: URL;
}

/** Errors of authentication are short; this much of an answer tells them. */
const tellingBytes = 4096;

function learns(authenticator: Authenticator, { answer, sent, url }: Proven): boolean {
  const { status } = answer;
  const headers = new Headers(answer.headers);
  const body = status < 400 ? undefined : Buffer.from(answer.body.subarray(0, tellingBytes)).toString('utf8');
  return authenticator.learn?.({ sent, url, status, headers, body }) ?? false;
}

interface Dispatching {
  readonly proof: Readonly<Record<string, string>>;
  readonly progress: Progress;
}

function dispatch(request: WireRequest, { agent, signal }: Means, { proof, progress }: Dispatching) {
  const { origin, pathname, search } = request.url;
  return agent
    .compose((next) => (options, handler) => next(options, startedOnce(handler, progress)))
    .request({
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
  const entries = Object.entries(headers).filter(
    (entry): entry is [string, string | string[]] => entry[1] !== undefined,
  );
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}
