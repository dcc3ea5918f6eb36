import type { SendableBatch } from '@enrollkit/ledger';
import { KeyWithdrawnError } from '../errors.ts';
import { reread } from '../load/reread.ts';
import type { SendContext } from './context.ts';

/**
 * Gives a batch that waits to be sent a body that the provider's present key opens: its records are read
 * again from the input and sealed under the same id. Answers the batch unchanged where that is not needed.
 *
 * A batch that was attempted before keeps its body until the provider itself says that it cannot open it: an
 * earlier attempt may have arrived, and then the same bytes are the safest to send. Without the input, too,
 * only the provider's own answer counts, for old keys are often accepted for a while.
 *
 * Throws `KeyWithdrawnError` when the batch cannot be sent as it is, and cannot be sealed again here and now.
 */
export async function resealIfNeeded(batch: SendableBatch, context: SendContext): Promise<SendableBatch> {
  const refused = context.withdrawn.has(batch.kid);
  if (!refused && (batch.attempts > 0 || context.openInput === undefined)) return batch;
  const kid = await context.provider.currentKid(refused ? batch.kid : undefined);
  if (kid === undefined || kid === batch.kid) {
    if (refused) throw new KeyWithdrawnError(batch.kid, 'key');
    return batch;
  }
  if (context.openInput === undefined) throw new KeyWithdrawnError(batch.kid, 'input');
  const records = await reread(await context.ledger.recordsOf(batch.id), await context.openInput());
  const body = await context.provider.seal({
    externalBatchId: batch.externalBatchId,
    records: records.map(({ record }) => record),
  });
  await context.ledger.replaceBody(batch.id, body);
  context.notify({ kind: 'resealed', batch, kid: body.kid });
  return { ...batch, kid: body.kid, body };
}
