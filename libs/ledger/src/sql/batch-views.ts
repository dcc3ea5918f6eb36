import type { BatchRow } from '../port/batches.ts';
import type { Ledger } from '../port/ledger.ts';
import { intakeById } from './intakes.ts';
import { toBatch } from './rows.ts';
import type { Store } from './store.ts';
import type { Db } from './tables.ts';

/** Looking at batches: nothing here needs the lock. */
export function batchViews(store: Store): Pick<Ledger, 'findBatch' | 'batchesIn'> {
  return {
    findBatch: (intakeId, reference) => store.read((db) => findBatch(db, intakeId, reference)),
    batchesIn: (intakeId, state) =>
      store.read(async (db) => {
        const intake = await intakeById(db, intakeId);
        const rows = await db
          .selectFrom('batch')
          .selectAll()
          .where('intake', '=', intake.number)
          .where('state', '=', state)
          .orderBy('id')
          .execute();
        return rows.map((row) => toBatch(row, intakeId));
      }),
  };
}

/** By our external id, else by the provider's, else by the ledger's number. */
async function findBatch(db: Db, intakeId: string, reference: string): Promise<BatchRow | undefined> {
  const intake = await intakeById(db, intakeId);
  const batches = db.selectFrom('batch').selectAll().where('intake', '=', intake.number);
  const row =
    (await batches.where('external_batch_id', '=', reference).executeTakeFirst()) ??
    (await batches.where('provider_batch_id', '=', reference).orderBy('id').executeTakeFirst()) ??
    (/^\d{1,15}$/.test(reference)
      ? await batches.where('id', '=', Number(reference)).executeTakeFirst()
      : undefined);
  return row && toBatch(row, intakeId);
}
