import type { SharedLedger } from '@enrollkit/ledger';
import type { SendContext } from '../send/context.ts';
import { resendUnknown } from '../send/unknown.ts';

/** What a recovery needs; `pool` where many share the ledger. */
type RecoveryContext = Parameters<typeof resendUnknown>[1] &
  Pick<SendContext, 'ledger' | 'notify'> & {
    readonly pool?: { readonly ledger: Pick<SharedLedger, 'requeue'> };
  };

/** What a dead process left in `submitting` becomes unknown; under policy `resend` it is sent again. */
export async function recoverInterrupted(intakeId: string, context: RecoveryContext): Promise<void> {
  const { ledger, pool, notify } = context;
  const batches = await (pool === undefined
    ? ledger.recoverInterrupted(intakeId)
    : pool.ledger.requeue(intakeId));
  if (batches > 0) notify({ kind: 'recovered', batches });
  for (const batch of await ledger.batchesIn(intakeId, 'unknown')) await resendUnknown(batch, context);
}
