import type { SendableBatch } from '@enrollkit/ledger';
import { reread } from '../load/reread.ts';
import { KeyWithdrawnError, type SendContext } from './context.ts';

/**
 * Gives a batch that waits to be sent a body that the provider's key of today opens: its records are read again from
 * the input and sealed under the same id. Answers the batch as it is where that is not needed.
 *
 * A batch that was tried before is left as it is until the provider itself says that it cannot open it: an earlier
 * attempt of it may have arrived, and then the same bytes are the safest to send. Without the input, too, only the
 * provider's own word counts, for old keys are often accepted for a while.
 *
 * Throws `KeyWithdrawnError` when the batch cannot be sent as it is, and cannot be sealed again here and now.
 */
export async function resealIfNeeded(batch: SendableBatch, room: SendContext): Promise<SendableBatch> {
  const refused = room.withdrawn.has(batch.kid);
  if (!refused && (batch.attempts > 0 || room.openInput === undefined)) return batch;
  const kid = await room.provider.currentKid(refused ? batch.kid : undefined);
  if (kid === undefined || kid === batch.kid) {
    if (refused) throw new KeyWithdrawnError(batch.kid, 'key');
    return batch;
  }
  if (room.openInput === undefined) throw new KeyWithdrawnError(batch.kid, 'input');
  const records = await reread(await room.ledger.recordsOf(batch.id), await room.openInput());
  const body = await room.provider.seal({
    externalBatchId: batch.externalBatchId,
    records: records.map(({ record }) => record),
  });
  await room.ledger.replaceBody(batch.id, body);
  room.notify({ kind: 'resealed', batch, kid: body.kid });
  return { ...batch, kid: body.kid, body };
}
