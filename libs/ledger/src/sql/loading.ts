import type { Rejection } from '@enrollkit/enrollment';
import { sql } from 'kysely';
import { LedgerConflictError } from '../errors.ts';
import type { DuplicateRow, ReadStep } from '../port/intakes.ts';
import type { Ledger } from '../port/ledger.ts';
import { addBatch, insertRecords } from './batches.ts';
import { intakeById } from './intakes.ts';
import { batchById, refuse } from './transitions.ts';
import { toPlace } from './rows.ts';
import type { Dialect, Store } from './store.ts';
import type { Db } from './tables.ts';

/** From the first row to a de-duplicated intake: rows come in by steps, duplicates go out as rejections. */
export function loadingRepository(
  store: Store,
): Pick<Ledger, 'commitRead' | 'finishLoading' | 'nextDuplicates' | 'dropRecords'> {
  return {
    commitRead: (step) => store.write((db) => commitRead(db, store.dialect, step)),
    finishLoading: (intakeId) =>
      store.dialect.sorting(() => store.write((db) => findDuplicates(db, intakeId))),
    nextDuplicates: (intakeId) => store.read((db) => nextDuplicates(db, intakeId)),
    dropRecords: (batchId, rejections, body) =>
      store.write(async (db) => {
        const batch = await batchById(db, batchId);
        const left = batch.records - rejections.length;
        if (batch.state !== 'sealed' || batch.attempts > 0)
          await refuse(db, batchId, 'lose records: it was sent before or is not sealed');
        if (body === undefined ? left !== 0 : left < 1)
          throw new LedgerConflictError(
            `batch ${batchId} would keep ${left} of ${batch.records} records, and ${body === undefined ? 'no' : 'a'} body was given`,
          );
        await takeOut(db, { intake: batch.intake, batchId, rejections });
        await insertRejections(db, store.dialect, { intake: batch.intake, rejections });
        await db
          .updateTable('intake')
          .set((eb) => ({ rejected: eb('rejected', '+', rejections.length) }))
          .where('number', '=', batch.intake)
          .execute();
        if (body === undefined) {
          await db.deleteFrom('body').where('batch', '=', batchId).execute();
          await db.deleteFrom('batch').where('id', '=', batchId).execute();
          return;
        }
        if (body.externalBatchId !== batch.external_batch_id)
          throw new LedgerConflictError(
            `batch ${batchId} is ${batch.external_batch_id}, the body is sealed for ${body.externalBatchId}`,
          );
        await db
          .updateTable('batch')
          .set({ records: left, kid: body.kid })
          .where('id', '=', batchId)
          .execute();
        await db.updateTable('body').set({ bytes: body.bytes }).where('batch', '=', batchId).execute();
      }),
  };

  /** Removes the rejected rows from the batch; all of them must be in it. */
  async function takeOut(
    db: Db,
    out: { readonly intake: number; readonly batchId: number; readonly rejections: readonly Rejection[] },
  ): Promise<void> {
    const rows = store.dialect.given(
      [{ name: 'row_no', type: 'integer' }],
      out.rejections.map(({ place }) => [place.row]),
    );
    const taken =
      await sql`delete from record where intake = ${out.intake} and batch = ${out.batchId} and row_no in (select given.row_no from ${rows})`.execute(
        db,
      );
    if (Number(taken.numAffectedRows) !== out.rejections.length)
      throw new LedgerConflictError(
        `${out.rejections.length} rows were to leave batch ${out.batchId}, it has ${taken.numAffectedRows ?? 0n} of them`,
      );
    await sql`delete from duplicate where intake = ${out.intake} and row_no in (select given.row_no from ${rows})`.execute(
      db,
    );
  }
}

async function commitRead(db: Db, dialect: Dialect, step: ReadStep): Promise<void> {
  const { batch, rejections, position } = step;
  const rowsBefore = position.rows - rejections.length - (batch?.records.length ?? 0);
  const batchesBefore = position.batches - (batch === undefined ? 0 : 1);
  const intake = await intakeById(db, step.intakeId);
  const [moved] = await db
    .updateTable('intake')
    .set((eb) => ({
      byte_offset: position.offset,
      line_no: position.line,
      rows_read: position.rows,
      batches: position.batches,
      rejected: eb('rejected', '+', rejections.length),
    }))
    .where('number', '=', intake.number)
    .where('state', '=', 'reading')
    .where('rows_read', '=', rowsBefore)
    .where('batches', '=', batchesBefore)
    .execute();
  if (moved?.numUpdatedRows !== 1n) {
    throw new LedgerConflictError(
      `the step follows ${rowsBefore} rows and ${batchesBefore} batches of an intake in reading; ` +
        `intake ${intake.id} has ${intake.rows_read} rows and ${intake.batches} batches and is ${intake.state}`,
    );
  }
  if (batch !== undefined) {
    const id = await addBatch(db, intake.number, batch);
    await insertRecords(db, dialect, { intake: intake.number, batch: id, records: batch.records });
  }
  await insertRejections(db, dialect, { intake: intake.number, rejections });
}

async function insertRejections(
  db: Db,
  dialect: Dialect,
  into: { readonly intake: number; readonly rejections: readonly Rejection[] },
): Promise<void> {
  if (into.rejections.length === 0) return;
  const given = dialect.given(
    [
      { name: 'row_no', type: 'integer' },
      { name: 'line_no', type: 'integer' },
      { name: 'byte_offset', type: 'integer' },
      { name: 'byte_length', type: 'integer' },
      { name: 'external_consumer_id', type: 'text' },
      { name: 'external_card_id', type: 'text' },
      { name: 'faults', type: 'text' },
    ],
    into.rejections.map(({ place, externalConsumerId, externalCardId, errors }) => [
      place.row,
      place.line,
      place.offset,
      place.length,
      externalConsumerId ?? null,
      externalCardId ?? null,
      JSON.stringify(errors),
    ]),
  );
  await sql`insert into rejection (intake, row_no, line_no, byte_offset, byte_length, external_consumer_id, external_card_id, faults)
    select cast(${into.intake} as bigint), given.* from ${given}`.execute(db);
}

/** One sort over the intake's keys, after the load: an index kept during the load would cost more than the load. */
async function findDuplicates(db: Db, intakeId: string): Promise<void> {
  const intake = await intakeById(db, intakeId);
  if (intake.state !== 'reading') return;
  await db.deleteFrom('duplicate').where('intake', '=', intake.number).execute();
  await sql`insert into duplicate (intake, row_no, first_line)
    select record.intake, record.row_no, twice.first_line
    from record join (
      select external_consumer_id, external_card_id, min(row_no) as first_row, min(line_no) as first_line
      from record where intake = ${intake.number}
      group by external_consumer_id, external_card_id having count(*) > 1
    ) as twice on record.external_consumer_id = twice.external_consumer_id and record.external_card_id = twice.external_card_id
    where record.intake = ${intake.number} and record.row_no > twice.first_row`.execute(db);
  await db
    .updateTable('intake')
    .set({ rows_searched: intake.rows_read })
    .where('number', '=', intake.number)
    .execute();
}

async function nextDuplicates(db: Db, intakeId: string): Promise<readonly DuplicateRow[]> {
  const intake = await intakeById(db, intakeId);
  const duplicates = db
    .selectFrom('duplicate')
    .innerJoin('record', (join) =>
      join.onRef('record.intake', '=', 'duplicate.intake').onRef('record.row_no', '=', 'duplicate.row_no'),
    )
    .where('duplicate.intake', '=', intake.number)
    .orderBy('duplicate.row_no');
  const first = await duplicates.select('record.batch').executeTakeFirst();
  if (first === undefined) return [];
  const rows = await duplicates
    .select([
      'record.row_no',
      'record.line_no',
      'record.byte_offset',
      'record.byte_length',
      'external_consumer_id',
      'external_card_id',
      'first_line',
    ])
    .where('record.batch', '=', first.batch)
    .execute();
  return rows.map((row) => ({
    batchId: first.batch,
    place: toPlace(row),
    firstLine: row.first_line,
    key: { externalConsumerId: row.external_consumer_id, externalCardId: row.external_card_id },
  }));
}
