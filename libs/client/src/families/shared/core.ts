import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { defined } from '@enrollkit/base';
import type { Operation } from '@enrollkit/contract';
import type { EncryptionKey } from '@enrollkit/encryption';
import { ProviderError } from '../../errors.ts';
import type { Connection } from '../../transport/connect.ts';
import type { Call, CallControls, WireSuccess } from '../../transport/exchange.ts';
import type { Parameters } from '../../transport/parameters.ts';
import { sealedBytes, type SealedBytes } from './request-body.ts';

/** How often a call is attempted, where the error says that it is safe (`safeToRetry`). */
export interface RetryOptions {
  /** Attempts in all; 1 is no retry. */
  readonly attempts: number;
  /**
   * Milliseconds before the second attempt at most; doubles with each (default 500). Jitter takes up to all
   * of it.
   */
  readonly minDelayMs?: number;
  /** The longest of these waits, in milliseconds (default 20,000). `Retry-After` may ask for more. */
  readonly maxDelayMs?: number;
}

/** What applies to one call only. */
export interface CallOptions extends CallControls {
  readonly retries?: RetryOptions | undefined;
}

/**
 * Values filled in unless the caller gives them: into paths and queries that have such a parameter, and into
 * every body.
 */
export interface Defaults {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, string>>;
}

/** What a call is made of, before defaults. */
export interface CallInput extends Parameters {
  /** In clear where the contract has a JWE, or sealed already. */
  readonly body?: object | undefined;
}

/** What all ways to call an API have in common. */
export interface CoreParts extends Connection {
  readonly encryptionKey: (withdrawn?: string) => Promise<EncryptionKey>;
  readonly defaults: Defaults;
  readonly retries?: RetryOptions | undefined;
  readonly newCorrelationId?: (() => string) | undefined;
}

/** Calls operations of one API. */
export type Core = (
  operation: Operation,
  input: CallInput,
  options?: CallOptions & Pick<Call, 'mayLeave'>,
) => Promise<WireSuccess>;

/**
 * Makes the function behind every method of a client: it fills in defaults and an id of the call, seals,
 * sends, and repeats where that is asked for and safe. When the provider cannot open the body because its key
 * has changed, and has said so, the body is sealed once more with the new key and sent once more, whatever
 * `retries` says: that answer is proof that the first attempt was not taken.
 */
export function createCore(parts: CoreParts): Core {
  return async (operation, input, options = {}) => {
    const srcCorrelationId = correlationIdOf(input) ?? (parts.newCorrelationId ?? randomUUID)();
    const request = {
      ...controlsOf(options),
      mayLeave: options.mayLeave,
      operation,
      ...parametersOf(operation, input, { ...parts.defaults, srcCorrelationId }),
      srcCorrelationId,
    };
    const body = { ...parts.defaults.body, srcCorrelationId, ...input.body };
    const retries = options.retries ?? parts.retries ?? { attempts: 1 };
    return repeated(retries, options.signal, sealingCall(parts, request, body));
  };
}

const correlationIdOf = ({ query, body }: CallInput): string | undefined => {
  const given: unknown =
    query?.['srcCorrelationId'] ?? (body as { srcCorrelationId?: unknown } | undefined)?.srcCorrelationId;
  return typeof given === 'string' ? given : undefined;
};

const controlsOf = ({ signal, timeoutMs, headers }: CallOptions): CallControls => ({
  signal,
  timeoutMs,
  headers,
});

interface Filling extends Defaults {
  readonly srcCorrelationId: string;
}

function parametersOf(
  { parameters, request }: Operation,
  input: CallInput,
  { path, query, srcCorrelationId }: Filling,
): Parameters {
  const takesId = request === null && parameters.some(({ name }) => name === 'srcCorrelationId');
  return defined<Parameters>({
    path: { ...path, ...input.path },
    query: { ...query, ...(takesId && { srcCorrelationId }), ...input.query },
    header: input.header,
  });
}

/** One attempt, as a function that seals only once, and once more for a key that was withdrawn. */
function sealingCall(
  { exchange, encryptionKey }: CoreParts,
  request: Omit<Call, 'body'>,
  body: object,
): () => Promise<WireSuccess> {
  if (request.operation.request === null) return () => exchange(request);
  let sealed: SealedBytes | undefined;
  const seal = async (withdrawn?: string) => {
    sealed = await sealedBytes(request.operation, body, () => encryptionKey(withdrawn));
    return sealed;
  };
  const send = () => exchange({ ...request, body: async () => (sealed ?? (await seal())).bytes });
  return async () => {
    try {
      return await send();
    } catch (error) {
      const kid = sealed?.kid;
      if (kid === undefined || !(error instanceof ProviderError) || error.judgement.verdict !== 'withdrawn')
        throw error;
      sealed = undefined;
      return await exchange({
        ...request,
        body: async () => {
          const again = await seal(kid);
          if (again.kid === kid) throw error;
          return again.bytes;
        },
      });
    }
  };
}

async function repeated(
  { attempts, minDelayMs = 500, maxDelayMs = 20_000 }: RetryOptions,
  signal: AbortSignal | undefined,
  attempt: () => Promise<WireSuccess>,
): Promise<WireSuccess> {
  for (let made = 1; ; made++) {
    try {
      return await attempt();
    } catch (error) {
      if (made >= attempts || !(error instanceof ProviderError) || !error.safeToRetry) throw error;
      const backoff = Math.min(maxDelayMs, minDelayMs * 2 ** (made - 1));
      const wait = Math.max(error.retryAfterMs ?? 0, Math.random() * backoff);
      // Who aborts while nothing is under way gets the error of the last attempt: it says more.
      await sleep(wait, undefined, signal && { signal }).catch(() => Promise.reject(error));
    }
  }
}
