import { sql } from 'kysely';
import type { Store } from '../store.ts';
import type { Db, IntakeSelected } from '../tables.ts';
import { moveUnsent } from '../unsent.ts';

/**
 * Claims what the changes of an intake are about: each card, and for a profile its consumer. What another
 * intake has claimed, or has merged since this one was read, is not changed: its row becomes one that is in
 * flight elsewhere.
 */
export async function claimChanges(store: Store, intake: IntakeSelected): Promise<void> {
  await store.write(async (db) => {
    await claimAll(db, intake.number);
    const { rows: lost } = await sql<{ readonly id: number; readonly row_no: number | null }>`
      select id, row_no from change where intake = ${intake.number} and kind <> 'delete-replaced' and (
        exists (select 1 from claim where claim.k in (change.k, change.target)
        and claim.intake <> change.intake)
        or exists (select 1 from register join batch on batch.id = register.batch
          where register.k = change.k and batch.merged_epoch > ${intake.epoch}))`.execute(db);
    if (lost.length === 0) return;
    for (const { id, row_no: row } of lost) await giveUp(db, { intake: intake.number, id, row });
    await claimAll(db, intake.number);
  });
}

/** In the order of the keys: two intakes that claim at once must not wait for each other. */
async function claimAll(db: Db, intake: number): Promise<void> {
  await sql`insert into claim (k, intake) select k, cast(${intake} as bigint) from
    (select k from change where intake = ${intake} union select target as k from change
    where intake = ${intake}) as wanted
    where true order by k on conflict (k) do nothing`.execute(db);
}

/**
 * Drops a change, with all others of its row. The row of a replacement is a record, and leaves its batch by
 * its own claim.
 */
async function giveUp(
  db: Db,
  { intake, id, row }: { readonly intake: number; readonly id: number; readonly row: number | null },
): Promise<void> {
  const mine = row === null ? sql`id = ${id}` : sql`intake = ${intake} and row_no = ${row}`;
  await sql`delete from claim where intake = ${intake} and k in
    (select k from change where ${mine} union select target from change where ${mine})`.execute(db);
  await sql`delete from change where ${mine}`.execute(db);
  if (row !== null) await moveUnsent(db, { intake, row, to: 'in-flight' });
}
