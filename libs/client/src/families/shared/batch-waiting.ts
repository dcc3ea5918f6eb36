import { setTimeout as sleep } from 'node:timers/promises';
import type { Operation } from '@enrollkit/contract';
import { ProviderError, RequestAbortedError, type CallPlace } from '../../errors.ts';
import type { Defaults } from './core.ts';

/** How to wait for a batch. */
export interface WaitOptions<Status> {
  readonly signal?: AbortSignal;
  /**
   * Milliseconds before the second poll (default 2,000); each wait is half as long again as the one before.
   */
  readonly everyMs?: number;
  /** The longest wait, in milliseconds (default 60,000). `Retry-After` may ask for more. */
  readonly mostMs?: number;
  /** Called with every state that was read, the last one included. */
  readonly onProgress?: (status: Status) => void;
}

/** How the states of one API family are read. */
export interface BatchReader<Status> {
  readonly read: (batchId: string, signal: AbortSignal | undefined) => Promise<Status>;
  /** A state that is not known is not final. */
  readonly isFinal: (status: Status) => boolean;
  /** The poll of that batch, for an error that ends the waiting between two polls. */
  readonly placeOf: (batchId: string) => CallPlace;
}

/** Where the polls of a batch go: the address of the operation, without its query. */
export function pollPlace(
  baseUrl: string,
  { operationId, path }: Pick<Operation, 'operationId' | 'path'>,
  known: Defaults['path'] = {},
): (batchId: string) => CallPlace {
  return (batchId) => {
    const values: Defaults['path'] = { ...known, batchId };
    const filled = path.replaceAll(/\{(\w+)\}/g, (_match, name: string) =>
      encodeURIComponent(values[name] ?? ''),
    );
    return { operationId, method: 'GET', url: baseUrl.replace(/\/+$/, '') + filled };
  };
}

/**
 * The states of a batch as they are read, the last one final. Goes on after errors that are safe to retry;
 * every other error is thrown, and `RequestAbortedError` when the signal aborts, whether a poll is under way
 * or not.
 */
export async function* batchStates<Status>(
  { read, isFinal, placeOf }: BatchReader<Status>,
  batchId: string,
  { signal, everyMs = 2_000, mostMs = 60_000 }: WaitOptions<Status> = {},
): AsyncGenerator<Status, undefined> {
  for (let wait = everyMs; ; wait = Math.min(mostMs, wait * 1.5)) {
    const answer = await read(batchId, signal).catch((error: unknown) => {
      if (error instanceof ProviderError && error.safeToRetry) return error;
      throw error;
    });
    if (!(answer instanceof ProviderError)) {
      yield answer;
      if (isFinal(answer)) return undefined;
    }
    const asked = answer instanceof ProviderError ? (answer.retryAfterMs ?? 0) : 0;
    await sleep(Math.max(wait, asked), undefined, signal && { signal }).catch(() => {
      throw new RequestAbortedError(placeOf(batchId), false, signal?.reason);
    });
  }
}

/** Waits until a batch is final. */
export async function waitForBatch<Status>(
  reader: BatchReader<Status>,
  batchId: string,
  options: WaitOptions<Status> = {},
): Promise<Status> {
  let last: Status | undefined;
  for await (const status of batchStates(reader, batchId, options)) {
    options.onProgress?.(status);
    last = status;
  }
  if (last === undefined) throw new Error('the states of a batch ended without one');
  return last;
}
