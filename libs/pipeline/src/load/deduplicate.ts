import { duplicateRejection } from '@enrollkit/enrollment';
import type { Ledger } from '@enrollkit/ledger';
import { reread, type RereadSource } from './reread.ts';
import type { SealContext } from './seal.ts';

/**
 * Takes rows out whose key stood in an earlier row of another batch, and seals their batches again from the rest. Each
 * batch is one transaction. Answers how many rows were taken out.
 */
export async function removeDuplicates(
  context: SealContext & { readonly ledger: Ledger },
  source: RereadSource,
): Promise<number> {
  const { ledger, intakeId, provider } = context;
  let removed = 0;
  for (;;) {
    const duplicates = await ledger.nextWithdrawals(intakeId);
    const [first] = duplicates;
    if (first === undefined) return removed;
    const gone = new Set(duplicates.map(({ place }) => place.row));
    const batch = await ledger.recordsOf(first.batchId);
    const rest = await reread(
      batch.filter(({ place }) => !gone.has(place.row)),
      source,
    );
    const rejections = duplicates.map(({ place, key, firstLine }) =>
      duplicateRejection({ place, record: key }, firstLine ?? place.line),
    );
    const externalBatchId = batch[0]?.externalBatchId ?? '';
    const body =
      rest.length === 0
        ? undefined
        : await provider.seal({ externalBatchId, records: rest.map(({ record }) => record) });
    await ledger.dropRecords(first.batchId, { rejections }, body);
    removed += duplicates.length;
  }
}
