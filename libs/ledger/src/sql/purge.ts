import { sql } from 'kysely';
import { LedgerConflictError } from '../errors.ts';
import type { Ledger } from '../port/ledger.ts';
import type { Purged } from '../port/maintenance.ts';
import { storedRecords } from './batches.ts';
import { intakeById } from './intakes.ts';
import type { KeptSums } from './kept-sums.ts';
import { packIds } from './record-codec.ts';
import { toIntake } from './rows.ts';
import type { Store } from './store.ts';
import type { Db } from './tables.ts';
import { tally } from './tally.ts';

/** Rows removed in one transaction: nobody waits for long, and a crash loses little work. */
const PORTION = 5_000;
/** Batches whose records are removed in one transaction. */
const BATCHES = 50;

/** Retention: the rows of a settled intake go, the intake with its sums and the audit trail stay. */
export function purgeRepository(store: Store, now: () => number): Pick<Ledger, 'purgeable' | 'purge'> {
  return {
    purgeable: (quietSince) =>
      store.read(async (db) => {
        const { rows } = await sql<{
          readonly id: string;
        }>`select id from intake where state = 'settled' and created_at < ${quietSince.getTime()}
        and not exists (select 1 from event
        where event.intake_id = intake.id and event.at >= ${quietSince.getTime()})
        and (purged is null or exists (select 1 from batch join batch_record on batch_record.batch = batch.id
        where batch.intake = intake.number)) order by number`.execute(db);
        return Promise.all(rows.map(async ({ id }) => toIntake(await intakeById(db, id))));
      }),
    async purge(intakeId) {
      const { number } = await store.write(async (db) => {
        const intake = await intakeById(db, intakeId);
        if (intake.state !== 'settled')
          throw new LedgerConflictError(
            `intake ${intakeId} cannot be purged, which takes settled; it is ${intake.state}`,
          );
        // First of all, so that what is left after a crash is known to be half gone.
        if (intake.purged === null) {
          const kept: KeptSums = { at: now(), tally: await tally(db, intakeId) };
          await db
            .updateTable('intake')
            .set({ purged: JSON.stringify(kept) })
            .where('number', '=', intake.number)
            .execute();
        }
        return intake;
      });
      const count = { records: 0, attempts: 0, rejections: 0, batches: 0 };
      for (let more = true; more; ) {
        const gone = await store.write((db) => removeRecords(db, number));
        count.records += gone.records;
        count.attempts += gone.attempts;
        count.batches += gone.batches;
        more = gone.batches > 0;
      }
      for (const table of ['rejection', 'unsent'] as const) {
        for (let gone = -1; gone !== 0; count.rejections += table === 'rejection' ? gone : 0)
          gone = await store.write((db) => removeRows(db, table, number));
      }
      await store.write((db) => db.deleteFrom('seen').where('intake', '=', number).execute());
      await store.write((db) => removeChanges(db, now()));
      await store.read((db) => store.dialect.eraseDeleted(db));
      return count;
    },
  };
}

/** Removes what the next batches keep of their records; the batches stay, without anything of a person. */
async function removeRecords(db: Db, intake: number): Promise<Omit<Purged, 'rejections'>> {
  const batches = await db
    .selectFrom('batch')
    .innerJoin('batch_record', 'batch_record.batch', 'batch.id')
    .select(['id', 'records', 'moved'])
    .where('intake', '=', intake)
    .orderBy('id')
    .limit(BATCHES)
    .execute();
  for (const { id } of batches) {
    await keepIds(db, id);
    await db.deleteFrom('batch_record').where('batch', '=', id).execute();
  }
  return {
    records: batches.reduce((sum, { records }) => sum + records, 0),
    attempts: batches.reduce((sum, { moved }) => sum + moved, 0),
    batches: batches.length,
  };
}

/**
 * What is enrolled stays enrolled at the provider: without its ids it could be neither changed nor removed
 * there.
 */
async function keepIds(db: Db, batch: number): Promise<void> {
  const { records, outcomes } = await storedRecords(db, batch);
  const ids = records.map(({ externalConsumerId, externalCardId }, index) => {
    const outcome = outcomes[index] ?? null;
    return outcome?.[0] === 'enrolled'
      ? ([externalConsumerId, externalCardId, outcome[1], outcome[2]] as const)
      : null;
  });
  if (ids.some((of) => of !== null))
    await db
      .insertInto('kept_ids')
      .values({ batch, ids: packIds(ids) })
      .execute();
}

/**
 * Removes the changes of all purged intakes but those that could still arrive: what is newer about their
 * consumers waits for them. They keep no more than whom they are about, and go with the next purge.
 */
async function removeChanges(db: Db, now: number): Promise<void> {
  const ofPurged = sql`intake in (select number from intake where purged is not null)`;
  await sql`delete from change where ${ofPurged} and may_arrive_until <= ${now}`.execute(db);
  await sql`update change set d = null, hashes = null, reason = null where ${ofPurged}`.execute(db);
}

async function removeRows(db: Db, table: 'rejection' | 'unsent', intake: number): Promise<number> {
  const removed = await sql`delete from ${sql.table(table)} where intake = ${intake} and row_no in
    (select row_no from ${sql.table(table)} where intake = ${intake}
    order by row_no limit ${sql.lit(PORTION)})`.execute(db);
  return Number(removed.numAffectedRows ?? 0n);
}
