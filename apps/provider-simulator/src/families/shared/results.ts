import { defined } from '@enrollkit/base';
import { shuffled } from '../../seed.ts';
import type { Batch } from '../../world/world-index.ts';
import type { BatchCard } from '../../world/world.ts';
import type { RequestContext } from './request-context.ts';
import { type CardRefusal, isCardRefusal, refusals } from './reserved-pans.ts';

/** How far a batch is, in the words of both families. */
export interface BatchProgress {
  readonly state: 'IN_PROGRESS' | 'COMPLETED_SUCCESSFULLY' | 'COMPLETED_WITH_ERRORS' | 'FAILED';
  /** Why the whole batch failed. */
  readonly errorMessage?: string;
  /** The cards that are done, in an order of their own; none of a batch that failed. */
  readonly done: readonly BatchCard[];
}

/**
 * Computes how far a batch is at the time of the request: while it is in progress its cards come out one by
 * one.
 */
export function progressOf(
  { world, settings, asOf }: Pick<RequestContext, 'world' | 'settings' | 'asOf'>,
  batch: Batch,
): BatchProgress {
  const { at, due, failed, batchId } = batch;
  const finished = asOf >= due;
  if (failed !== undefined)
    return defined<BatchProgress>({
      state: finished ? 'FAILED' : 'IN_PROGRESS',
      errorMessage: finished ? failed : undefined,
      done: [],
    });
  const share = finished ? 1 : Math.max(0, (asOf - at) / (due - at));
  const cards = world.cardsOf(batch);
  const done = shuffled(cards, settings.seed, batchId).slice(0, Math.floor(cards.length * share));
  if (!finished) return { state: 'IN_PROGRESS', done };
  const state = done.every(({ row }) => row.no === undefined)
    ? 'COMPLETED_SUCCESSFULLY'
    : 'COMPLETED_WITH_ERRORS';
  return { state, done };
}

/** Why one card failed, in the shape of an application error. */
export interface CardError {
  readonly status: number;
  readonly reason: 'INVALID_STATE' | 'INVALID_ARGUMENT' | 'UNAVAILABLE';
  readonly message: string;
  readonly errordetail: {
    reason: CardRefusal;
    sourceType: 'BODY';
    source: string;
    message: string;
  }[];
}

/** The error of a refused card. */
export function cardErrorOf(refusal: string): CardError {
  if (!isCardRefusal(refusal)) throw new Error(`The world holds a refusal ${refusal} without a message`);
  const { httpStatus: status, reason, message } = refusals[refusal];
  return {
    status,
    reason,
    message,
    errordetail: [{ reason: refusal, sourceType: 'BODY', source: 'Card', message }],
  };
}
