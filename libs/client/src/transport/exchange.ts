import { defined, longestText, redactText } from '@enrollkit/base';
import type { Body, Operation, Problem } from '@enrollkit/contract';
import { RequestAbortedError, ProviderError, type CallPlace } from '../errors.ts';
import type { ProviderFailure, TransportReason } from '../failure.ts';
import { judge } from '../judge.ts';
import type { Action, SubjectFields } from '../retry.ts';
import { AttemptAborted, AttemptFailure, orAborted } from './attempt.ts';
import {
  correlationHeader,
  correlationOf,
  failureFromAnswer,
  shownHeaders,
  unreadable,
} from './error-body.ts';
import { type Hooks, notify, type UnknownValue } from './hooks.ts';
import { parseJson } from './json.ts';
import { networkFailure } from './network-failure.ts';
import { addressOf, checkParameters, textsOf, type Parameters } from './parameters.ts';
import type { Transport } from './transport.ts';
import type { WireAnswer } from './wire.ts';

/** One call of one operation. */
export interface Call extends Parameters, CallControls {
  readonly operation: Operation;
  /** The body as it is sent, already sealed; or what makes it, within the call's time. */
  readonly body?: Uint8Array | ((signal: AbortSignal) => Promise<Uint8Array>);
  /** Our id of the call, when it is part of the query or the body. */
  readonly srcCorrelationId?: string | undefined;
  /** Asked just before the first byte leaves; false holds the request back. */
  readonly mayLeave?: (() => boolean) | undefined;
}

/** What applies to one call only. */
export interface CallControls {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the whole attempt, in place of `transport.deadlineMs`. */
  readonly timeoutMs?: number | undefined;
  /** More headers; those of the contract, of the signature and `content-type` cannot be replaced. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A success that keeps the contract. */
export interface WireSuccess {
  readonly status: number;
  readonly body: unknown;
  readonly correlationId?: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Where calls go, how errors are judged, and who is notified. */
export interface ExchangeOptions {
  /** Checked already. */
  readonly baseUrl: string;
  readonly transport: Transport;
  readonly subjects: SubjectFields;
  readonly userAgent: string;
  readonly hooks: Hooks;
}

/** One attempt of one call. */
export type Exchange = (call: Call) => Promise<WireSuccess>;

/** What the provider is asked to do, by the method (RFC 9110 section 9.2). */
export function actionOf({ method }: Pick<Operation, 'method'>): Action {
  if (method === 'GET' || method === 'HEAD') return 'read';
  return method === 'PUT' || method === 'DELETE' ? 'change' : 'submit';
}

/**
 * Makes the function that does one attempt of one call. openapi-fetch's serializers make the URL. What is a
 * success is decided here: by the HTTP status, then by the contract.
 *
 * The function throws `RequestViolationError` before anything is sent, `RequestAbortedError` when the
 * caller's signal aborts, and `ProviderError` for everything else that comes after.
 */
export function createExchange(options: ExchangeOptions): Exchange {
  return async (call) => {
    checkParameters(call.operation, call);
    const { method, operationId } = call.operation;
    const url = addressOf(options.baseUrl, call.operation, call);
    const place: CallPlace = {
      operationId,
      method,
      url: url.origin + url.pathname,
      srcCorrelationId: call.srcCorrelationId,
    };
    notify(options.hooks.onRequest, place);
    const started = performance.now();
    try {
      const answer = await sendOnce(call, { ...options, url });
      const success = judged(answer, call.operation, options.hooks.onUnknownValue);
      const { status, correlationId } = success;
      notify(options.hooks.onResponse, {
        ...place,
        status,
        correlationId,
        durationMs: performance.now() - started,
      });
      return success;
    } catch (cause) {
      const error = toError(cause, call, { ...options, place });
      notify(options.hooks.onError, {
        ...place,
        error: error instanceof Error ? error : new Error('what was thrown is no error'),
        durationMs: performance.now() - started,
      });
      throw error;
    }
  };
}

interface Sending extends ExchangeOptions {
  readonly url: URL;
}

async function sendOnce(call: Call, { transport, url, userAgent }: Sending): Promise<WireAnswer> {
  const deadline = AbortSignal.timeout(call.timeoutMs ?? transport.limits.deadlineMs);
  const body = await bodyOf(call, deadline);
  return transport.send({
    method: call.operation.method,
    url,
    headers: {
      'user-agent': userAgent,
      ...lowerCase(call.headers),
      accept: 'application/json',
      ...contentType(call),
      ...textsOf(call.operation, call, 'header'),
    },
    ...(body && { body }),
    ...(call.signal && { signal: call.signal }),
    mayLeave: call.mayLeave,
    deadline,
  });
}

/** Makes the body within the call's time: a source of keys may hang. */
async function bodyOf({ body, signal }: Call, deadline: AbortSignal): Promise<Uint8Array | undefined> {
  if (typeof body !== 'function') return body;
  const both = signal ? AbortSignal.any([signal, deadline]) : deadline;
  try {
    return await orAborted(body(both), both);
  } catch (error) {
    if (signal?.aborted) throw new AttemptAborted(false, signal.reason);
    if (deadline.aborted)
      throw new AttemptFailure(networkFailure(deadline.reason, { started: false, status: 0 }));
    throw error;
  }
}

const lowerCase = (headers: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

function contentType({ operation, body }: Call): Record<string, string> {
  return body && operation.request ? { 'content-type': operation.request.mediaType } : {};
}

interface Failing extends ExchangeOptions {
  readonly place: CallPlace;
}

/**
 * What callers get. Whatever is not the outcome of an attempt, such as a plaintext that breaks the contract,
 * stays as it is.
 */
function toError(cause: unknown, { operation }: Call, { place, subjects }: Failing): unknown {
  if (cause instanceof AttemptAborted) return new RequestAbortedError(place, cause.sent, cause.reason);
  if (!(cause instanceof AttemptFailure)) return cause;
  return new ProviderError(cause.failure, judge(actionOf(operation), cause.failure, subjects), place);
}

type OnUnknown = ((value: UnknownValue) => void) | undefined;

function judged(answer: WireAnswer, operation: Operation, onUnknown: OnUnknown): WireSuccess {
  const { status, headers } = answer;
  if (status < 200 || status > 299) throw new AttemptFailure(failureFromAnswer(answer));
  // `null` is an answer without a body; only `undefined` is none at all.
  const exact = operation.responses[status];
  const contract = exact === undefined ? operation.responses['2XX'] : exact;
  if (contract === undefined)
    throw broken(answer, 'UNDOCUMENTED_STATUS', `HTTP ${status} is no success of ${operation.operationId}`);
  const body =
    contract === null
      ? undefined
      : accepted(answer, contract, (problem) =>
          notify(onUnknown, { operationId: operation.operationId, status, ...problem }),
        );
  const correlationId = correlationOf(body) ?? correlationHeader(answer);
  // `body` stays even if there is none: the contract has a success without one.
  return { ...defined<Omit<WireSuccess, 'body'>>({ status, headers, correlationId }), body };
}

function accepted(
  answer: WireAnswer,
  contract: Body,
  onUnknown: (problem: Pick<Problem, 'pointer' | 'message'>) => void,
): unknown {
  if (answer.body.length === 0) throw broken(answer, 'EMPTY_ANSWER', `HTTP ${answer.status} without a body`);
  const verdict = contract.validate(parsed(answer));
  if (!verdict.valid) throw broken(answer, 'CONTRACT_BROKEN', summary(verdict.problems));
  for (const { pointer, message } of verdict.notices) onUnknown({ pointer: redactText(pointer), message });
  return verdict.value;
}

function parsed(answer: WireAnswer): unknown {
  try {
    return parseJson(answer.body);
  } catch {
    throw broken(answer, 'UNREADABLE_ANSWER', unreadable(answer));
  }
}

function summary(problems: readonly Problem[]): string {
  const shown = problems
    .slice(0, 3)
    .map(({ pointer, message }) => `${redactText(pointer) || 'the answer'} ${message}`);
  return redactText(`the answer does not keep the contract: ${shown.join('; ')}`, longestText);
}

/** A success that cannot be trusted: a transport error, because the provider never refused. */
function broken({ status, headers }: WireAnswer, reason: TransportReason, message: string): AttemptFailure {
  return new AttemptFailure(
    defined<ProviderFailure>({
      httpStatus: status,
      reason,
      message,
      origin: 'transport',
      recoverable: false,
      sent: true,
      correlationId: correlationHeader({ headers }),
      headers: shownHeaders(headers),
    }),
  );
}
