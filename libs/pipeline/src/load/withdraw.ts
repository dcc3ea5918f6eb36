import {
  duplicateRejection,
  rejectionOf,
  validationError,
  type Rejection,
  type ValidationError,
} from '@enrollkit/enrollment';
import type { Ledger, UnsentRow, Withdrawal } from '@enrollkit/ledger';
import { reread, type RereadSource } from './reread.ts';
import type { SealContext } from './seal.ts';

/**
 * Takes rows out of their batches that must not be sent after all, and seals the batches again from the rest:
 * what the end of a load finds in the whole file and in the register, and what another intake claimed first.
 * Each batch is one transaction. Answers how many rows were taken out.
 */
export async function withdrawRows(
  context: SealContext & { readonly ledger: Ledger },
  source: RereadSource,
): Promise<number> {
  const { ledger, intakeId, provider } = context;
  let taken = 0;
  for (;;) {
    const withdrawals = await ledger.nextWithdrawals(intakeId);
    const [first] = withdrawals;
    if (first === undefined) return taken;
    if (first.batchId === 0) {
      await ledger.dropChanges(intakeId, withdrawals.flatMap(rejectionFor));
      taken += withdrawals.length;
      continue;
    }
    const gone = new Set(withdrawals.map(({ place }) => place.row));
    const batch = await ledger.recordsOf(first.batchId);
    const rest = await reread(
      batch.filter(({ place }) => !gone.has(place.row)),
      source,
    );
    const externalBatchId = batch[0]?.externalBatchId ?? '';
    const body =
      rest.length === 0
        ? undefined
        : await provider.seal({ externalBatchId, records: rest.map(({ record }) => record) });
    await ledger.dropRecords(
      first.batchId,
      {
        rejections: withdrawals.flatMap(rejectionFor),
        unsent: withdrawals.filter(({ reason }) => reason === 'in-flight').map(unsentRow),
      },
      body,
    );
    taken += withdrawals.length;
  }
}

function unsentRow({ place, key, intakeId }: Withdrawal): UnsentRow {
  return { ...key, place, reason: 'in-flight', ...(intakeId !== undefined && { intakeId }) };
}

function rejectionFor(withdrawal: Withdrawal): Rejection[] {
  const { reason, place, key: record, firstLine = place.line } = withdrawal;
  if (reason === 'duplicate') return [duplicateRejection({ place, record }, firstLine)];
  const error = errorOf(withdrawal);
  return error === undefined ? [] : [rejectionOf({ place, record }, error)];
}

function errorOf({ reason, firstLine, intakeId }: Withdrawal): ValidationError | undefined {
  const where = firstLine === undefined ? `intake ${intakeId ?? 'before'}` : `line ${firstLine}`;
  switch (reason) {
    case 'consumer-conflict':
      return validationError('externalConsumerId', 'CONSUMER_CONFLICT', {
        field: 'name, contact or consent',
        where,
      });
    case 'shared-contact':
      return validationError('email', 'CONTACT_SHARED', { where });
    case 'shared-card':
      return validationError('pan', 'CARD_SHARED', { where });
    default:
      return undefined;
  }
}
