import { recordKeyOf } from '@enrollkit/enrollment';
import { LedgerConflictError } from '../errors.ts';
import type { SealedBatch } from '../port/batches.ts';
import type { Ledger } from '../port/ledger.ts';
import { addBatch, storedRecords } from './batches.ts';
import { packBatch } from './packing.ts';
import { lateUntil } from './changes/late-requests.ts';
import { renewReplacements } from './changes/replacements.ts';
import { claimBatch } from './register/claims.ts';
import { packOutcomes, type StoredOutcome } from './record-codec.ts';
import { present } from './records.ts';
import { doubt } from './doubt.ts';
import { intakeById, moveIntake } from './intakes.ts';
import { isInDoubt } from './lineage.ts';
import { refuse } from './transitions.ts';
import type { Store } from './store.ts';
import type { BatchSelected, Db } from './tables.ts';

/** Sealing again: refused records under a new batch, or a batch that was never taken under a new key. */
export function retryRepository(
  store: Store,
  now: () => number,
): Pick<Ledger, 'lastGeneration' | 'commitRetry' | 'replaceBody'> {
  return {
    lastGeneration: (intakeId) =>
      store.read(async (db) => {
        const intake = await intakeById(db, intakeId);
        const { last } = await db
          .selectFrom('batch')
          .select((eb) => eb.fn.max('generation').as('last'))
          .where('intake', '=', intake.number)
          .executeTakeFirstOrThrow();
        return last ?? 0;
      }),
    commitRetry: (intakeId, batch) =>
      store.write(async (db, move) => {
        const intake = await intakeById(db, intakeId);
        // Written even when it is ready: nobody may settle the intake while a batch is being added.
        await moveIntake(db, intake, { from: ['ready', 'settled'], to: 'ready' });
        const id = await addBatch(db, intake.number, packBatch(batch));
        await moveRecords(db, { intake: intake.number, id, batch });
        const rows = batch.records.map(({ place }) => place.row);
        await renewReplacements(db, store.dialect, { intake: intake.number, rows });
        await claimBatch(db, store.dialect, { intake: intake.number, batch });
        if (await isInDoubt(db)) await doubt(move, id);
        else {
          const late = { db, dialect: store.dialect, intake: intake.number, now: now() };
          const until = await lateUntil(late, batch.register.keys);
          await db.updateTable('batch').set({ not_before: until }).where('id', '=', id).execute();
          await store.outbox.due(db, { id, state: 'sealed', not_before: until });
        }
      }),
    replaceBody: (batchId, body) =>
      store.write(async (db) => {
        const [replaced] = await db
          .updateTable('batch')
          .set({ kid: body.kid })
          .where('id', '=', batchId)
          .where('state', '=', 'sealed')
          .where('external_batch_id', '=', body.externalBatchId)
          .execute();
        if (replaced?.numUpdatedRows !== 1n)
          await refuse(db, batchId, `take a body sealed for ${body.externalBatchId}, which takes sealed`);
        await db.updateTable('body').set({ bytes: body.bytes }).where('batch', '=', batchId).execute();
      }),
  };
}

/**
 * The refused records leave their batches for the new one; the batches they leave keep why they were refused
 * there.
 */
async function moveRecords(
  db: Db,
  to: { readonly intake: number; readonly id: number; readonly batch: SealedBatch },
): Promise<void> {
  const wanted = new Map(to.batch.records.map((record) => [record.place.row, recordKeyOf(record)]));
  const rows = [...wanted.keys()];
  const candidates = await db
    .selectFrom('batch')
    .selectAll()
    .where('intake', '=', to.intake)
    .where('id', '<>', to.id)
    .where('refused', '>', 0)
    .where('first_row', '<=', Math.max(...rows))
    .where('last_row', '>=', Math.min(...rows))
    .orderBy('generation')
    .orderBy('position')
    .execute();
  for (const candidate of candidates) await moveOutOf(db, candidate, { wanted, target: to.id });
  if (wanted.size > 0)
    throw new LedgerConflictError(
      `${to.batch.records.length} refused records were to be sent again, ${to.batch.records.length - wanted.size} of them are refused`,
    );
}

/** Marks the wanted records of one batch that are refused as moved, and takes them off `wanted`. */
async function moveOutOf(
  db: Db,
  batch: BatchSelected,
  { wanted, target }: { readonly wanted: Map<number, string>; readonly target: number },
): Promise<void> {
  const { records, outcomes } = await storedRecords(db, batch.id);
  let moved = 0;
  const after = records.map((record, index): StoredOutcome => {
    const outcome = outcomes[index] ?? null;
    const standing = present(record, outcome, batch);
    if (standing?.state !== 'refused' || wanted.get(record.place.row) !== recordKeyOf(record)) return outcome;
    wanted.delete(record.place.row);
    moved += 1;
    return ['moved', target, null, standing.code ?? null, standing.message ?? null];
  });
  if (moved === 0) return;
  await db
    .updateTable('batch_record')
    .set({ outcomes: packOutcomes(after) })
    .where('batch', '=', batch.id)
    .execute();
  await db
    .updateTable('batch')
    .set((eb) => ({
      records: eb('records', '-', moved),
      refused: eb('refused', '-', moved),
      moved: eb('moved', '+', moved),
    }))
    .where('id', '=', batch.id)
    .execute();
}
