import type { PollAnswer } from '@enrollkit/enrollment';
import type { BatchRow } from '@enrollkit/ledger';
import { DeniedError } from '../errors.ts';
import { settleFinished } from '../reconcile/settle.ts';
import type { PollSettings } from '../settings.ts';
import { backoff } from './backoff.ts';
import type { SendContext } from './context.ts';

type Recorders = {
  readonly [K in PollAnswer['kind']]: (
    batch: BatchRow,
    answer: Extract<PollAnswer, { kind: K }>,
    context: SendContext,
  ) => Promise<void>;
};

/** A batch for which the provider gave an id. */
export type PollableBatch = BatchRow & { readonly providerBatchId: string };

/**
 * Polls one submitted batch, once, and records what the answer means. Throws `DeniedError`.
 *
 * @param answered called when the provider has told the state of the batch, before the ledger is told
 */
export async function poll(
  batch: PollableBatch,
  context: SendContext,
  answered: () => void = () => undefined,
): Promise<void> {
  const { breaker, provider, ledger, clock } = context;
  const answer = await breaker.run('poll', () =>
    provider.poll(batch.providerBatchId, { externalBatchId: batch.externalBatchId }),
  );
  // Whatever else it says may mean that nothing more shall leave, once it is recorded.
  if (answer?.kind === 'finished' || answer?.kind === 'pending') answered();
  if (answer === undefined) return ledger.postpone(batch.id, new Date(clock.now() + breaker.pauseMs('poll')));
  const record = recorders[answer.kind] as (
    batch: BatchRow,
    answer: PollAnswer,
    context: SendContext,
  ) => Promise<void>;
  return record(batch, answer, context);
}

const recorders: Recorders = {
  pending: async (batch, answer, context) => {
    if (answer.warning !== undefined) context.notify({ kind: 'warning', batch, message: answer.warning });
    await pollAgain(batch, context);
  },

  finished: async (batch, answer, context) => {
    if (answer.warning !== undefined) context.notify({ kind: 'warning', batch, message: answer.warning });
    if (!(await settleFinished(batch, answer.outcomes, context)))
      await pollAgain(batch, context, 'incomplete');
  },

  refused: async (batch, answer, context) => {
    await context.ledger.refuseBatch(batch.id, answer.reason);
    context.notify({ kind: 'refused', batch, reason: answer.reason });
  },

  busy: async (batch, answer, context) => {
    const waitMs =
      answer.retryAfterMs ??
      Math.max(backoff(1, undefined, context.random), nextPollAfter(batch.polls, context));
    await context.ledger.postpone(batch.id, new Date(context.clock.now() + waitMs));
    if (answer.retryAfterMs !== undefined) await context.limiter.pauseFor(answer.retryAfterMs);
    context.notify({ kind: 'busy', batch, reason: answer.reason, waitMs });
  },

  denied: async (_batch, answer) => {
    throw new DeniedError(answer.reason);
  },

  // The provider gave the id itself: sites that do not agree yet are likelier than a lost batch, so the poll
  // is repeated.
  missing: async (batch, answer, context) => {
    context.notify({ kind: 'missing', batch, reason: answer.reason });
    await pollAgain(batch, context);
  },
};

/** Milliseconds from the receipt of a batch to its first poll. */
export function firstPollAfter(settings: PollSettings, random: () => number): number {
  return jittered(settings.firstMs, settings.jitter, random);
}

function nextPollAfter(polls: number, context: SendContext): number {
  const { firstMs, factor, maxMs, jitter } = context.settings.poll;
  return jittered(Math.min(maxMs, firstMs * factor ** (polls + 1)), jitter, context.random);
}

/** Random downwards only, so that `maxMs` is never passed. */
function jittered(ms: number, share: number, random: () => number): number {
  return ms * (1 - share * random());
}

function pollAgain(batch: BatchRow, context: SendContext, answer?: 'incomplete'): Promise<void> {
  const at = new Date(context.clock.now() + nextPollAfter(batch.polls, context));
  return context.ledger.postpone(batch.id, at, answer);
}
