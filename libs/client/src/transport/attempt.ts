import { defined } from '@enrollkit/base';
import type { Authenticator } from '@enrollkit/signing';
import type { Dispatcher } from 'undici';
import type { ProviderFailure } from '../failure.ts';
import { networkFailure, OversizeError, unauthenticated } from './network-failure.ts';
import type { Limits } from './options.ts';
import type { WireAnswer, WireRequest } from './wire.ts';

/** An attempt without a whole answer. Internal: callers get a `ProviderError` made of it. */
export class AttemptFailure extends Error {
  readonly failure: ProviderFailure;

  constructor(failure: ProviderFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** The caller's signal aborted an attempt. Internal: callers get a `RequestAbortedError` made of it. */
export class AttemptAborted extends Error {
  readonly sent: boolean;
  readonly reason: unknown;

  constructor(sent: boolean, reason: unknown) {
    super('aborted');
    this.sent = sent;
    this.reason = reason;
  }
}

/**
 * The caller's own check held the request back, and no byte of it left. Internal: the adapters answer `late`.
 */
export class AttemptLate extends Error {}

/** What every attempt over one wire has in common. */
export interface Wire {
  readonly dispatcher: Dispatcher;
  readonly authenticator: Authenticator;
  readonly limits: Limits;
  /** Where to connect in place of the URL's own origin. */
  readonly origin: string | undefined;
}

/** One attempt: signs, sends, reads. */
export async function attempt(request: WireRequest, wire: Wire): Promise<WireAnswer> {
  const deadline = request.deadline ?? AbortSignal.timeout(wire.limits.deadlineMs);
  const signal = request.signal ? AbortSignal.any([request.signal, deadline]) : deadline;
  const context: AttemptContext = { ...wire, signal };
  const first = await roundTrip(request, context);
  // A refusal for want of a fresh nonce or token is part of proving who asks: the service has not seen the
  // request.
  return first.learned && first.answer.status === 401
    ? (await roundTrip(request, context)).answer
    : first.answer;
}

interface AttemptContext extends Wire {
  /** Aborts at the deadline, or when the caller's signal does. */
  readonly signal: AbortSignal;
}

/** How far a round trip got, for the error it may end in. */
interface Progress {
  started: boolean;
  late: boolean;
  status: number;
}

interface RoundTrip {
  readonly answer: WireAnswer;
  /** Whether the authenticator took a nonce or the like from it. */
  readonly learned: boolean;
}

async function roundTrip(request: WireRequest, context: AttemptContext): Promise<RoundTrip> {
  const { method, url } = request;
  const progress: Progress = { started: false, late: false, status: 0 };
  try {
    const proof = await authenticate(request, context);
    const response = await orAborted(dispatch(request, context, { proof, progress }), context.signal);
    progress.status = response.statusCode;
    const body = await readBounded(response.body, context.limits.maxAnswerBytes);
    const authorization = proof['authorization'] ?? '';
    const explain = (description: string) =>
      context.authenticator.explain?.({ method, url, authorization }, description)?.message;
    const answer = { status: response.statusCode, headers: joined(response.headers), body, explain };
    return { answer, learned: learns(context.authenticator, { answer, proof, url }) };
  } catch (error) {
    if (progress.late) throw new AttemptLate('held back', { cause: error });
    if (request.signal?.aborted) throw new AttemptAborted(progress.started, request.signal.reason);
    throw error instanceof AttemptFailure ? error : new AttemptFailure(networkFailure(error, progress));
  }
}

async function authenticate({ method, url, body }: WireRequest, { authenticator, signal }: AttemptContext) {
  try {
    const work = authenticator.authenticate({ method, url, body: body ?? new Uint8Array(), signal });
    return await orAborted(work, signal);
  } catch (error) {
    throw signal.aborted ? error : new AttemptFailure(unauthenticated(error));
  }
}

interface Answered {
  readonly answer: WireAnswer;
  readonly proof: Readonly<Record<string, string>>;
  readonly url: URL;
}

/** Errors of authentication are short; this much of an answer is enough to recognise them. */
const authenticationErrorBytes = 4096;

function learns(authenticator: Authenticator, { answer, proof, url }: Answered): boolean {
  if (authenticator.learn === undefined) return false;
  const { status } = answer;
  const headers = new Headers(answer.headers);
  const start = answer.body.subarray(0, authenticationErrorBytes);
  const body = status < 400 ? undefined : Buffer.from(start).toString('utf8');
  return authenticator.learn({ sent: proof, url, status, headers, body });
}

interface Dispatching {
  readonly proof: Readonly<Record<string, string>>;
  readonly progress: Progress;
}

function dispatch(request: WireRequest, context: AttemptContext, { proof, progress }: Dispatching) {
  const { origin, pathname, search } = request.url;
  return context.dispatcher
    .compose((next) => (options, handler) => next(options, startedOnce(handler, progress, request.mayLeave)))
    .request({
      origin: context.origin ?? origin,
      path: pathname + search,
      method: request.method,
      headers: { ...request.headers, ...proof },
      body: request.body ?? null,
      signal: context.signal,
      headersTimeout: context.limits.headersTimeoutMs,
      bodyTimeout: context.limits.bodyTimeoutMs,
    });
}

/**
 * Notes that a connection has been given to the request, which is just before its first byte: undici calls
 * `onRequestStart` and writes in one turn, so nothing can come between the caller's check and the first byte.
 * Without that note nothing was sent, whatever the error. A second start would be a second attempt: it is
 * refused.
 */
function startedOnce(
  handler: Dispatcher.DispatchHandler,
  progress: Progress,
  mayLeave: () => boolean = () => true,
): Dispatcher.DispatchHandler {
  return {
    onRequestStart: (controller, context) => {
      if (progress.started) return controller.abort(new Error('the connection closed before the answer'));
      if (!mayLeave()) {
        progress.late = true;
        return controller.abort(new Error('held back'));
      }
      progress.started = true;
      handler.onRequestStart?.(controller, context);
    },
    onResponseStart: (...args) => handler.onResponseStart?.(...args),
    onResponseData: (...args) => handler.onResponseData?.(...args),
    onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
    onResponseError: (...args) => handler.onResponseError?.(...args),
  };
}

/**
 * The result of the work, or a rejection as soon as the signal aborts: not everything that waits listens to
 * its signal.
 */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
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
  return defined<Record<string, string>>(
    Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
    ),
  );
}
