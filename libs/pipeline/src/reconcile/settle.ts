import type { RecordOutcome } from '@enrollkit/enrollment';
import type { BatchRow } from '@enrollkit/ledger';
import type { SendContext } from '../send/context.ts';

/**
 * Finished answers without a result for every record that are not yet final. Polls before the batch was
 * finished do not count.
 */
const MAX_INCOMPLETE_POLLS = 5;

/**
 * Settles a finished batch: each outcome on its record, by key and never by position or number. Answers
 * false, and writes nothing, when a record of the batch has no outcome and another poll is worth it.
 */
export async function settleFinished(
  batch: BatchRow,
  outcomes: readonly RecordOutcome[],
  { ledger, notify }: Pick<SendContext, 'ledger' | 'notify'>,
): Promise<boolean> {
  const onMissing = batch.incomplete < MAX_INCOMPLETE_POLLS ? 'wait' : 'refuse';
  const { settled, missing, unmatched } = await ledger.settle(batch.id, outcomes, onMissing);
  if (settled) notify({ kind: 'settled', batch, missing, unmatched });
  return settled;
}
