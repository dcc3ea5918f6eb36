import type { RecordOutcome } from '@enrollkit/enrollment';
import type { BatchRow } from '@enrollkit/ledger';
import type { SendContext } from '../send/context.ts';

/** A finished batch that does not name every record is asked again so often before its silence is taken for an answer. Questions before it was finished do not count. */
const PATIENCE = 5;

/**
 * Settles a finished batch: each outcome on its record, by key and never by position. Answers false when the provider
 * named fewer records than were sent and another question is worth it.
 */
export async function reconcile(
  batch: BatchRow,
  outcomes: readonly RecordOutcome[],
  room: SendContext,
): Promise<boolean> {
  const told = new Set(outcomes.map((outcome) => `${outcome.externalConsumerId}\n${outcome.externalCardId}`));
  if (told.size < batch.records && batch.incomplete < PATIENCE) return false;
  const { missing, unmatched } = await room.ledger.settle(batch.id, outcomes);
  room.notify({ kind: 'settled', batch, missing, strangers: unmatched });
  return true;
}
