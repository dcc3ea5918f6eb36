import { sql, type RawBuilder } from 'kysely';
import { LedgerConflictError } from '../errors.ts';
import type { Ledger } from '../port/ledger.ts';
import type { Purged } from '../port/maintenance.ts';
import type { Tally } from '../port/records.ts';
import { intakeById } from './intakes.ts';
import { toIntake } from './rows.ts';
import type { Store } from './store.ts';
import { tally } from './tally.ts';

/** Rows removed in one transaction: nobody waits for long, and a crash loses little work. */
const PORTION = 5_000;

/** What is removed of an intake, in this order: a batch after what belongs to it. */
const removed = {
  records: portionOf('record', 'row_no'),
  attempts: portionOf('attempt', 'row_no'),
  rejections: portionOf('rejection', 'row_no'),
  batches: portionOf('batch', 'id'),
} as const;

function portionOf(
  table: 'record' | 'attempt' | 'rejection' | 'batch',
  key: 'row_no' | 'id',
): (intake: number) => RawBuilder<unknown> {
  return (intake) => sql`delete from ${sql.table(table)} where intake = ${intake}
    and ${sql.ref(key)} in (select ${sql.ref(key)} from ${sql.table(table)} where intake = ${intake} order by ${sql.ref(key)} limit ${sql.lit(PORTION)})`;
}

/** Retention: the rows of a settled intake go, the intake with its sums and the audit trail stay. */
export function purgeRepository(store: Store, now: () => number): Pick<Ledger, 'purgeable' | 'purge'> {
  return {
    purgeable: (quietSince) =>
      store.read(async (db) => {
        const { rows } = await sql<{
          readonly id: string;
        }>`select id from intake where state = 'settled' and created_at < ${quietSince.getTime()}
        and not exists (select 1 from event where event.intake_id = intake.id and event.at >= ${quietSince.getTime()})
        and (purged is null or exists (select 1 from batch where batch.intake = intake.number)) order by number`.execute(
          db,
        );
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
      for (const [what, portion] of Object.entries(removed) as [
        keyof Purged,
        (intake: number) => RawBuilder<unknown>,
      ][]) {
        for (let gone = -1; gone !== 0; count[what] += gone) {
          gone = await store.write(async (db) =>
            Number((await portion(number).execute(db)).numAffectedRows ?? 0n),
          );
        }
      }
      await store.read((db) => store.dialect.eraseDeleted(db));
      return count;
    },
  };
}

/** What stays of a purged intake's rows. */
export interface KeptSums {
  readonly at: number;
  readonly tally: Tally;
}
