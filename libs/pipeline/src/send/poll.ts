import type { PollAnswer } from '@enrollkit/enrollment';
import type { BatchRow } from '@enrollkit/ledger';
import { DeniedError, waitAfter, type SendContext } from './context.ts';
import type { PollSettings } from '../settings.ts';
import { reconcile } from '../reconcile/settle.ts';

type Written = {
  [K in PollAnswer['kind']]: (
    batch: BatchRow,
    answer: Extract<PollAnswer, { kind: K }>,
    room: SendContext,
  ) => Promise<void>;
};

/** Asks about one submitted batch, once, and writes down what the answer means. */
export async function poll(
  batch: BatchRow & { readonly providerBatchId: string },
  room: SendContext,
): Promise<void> {
  const answer = await room.breaker.run('ask', () =>
    room.provider.poll(batch.providerBatchId, { externalBatchId: batch.externalBatchId }),
  );
  if (answer === undefined)
    return room.ledger.postpone(batch.id, new Date(room.clock.now() + room.breaker.pauseMs('ask')));
  const write = written[answer.kind] as (
    batch: BatchRow,
    answer: PollAnswer,
    room: SendContext,
  ) => Promise<void>;
  return write(batch, answer, room);
}

const written: Written = {
  pending: async (batch, answer, room) => {
    if (answer.warning !== undefined) room.notify({ kind: 'warning', batch, message: answer.warning });
    await pollAgain(batch, room);
  },

  finished: async (batch, answer, room) => {
    if (answer.warning !== undefined) room.notify({ kind: 'warning', batch, message: answer.warning });
    if (!(await reconcile(batch, answer.outcomes, room))) await pollAgain(batch, room, 'incomplete');
  },

  refused: async (batch, answer, room) => {
    await room.ledger.refuseBatch(batch.id, answer.reason);
    room.notify({ kind: 'refused', batch, reason: answer.reason });
  },

  busy: async (batch, answer, room) => {
    const waitMs =
      answer.retryAfterMs ?? Math.max(waitAfter(1, undefined, room.random), nextPollAfter(batch.polls, room));
    await room.ledger.postpone(batch.id, new Date(room.clock.now() + waitMs));
    if (answer.retryAfterMs !== undefined)
      await room.limiter.pauseUntil(room.clock.now() + answer.retryAfterMs);
    room.notify({ kind: 'busy', batch, reason: answer.reason, waitMs });
  },

  denied: async (_batch, answer) => {
    throw new DeniedError(answer.reason);
  },

  // It gave the id itself: sites that do not agree yet are likelier than a lost batch, so the question stands.
  missing: async (batch, answer, room) => {
    room.notify({ kind: 'missing', batch, reason: answer.reason });
    await pollAgain(batch, room);
  },
};

/** The wait before the first question about a batch. */
export function firstPollAfter(settings: PollSettings, random: () => number): number {
  return jittered(settings.firstMs, settings.jitter, random);
}

function nextPollAfter(polls: number, room: SendContext): number {
  const { firstMs, factor, maxMs, jitter } = room.settings.poll;
  return jittered(Math.min(maxMs, firstMs * factor ** (polls + 1)), jitter, room.random);
}

/** Random only downwards, so that `maxMs` keeps its word. */
function jittered(ms: number, share: number, random: () => number): number {
  return ms * (1 - share * random());
}

function pollAgain(batch: BatchRow, room: SendContext, answer?: 'incomplete'): Promise<void> {
  return room.ledger.postpone(
    batch.id,
    new Date(room.clock.now() + nextPollAfter(batch.polls, room)),
    answer,
  );
}
