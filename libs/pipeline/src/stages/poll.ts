import type { BatchAnswer } from '@enrollkit/enrollment';
import type { BatchRow } from '@enrollkit/ledger';
import { DeniedError, waitAfter, type SendingRoom } from '../sending.ts';
import type { PollSettings } from '../settings.ts';
import { reconcile } from './reconcile.ts';

type Written = {
  [K in BatchAnswer['kind']]: (
    batch: BatchRow,
    answer: Extract<BatchAnswer, { kind: K }>,
    room: SendingRoom,
  ) => Promise<void>;
};

/** Asks about one submitted batch, once, and writes down what the answer means. */
export async function poll(
  batch: BatchRow & { readonly providerBatchId: string },
  room: SendingRoom,
): Promise<void> {
  const answer = await room.breaker.through('ask', () =>
    room.provider.ask(batch.providerBatchId, { externalBatchId: batch.externalBatchId }),
  );
  if (answer === undefined)
    return room.ledger.postpone(batch.id, new Date(room.clock.now() + room.breaker.pauseMs('ask')));
  const write = written[answer.kind] as (
    batch: BatchRow,
    answer: BatchAnswer,
    room: SendingRoom,
  ) => Promise<void>;
  return write(batch, answer, room);
}

const written: Written = {
  pending: async (batch, answer, room) => {
    if (answer.warning !== undefined) room.observe({ kind: 'warning', batch, message: answer.warning });
    await askAgain(batch, room);
  },

  finished: async (batch, answer, room) => {
    if (answer.warning !== undefined) room.observe({ kind: 'warning', batch, message: answer.warning });
    if (!(await reconcile(batch, answer.outcomes, room))) await askAgain(batch, room, 'incomplete');
  },

  refused: async (batch, answer, room) => {
    await room.ledger.refuseBatch(batch.id, answer.reason);
    room.observe({ kind: 'refused', batch, reason: answer.reason });
  },

  busy: async (batch, answer, room) => {
    const waitMs =
      answer.retryAfterMs ?? Math.max(waitAfter(1, undefined, room.random), questionAfter(batch.polls, room));
    await room.ledger.postpone(batch.id, new Date(room.clock.now() + waitMs));
    if (answer.retryAfterMs !== undefined)
      await room.limiter.holdUntil(room.clock.now() + answer.retryAfterMs);
    room.observe({ kind: 'busy', batch, reason: answer.reason, waitMs });
  },

  denied: async (_batch, answer) => {
    throw new DeniedError(answer.reason);
  },

  // It gave the id itself: sites that do not agree yet are likelier than a lost batch, so the question stands.
  missing: async (batch, answer, room) => {
    room.observe({ kind: 'missing', batch, reason: answer.reason });
    await askAgain(batch, room);
  },
};

/** The wait before the first question about a batch. */
export function firstQuestionAfter(settings: PollSettings, random: () => number): number {
  return jittered(settings.firstMs, settings.jitter, random);
}

function questionAfter(polls: number, room: SendingRoom): number {
  const { firstMs, factor, maxMs, jitter } = room.settings.poll;
  return jittered(Math.min(maxMs, firstMs * factor ** (polls + 1)), jitter, room.random);
}

/** Random only downwards, so that `maxMs` keeps its word. */
function jittered(ms: number, share: number, random: () => number): number {
  return ms * (1 - share * random());
}

function askAgain(batch: BatchRow, room: SendingRoom, answer?: 'incomplete'): Promise<void> {
  return room.ledger.postpone(
    batch.id,
    new Date(room.clock.now() + questionAfter(batch.polls, room)),
    answer,
  );
}
