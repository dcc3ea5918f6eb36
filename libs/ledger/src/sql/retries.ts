import { sql } from 'kysely';
import { LedgerConflictError } from '../errors.ts';
import type { SealedBatch } from '../port/batches.ts';
import type { Ledger } from '../port/ledger.ts';
import { addBatch } from './batches.ts';
import { intakeById, moveIntake } from './intakes.ts';
import { refuse } from './transitions.ts';
import type { Dialect, Store } from './store.ts';
import type { Db } from './tables.ts';

/** Sealing again: refused records under a new batch, or a batch that was never taken under a new key. */
export function retryRepository(
  store: Store,
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
      store.write(async (db) => {
        const intake = await intakeById(db, intakeId);
        // Written even when it is ready: nobody may settle the intake while a batch is being added.
        await moveIntake(db, intake, { from: ['ready', 'settled'], to: 'ready' });
        const id = await addBatch(db, intake.number, batch);
        await changeBatch(db, store.dialect, { intake: intake.number, id, batch });
        await store.outbox.moved(db, { id, state: 'sealed', not_before: 0 });
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

/** The refused records leave their batches for the new one; what became of them there is kept in `attempt`. */
async function changeBatch(
  db: Db,
  dialect: Dialect,
  to: { readonly intake: number; readonly id: number; readonly batch: SealedBatch },
): Promise<void> {
  const given = dialect.given(
    [
      { name: 'row_no', type: 'integer' },
      { name: 'consumer', type: 'text' },
      { name: 'card', type: 'text' },
    ],
    to.batch.records.map(({ place, externalConsumerId, externalCardId }) => [
      place.row,
      externalConsumerId,
      externalCardId,
    ]),
  );
  const leaving = sql`${given} join record on record.intake = ${to.intake} and record.row_no = given.row_no and record.state = 'refused'
    and record.external_consumer_id = given.consumer and record.external_card_id = given.card`;
  const kept = await sql`insert into attempt (intake, row_no, batch, code, message)
    select record.intake, record.row_no, record.batch, record.code, record.message from ${leaving}`.execute(
    db,
  );
  if (Number(kept.numAffectedRows) !== to.batch.records.length) {
    throw new LedgerConflictError(
      `${to.batch.records.length} refused records were to be tried again, ${kept.numAffectedRows ?? 0n} of them are refused`,
    );
  }
  await sql`update batch set records = records - gone.n, refused = refused - gone.n
    from (select record.batch, count(*) as n from ${leaving} group by record.batch) as gone where batch.id = gone.batch`.execute(
    db,
  );
  await sql`update record set batch = ${to.id}, state = 'batched', provider_consumer_id = null, provider_card_id = null, code = null, message = null
    from ${given} where record.intake = ${to.intake} and record.row_no = given.row_no`.execute(db);
}
