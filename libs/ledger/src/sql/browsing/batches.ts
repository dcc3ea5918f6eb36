import type { BrowsedBatch, BrowsingPort } from '../../port/browsing.ts';
import { intakeById } from '../intakes.ts';
import { toBatch } from '../rows.ts';
import type { Store } from '../store.ts';
import type { BatchSelected, Db } from '../tables.ts';
import { pageOf } from './page.ts';

/** Batches, of one intake or those that wait for a person. */
export function batchBrowsing(
  store: Store,
): Pick<BrowsingPort, 'batchPage' | 'unknownPage' | 'unknownCount' | 'batchOf'> {
  return {
    batchPage: (intakeId, { state, from, limit }) =>
      store.read(async (db) => {
        const intake = await intakeById(db, intakeId);
        const rows = await db
          .selectFrom('batch')
          .selectAll()
          .where('intake', '=', intake.number)
          .$if(state !== undefined, (query) => query.where('state', '=', state ?? 'sealed'))
          .where('id', '>', from ?? 0)
          .orderBy('id')
          .limit(limit + 1)
          .execute();
        return pageOf(rows, limit, { item: (row) => toBrowsed(row, intakeId), place: ({ id }) => id });
      }),
    unknownPage: ({ from, limit }) =>
      store.read(async (db) => {
        const rows = await unknowns(db)
          .selectAll('batch')
          .select('intake.id as intake_id')
          .where('batch.id', '>', from ?? 0)
          .orderBy('batch.id')
          .limit(limit + 1)
          .execute();
        return pageOf(rows, limit, { item: (row) => toBrowsed(row, row.intake_id), place: ({ id }) => id });
      }),
    unknownCount: () =>
      store.read(async (db) => {
        const row = await unknowns(db)
          .select(({ fn }) => fn.countAll<number>().as('batches'))
          .executeTakeFirst();
        return Number(row?.batches ?? 0);
      }),
    batchOf: (intakeId, batchId) =>
      store.read(async (db) => {
        const intake = await db
          .selectFrom('intake')
          .select('number')
          .where('id', '=', intakeId)
          .executeTakeFirst();
        const row = await db.selectFrom('batch').selectAll().where('id', '=', batchId).executeTakeFirst();
        return row === undefined || row.intake !== intake?.number ? undefined : toBrowsed(row, intakeId);
      }),
  };
}

/** A settled intake has none; the index of batches begins with the intake. */
function unknowns(db: Db) {
  return db
    .selectFrom('batch')
    .innerJoin('intake', 'intake.number', 'batch.intake')
    .where('intake.state', '<>', 'settled')
    .where('batch.state', '=', 'unknown');
}

function toBrowsed(row: BatchSelected, intakeId: string): BrowsedBatch {
  return {
    ...toBatch(row, intakeId),
    enrolled: row.enrolled,
    refused: row.refused,
    ...(row.ended_at !== null && { endedAt: new Date(row.ended_at) }),
  };
}
