import type { ProviderReason, Submission } from '@enrollkit/enrollment';
import type { BatchRow, SendableBatch } from '@enrollkit/ledger';
import { DeniedError } from '../errors.ts';
import { backoff } from './backoff.ts';
import type { SendContext } from './context.ts';
import { firstPollAfter } from './poll.ts';
import { ALREADY_EXISTS, resendUnknown } from './unknown.ts';

type Recorders = {
  readonly [K in Submission['kind']]: (
    batch: BatchRow,
    answer: Extract<Submission, { kind: K }>,
    context: SendContext,
  ) => Promise<void>;
};

/** Why a batch whose intent was recorded went back to `sealed`: nothing was sent. */
export function notSent(message: string): ProviderReason {
  return { httpStatus: 0, code: 'NOT_SENT', message: `${message}; nothing was sent`, origin: 'transport' };
}

/** What a request asks and notifies while it is made. */
export interface RequestHooks {
  /** Asked immediately before the first byte. */
  readonly mayLeave: () => boolean;
  /** Called when the provider has accepted the request, before the ledger is told. */
  readonly answered: () => void;
}

/**
 * Sends one batch whose intent is in the ledger already, and records what became of it. A request in flight
 * is never aborted: its answer is worth more than its slot.
 */
export async function submit(
  batch: SendableBatch,
  context: SendContext,
  { mayLeave, answered }: RequestHooks,
): Promise<void> {
  const { breaker, provider, ledger, clock } = context;
  const answer = await breaker.run('submit', () => provider.submit(batch.body, { mayLeave }));
  // Whatever else it says may mean that nothing more shall leave, once it is recorded.
  if (answer?.kind === 'accepted') answered();
  if (answer === undefined)
    return ledger.returnToSealed(
      batch.id,
      new Date(clock.now() + breaker.pauseMs('submit')),
      notSent('The provider is down'),
    );
  const record = recorders[answer.kind] as (
    batch: BatchRow,
    answer: Submission,
    context: SendContext,
  ) => Promise<void>;
  return record(batch, answer, context);
}

const recorders: Recorders = {
  accepted: (batch, answer, context) => recordReceipt(batch, answer.providerBatchId, context),

  completed: async (batch, { outcome }, { ledger, notify }) => {
    const records = await ledger.recordsOf(batch.id);
    const outcomes = records.map(({ externalConsumerId, externalCardId }) => ({
      externalConsumerId,
      externalCardId,
      ...outcome,
    }));
    const { missing, unmatched } = await ledger.settle(batch.id, outcomes);
    notify({ kind: 'settled', batch, missing, unmatched });
  },

  exists: async (batch, answer, context) => {
    if (answer.providerBatchId !== undefined) return recordReceipt(batch, answer.providerBatchId, context);
    return recordUnknown(batch, { ...answer.reason, code: ALREADY_EXISTS }, context);
  },

  refused: async (batch, answer, context) => {
    await context.ledger.refuseBatch(batch.id, answer.reason);
    context.notify({ kind: 'refused', batch, reason: answer.reason });
  },

  withdrawn: async (batch, answer, context) => {
    if (!context.withdrawn.has(batch.kid))
      context.notify({ kind: 'key-withdrawn', kid: batch.kid, reason: answer.reason });
    // Before the batch becomes due again, so that whoever takes it knows.
    context.withdrawn.add(batch.kid);
    await context.ledger.returnToSealed(batch.id, new Date(context.clock.now()), answer.reason);
  },

  busy: async (batch, answer, context) => {
    const waitMs = backoff(batch.attempts + 1, answer.retryAfterMs, context.random);
    await context.ledger.returnToSealed(batch.id, new Date(context.clock.now() + waitMs), answer.reason);
    // A provider that names a time, or says that we are too fast, means every request and not only this one.
    if (answer.retryAfterMs !== undefined || answer.reason.httpStatus === 429)
      await context.limiter.pauseFor(waitMs);
    context.notify({ kind: 'busy', batch, reason: answer.reason, waitMs });
  },

  denied: async (batch, answer, context) => {
    await context.ledger.returnToSealed(batch.id, new Date(context.clock.now()), answer.reason);
    throw new DeniedError(answer.reason);
  },

  late: async (batch, _answer, context) => {
    context.notify({ kind: 'late', batch });
    await context.ledger.returnToSealed(
      batch.id,
      new Date(context.clock.now()),
      notSent('The process was held up between its intent and the request'),
    );
  },

  unknown: (batch, answer, context) => recordUnknown(batch, answer.reason, context),
};

async function recordReceipt(batch: BatchRow, providerBatchId: string, context: SendContext): Promise<void> {
  const pollAt = context.clock.now() + firstPollAfter(context.settings.poll, context.random);
  await context.ledger.recordReceipt(batch.id, providerBatchId, new Date(pollAt));
  context.notify({ kind: 'submitted', batch, providerBatchId });
}

async function recordUnknown(batch: BatchRow, reason: ProviderReason, context: SendContext): Promise<void> {
  await context.ledger.markUnknown(batch.id, reason);
  context.notify({ kind: 'unknown', batch, reason });
  await resendUnknown(
    { id: batch.id, reason },
    context,
    backoff(batch.attempts + 1, undefined, context.random),
  );
}
