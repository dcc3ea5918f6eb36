import type { Submission } from '@enrollkit/enrollment';
import type { BatchRow, SendableBatch } from '@enrollkit/ledger';
import { DeniedError, waitAfter, type SendContext } from './context.ts';
import { firstPollAfter } from './poll.ts';

/** The reason code of a batch the provider has but whose batch id we were not told: only a person can settle it. */
export const ALREADY_EXISTS = 'ALREADY_EXISTS';

type Written = {
  [K in Submission['kind']]: (
    batch: BatchRow,
    answer: Extract<Submission, { kind: K }>,
    room: SendContext,
  ) => Promise<void>;
};

/**
 * Sends one batch whose intent is already in the ledger, and writes down what became of it.
 * The attempt itself is never aborted: a request that is under way is worth more than its slot.
 */
export async function submit(batch: SendableBatch, room: SendContext): Promise<void> {
  const answer = await room.breaker.run('submit', () => room.provider.submit(batch.body));
  if (answer === undefined) {
    const reason = {
      httpStatus: 0,
      code: 'NOT_SENT',
      message: 'The provider is down; nothing was sent',
      origin: 'transport',
    } as const;
    return room.ledger.returnToSealed(
      batch.id,
      new Date(room.clock.now() + room.breaker.pauseMs('submit')),
      reason,
    );
  }
  const write = written[answer.kind] as (
    batch: BatchRow,
    answer: Submission,
    room: SendContext,
  ) => Promise<void>;
  return write(batch, answer, room);
}

const written: Written = {
  accepted: (batch, answer, room) => receive(batch, answer.providerBatchId, room),

  exists: async (batch, answer, room) => {
    if (answer.providerBatchId !== undefined) return receive(batch, answer.providerBatchId, room);
    return park(batch, { ...answer.reason, code: ALREADY_EXISTS }, room);
  },

  refused: async (batch, answer, room) => {
    await room.ledger.refuseBatch(batch.id, answer.reason);
    room.notify({ kind: 'refused', batch, reason: answer.reason });
  },

  withdrawn: async (batch, answer, room) => {
    if (!room.withdrawn.has(batch.kid))
      room.notify({ kind: 'key-withdrawn', kid: batch.kid, reason: answer.reason });
    // Before the batch is to be had again, so that whoever takes it knows.
    room.withdrawn.add(batch.kid);
    await room.ledger.returnToSealed(batch.id, new Date(room.clock.now()), answer.reason);
  },

  busy: async (batch, answer, room) => {
    const waitMs = waitAfter(batch.attempts + 1, answer.retryAfterMs, room.random);
    const until = room.clock.now() + waitMs;
    await room.ledger.returnToSealed(batch.id, new Date(until), answer.reason);
    // A provider that names a time means it for every request, not only for this one.
    if (answer.retryAfterMs !== undefined || answer.reason.httpStatus === 429)
      await room.limiter.pauseUntil(until);
    room.notify({ kind: 'busy', batch, reason: answer.reason, waitMs });
  },

  denied: async (batch, answer, room) => {
    await room.ledger.returnToSealed(batch.id, new Date(room.clock.now()), answer.reason);
    throw new DeniedError(answer.reason);
  },

  unknown: async (batch, answer, room) => {
    await park(batch, answer.reason, room);
    if (room.settings.onUnknown === 'resend') {
      await room.ledger.releaseUnknown(
        batch.id,
        new Date(room.clock.now() + waitAfter(batch.attempts + 1, undefined, room.random)),
      );
    }
  },
};

async function receive(batch: BatchRow, providerBatchId: string, room: SendContext): Promise<void> {
  const askAt = room.clock.now() + firstPollAfter(room.settings.poll, room.random);
  await room.ledger.recordReceipt(batch.id, providerBatchId, new Date(askAt));
  room.notify({ kind: 'submitted', batch, providerBatchId });
}

async function park(
  batch: BatchRow,
  reason: Extract<Submission, { kind: 'unknown' }>['reason'],
  room: SendContext,
): Promise<void> {
  await room.ledger.markUnknown(batch.id, reason);
  room.notify({ kind: 'unknown', batch, reason });
}
