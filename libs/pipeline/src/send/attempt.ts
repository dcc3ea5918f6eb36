import { LedgerConflictError, type SendableBatch } from '@enrollkit/ledger';
import type { Clock } from '../clock.ts';
import type { SendContext } from './context.ts';
import { resealIfNeeded } from './reseal.ts';
import { notSent, submit } from './submit.ts';

/** Decides when the request of an attempt may leave; the scheduler's part of an attempt. */
export interface Departure {
  /** Called when everything but the intent is ready. False: not now, and the batch was put back already. */
  acquire(): Promise<boolean>;
  /**
   * Called when the intent is durable; resolves at the moment to send. False: the request must not leave any
   * more.
   */
  wait(): Promise<boolean>;
  /** Called when the provider has accepted the batch, before the ledger is told. */
  answered?(): void;
}

/** For a scheduler that took its slot before it began the attempt. */
export const atOnce: Departure = { acquire: async () => true, wait: async () => true };

/**
 * Milliseconds from before the intent to the first byte, at most. Others presume a process dead that was
 * silent for ten seconds, and its last sign of life can be five seconds older than its intent.
 */
const LATEST_DEPARTURE_MS = 4_000;

/**
 * Makes one attempt to send a sealed batch: reseal if needed, record the intent, submit, record what became
 * of it. A request that would leave too late after its intent is held back, and the batch goes back unsent.
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
  const mayLeave = timely(context.clock);
  await recordIntent(current, context);
  if (await departure.wait())
    return submit(current, context, { mayLeave, answered: () => departure.answered?.() });
  await context.ledger.returnToSealed(current.id, new Date(context.clock.now()), missedSlot);
}

const missedSlot = notSent('The request missed its slot');

/**
 * Whether so little time has passed since now that nobody can have taken the batch over. A process that was
 * stopped, or whose machine was suspended, learns here that it may be late: the monotonic clock has run on,
 * or the time of day.
 */
export function timely(clock: Clock): () => boolean {
  const begun = clock.monotonic();
  const at = clock.now();
  return () => Math.max(clock.monotonic() - begun, clock.now() - at) <= LATEST_DEPARTURE_MS;
}

const lostIntent = notSent('The answer of the ledger was lost');

/** Durable before the first byte leaves: a crash from here on leaves `submitting` as evidence. */
async function recordIntent(batch: SendableBatch, { ledger, clock, fenced }: SendContext): Promise<void> {
  try {
    await ledger.recordIntent(batch.id, new Date(clock.now()));
  } catch (error) {
    // The intent may have been written and its answer lost with the connection. Nothing was sent, and where
    // writes are fenced this takes back the intent of this attempt only.
    if (fenced && error instanceof LedgerConflictError)
      await ledger.returnToSealed(batch.id, new Date(clock.now()), lostIntent).catch(() => undefined);
    throw error;
  }
}
