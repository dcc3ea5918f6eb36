import type { ProviderReason } from '@enrollkit/enrollment';
import { LedgerConflictError, type SendableBatch } from '@enrollkit/ledger';
import type { SendContext } from './context.ts';
import { resealIfNeeded } from './reseal.ts';
import { submit } from './submit.ts';

/** Decides when the request of an attempt may leave; the scheduler's part of an attempt. */
export interface Departure {
  /** Called when everything but the intent is ready. False: not now, and the batch was put back already. */
  acquire(): Promise<boolean>;
  /** Called when the intent is durable; resolves at the moment to send. False: the request must not leave any more. */
  wait(): Promise<boolean>;
}

/** For a scheduler that took its slot before it began the attempt. */
const atOnce: Departure = { acquire: async () => true, wait: async () => true };

/** Why a batch went back to `sealed` although its intent was recorded. */
const notSent: ProviderReason = {
  httpStatus: 0,
  code: 'NOT_SENT',
  message: 'Nothing was sent',
  origin: 'transport',
};

/**
 * Makes one attempt to send a sealed batch: reseal if needed, record the intent, submit, record what became of it.
 * This is the only place where a batch is sent; the single runner and the worker are schedulers around it.
 *
 * Throws `DeniedError` and `KeyWithdrawnError`, which end the run, and what the ledger throws.
 */
export async function attempt(
  batch: SendableBatch,
  context: SendContext,
  departure: Departure = atOnce,
): Promise<void> {
  const current = await resealIfNeeded(batch, context);
  if (!(await departure.acquire())) return;
  await recordIntent(current, context);
  if (await departure.wait()) return submit(current, context);
  await context.ledger.returnToSealed(current.id, new Date(context.clock.now()), notSent);
}

/** Durable before the first byte leaves: a crash from here on leaves `submitting` as evidence. */
async function recordIntent(batch: SendableBatch, { ledger, clock, fenced }: SendContext): Promise<void> {
  try {
    await ledger.recordIntent(batch.id, new Date(clock.now()));
  } catch (error) {
    // The intent may have been written and its answer lost with the connection. Nothing was sent, and where writes are
    // fenced this takes back the intent of this attempt only.
    if (fenced && error instanceof LedgerConflictError)
      await ledger.returnToSealed(batch.id, new Date(clock.now()), notSent).catch(() => undefined);
    throw error;
  }
}
