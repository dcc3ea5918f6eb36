import type { Body, Operation, Parameter, Problem } from '@enrollkit/contract';
import { createFinalURL, createQuerySerializer, defaultPathSerializer } from 'openapi-fetch';
import { baseUrlOf } from './base-url.ts';
import { correlationOf, errorFromAnswer, unreadable } from './error-body.ts';
import type { Answer } from '../families/shared/operation-types.ts';
import { ProviderError, type TransportReason } from '../provider-error.ts';
import { RequestViolationError } from '../request-violation-error.ts';
import { longestText, redactText } from '@enrollkit/base';
import type { Transport, WireAnswer } from './transport.ts';

/** Something in an answer that the contract does not list, and that was tolerated. */
export interface UnknownValue {
  readonly operationId: string;
  readonly status: number;
  /** JSON Pointer into the answer. */
  readonly pointer: string;
  /** What the contract has there; never the value found. */
  readonly message: string;
}

/** One call of one operation, its body already sealed. */
export interface Call {
  readonly operation: Operation;
  readonly path?: Values;
  readonly query?: Values;
  readonly header?: Values;
  readonly bytes?: Uint8Array;
  readonly signal?: AbortSignal | undefined;
}

type Values = Readonly<Record<string, unknown>>;

/** Where calls go, and who is notified of unknown values. */
export interface ExchangeOptions {
  readonly baseUrl: string;
  readonly transport: Transport;
  readonly onUnknownValue?: ((value: UnknownValue) => void) | undefined;
}

/** An answer with the headers it came with. */
export interface HeadedAnswer extends Answer<unknown> {
  readonly headers: WireAnswer['headers'];
}

/** One attempt of one call. */
export type Exchange = (call: Call) => Promise<HeadedAnswer>;

/**
 * Makes the function that does one attempt of one call. openapi-fetch's serializers make the URL; its client is not
 * used, because that takes an empty 500 for a success and throws on a truncated 200. What is a success is decided
 * here: by the HTTP status, then by the contract.
 *
 * The function throws `RequestViolationError` before anything is sent, and `ProviderError` for all that comes after.
 */
export function createExchange({ baseUrl, transport, onUnknownValue }: ExchangeOptions): Exchange {
  const base = baseUrlOf(baseUrl);
  return async (call) => {
    checkParameters(call);
    const headers = { accept: 'application/json', ...contentType(call), ...textsOf(call, 'header') };
    const answer = await transport.send({
      method: call.operation.method,
      url: urlOf(base, call),
      headers,
      ...(call.bytes && { body: call.bytes }),
      ...(call.signal && { signal: call.signal }),
    });
    return judged({ answer, operation: call.operation, onUnknownValue });
  };
}

function urlOf(baseUrl: string, call: Call): URL {
  const params = { path: textsOf(call, 'path'), query: textsOf(call, 'query') };
  const querySerializer = createQuerySerializer();
  return new URL(
    createFinalURL(call.operation.path, {
      baseUrl,
      params,
      querySerializer,
      pathSerializer: defaultPathSerializer,
    }),
  );
}

function contentType({ operation, bytes }: Call): Record<string, string> {
  return bytes && operation.request ? { 'content-type': operation.request.mediaType } : {};
}

/** The values of the parameters in one place, as the contract names them and in its order. */
function textsOf(call: Call, place: 'path' | 'query' | 'header'): Record<string, string> {
  const declared = call.operation.parameters.filter((parameter) => parameter.in === place);
  const given = declared.map(({ name }) => [name, call[place]?.[name]] as const);
  return Object.fromEntries(
    given.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}

function checkParameters(call: Call): void {
  const problems = call.operation.parameters.flatMap((parameter) => problemsOf(call, parameter));
  if (problems.length > 0) throw new RequestViolationError(call.operation.operationId, problems);
}

function problemsOf(call: Call, { name, in: place, required, validate }: Parameter): readonly Problem[] {
  const value = place === 'cookie' ? undefined : call[place]?.[name];
  const at = (problem: Problem) => ({ ...problem, pointer: `/${place}/${name}${problem.pointer}` });
  if (value === undefined)
    return required ? [at({ pointer: '', keyword: 'required', message: 'is required' })] : [];
  // A URL drops such segments, however they are encoded: the request would go to another path.
  if (place === 'path' && /^\.{0,2}$/.test(String(value)))
    return [at({ pointer: '', keyword: 'pattern', message: 'must be more than dots' })];
  const verdict = validate(value);
  return verdict.valid ? [] : verdict.problems.map(at);
}

interface Judging {
  readonly answer: WireAnswer;
  readonly operation: Operation;
  readonly onUnknownValue: ExchangeOptions['onUnknownValue'];
}

function judged({ answer, operation, onUnknownValue }: Judging): HeadedAnswer {
  const { status, headers } = answer;
  if (status < 200 || status > 299) throw errorFromAnswer(answer);
  // `null` is an answer without a body; only `undefined` is none at all.
  const exact = operation.responses[status];
  const contract = exact === undefined ? operation.responses['2XX'] : exact;
  if (contract === undefined)
    throw broken(answer, 'UNDOCUMENTED_STATUS', `HTTP ${status} is no success of ${operation.operationId}`);
  const body =
    contract === null
      ? undefined
      : accepted(answer, contract, (problem) =>
          onUnknownValue?.({ operationId: operation.operationId, status, ...problem }),
        );
  const correlationId = correlationOf(body);
  return { status, headers, body, ...(correlationId === undefined ? {} : { correlationId }) };
}

function accepted(
  answer: WireAnswer,
  contract: Body,
  tell: (problem: Pick<Problem, 'pointer' | 'message'>) => void,
): unknown {
  if (answer.body.length === 0) throw broken(answer, 'EMPTY_ANSWER', `HTTP ${answer.status} without a body`);
  const verdict = contract.validate(parsed(answer));
  if (!verdict.valid) throw broken(answer, 'CONTRACT_BROKEN', summary(verdict.problems));
  for (const { pointer, message } of verdict.notices) tell({ pointer: redactText(pointer), message });
  return verdict.value;
}

function parsed(answer: WireAnswer): unknown {
  try {
    return JSON.parse(Buffer.from(answer.body).toString('utf8'));
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
function broken({ status }: WireAnswer, reason: TransportReason, message: string): ProviderError {
  return new ProviderError({
    httpStatus: status,
    reason,
    message,
    origin: 'transport',
    recoverable: false,
    sent: true,
  });
}
