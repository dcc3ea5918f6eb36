import type { RecordState } from '@enrollkit/enrollment';
import type { BatchRow } from '../port/batches.ts';
import type { Ledger } from '../port/ledger.ts';
import { verify } from './checks.ts';
import { intakeById } from './intakes.ts';
import { toBatch, toEvent, toRecord, toRejection, type RecordSelectedWithBatch } from './rows.ts';
import type { Store } from './store.ts';
import type { Db } from './tables.ts';
import { tally } from './tally.ts';

/** Rows per page of a stream: a few hundred kilobytes in memory. */
const pageSize = 1000;

type Views = Pick<
  Ledger,
  | 'recordsOf'
  | 'formerRecordsOf'
  | 'findBatch'
  | 'batchesIn'
  | 'tally'
  | 'records'
  | 'rejections'
  | 'appendEvent'
  | 'events'
  | 'verify'
>;

/** Looking, and the audit trail: nothing here needs the lock. */
export function recordRepository(store: Store): Views {
  return {
    recordsOf: (batchId) =>
      store.read(async (db) => {
        const rows = await recordsWithBatch(db)
          .where('record.batch', '=', batchId)
          .orderBy('row_no')
          .execute();
        return rows.map(toRecord);
      }),
    formerRecordsOf: (batchId) =>
      store.read(async (db) => {
        const rows = await db
          .selectFrom('attempt')
          .innerJoin('record', (join) =>
            join.onRef('record.intake', '=', 'attempt.intake').onRef('record.row_no', '=', 'attempt.row_no'),
          )
          .select(['external_consumer_id', 'external_card_id', 'line_no', 'attempt.code'])
          .where('attempt.batch', '=', batchId)
          .orderBy('attempt.row_no')
          .execute();
        return rows.map((row) => ({
          externalConsumerId: row.external_consumer_id,
          externalCardId: row.external_card_id,
          line: row.line_no,
          ...(row.code !== null && { code: row.code }),
        }));
      }),
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
    tally: (intakeId) => store.read((db) => tally(db, intakeId)),
    records: (intakeId, state) => records(store, intakeId, state),
    rejections: (intakeId) => rejections(store, intakeId),
    appendEvent: (event) =>
      store.writeUnguarded(async (db) => {
        await db
          .insertInto('event')
          .values({
            at: event.at.getTime(),
            actor: event.actor,
            action: event.action,
            intake_id: event.intakeId ?? null,
            batch_id: event.batchId ?? null,
            detail: JSON.stringify(event.detail),
          })
          .execute();
      }),
    events: (intakeId) => events(store, intakeId),
    verify: () => verify(store),
  };
}

function recordsWithBatch(db: Db) {
  return db
    .selectFrom('record')
    .innerJoin('batch', 'batch.id', 'record.batch')
    .selectAll('record')
    .select(['batch.generation', 'batch.state as batch_state', 'batch.external_batch_id']);
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

async function* records(store: Store, intakeId: string, state: RecordState | undefined) {
  const intake = await store.read((db) => intakeById(db, intakeId));
  const page = (after: number): Promise<RecordSelectedWithBatch[]> =>
    store.read((db) =>
      recordsWithBatch(db)
        .where('record.intake', '=', intake.number)
        .where('record.row_no', '>', after)
        .$if(state !== undefined, (query) => query.where('record.state', '=', state ?? 'batched'))
        .orderBy('record.row_no')
        .limit(pageSize)
        .execute(),
    );
  for await (const row of pages(page, (last) => last.row_no)) yield toRecord(row);
}

async function* rejections(store: Store, intakeId: string) {
  const intake = await store.read((db) => intakeById(db, intakeId));
  const page = (after: number) =>
    store.read((db) =>
      db
        .selectFrom('rejection')
        .selectAll()
        .where('intake', '=', intake.number)
        .where('row_no', '>', after)
        .orderBy('row_no')
        .limit(pageSize)
        .execute(),
    );
  for await (const row of pages(page, (last) => last.row_no)) yield toRejection(row);
}

async function* events(store: Store, intakeId: string | undefined) {
  const page = (after: number) =>
    store.read((db) =>
      db
        .selectFrom('event')
        .selectAll()
        .where('id', '>', after)
        .$if(intakeId !== undefined, (query) => query.where('intake_id', '=', intakeId ?? ''))
        .orderBy('id')
        .limit(pageSize)
        .execute(),
    );
  for await (const row of pages(page, (last) => last.id)) yield toEvent(row);
}

/** Row after row, one bounded page at a time: no statement stays open between two rows. */
async function* pages<T>(
  page: (after: number) => Promise<readonly T[]>,
  keyOf: (last: T) => number,
): AsyncIterable<T> {
  let after = -1;
  for (;;) {
    const rows = await page(after);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
    after = keyOf(last);
  }
}
