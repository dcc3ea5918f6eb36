import { sql, type RawBuilder } from 'kysely';
import { LedgerConflictError } from '../../errors.ts';
import { type RegisterPort } from '../../port/register.ts';
import { KEY_BYTES } from '../../port/digests.ts';
import type { PackedBatch } from '../packing.ts';
import { storedRecords } from '../batches.ts';
import { claimChanges } from '../changes/claims.ts';
import { isBeingReplaced } from '../changes/replacements.ts';
import { epochOf, intakeById } from '../intakes.ts';
import { pages } from '../pages.ts';
import { SLOTS, type Dialect, type Store } from '../store.ts';
import type { Db, IntakeSelected } from '../tables.ts';
import { keyColumn } from './columns.ts';
import { SortedKeys } from './sorted-keys.ts';
import { entryStates } from './states.ts';

/** Keys claimed in one transaction. */
const CLAIMED_AT_ONCE = 10 * SLOTS;
/** Keys of one sorted pass over an intake: 8 MB. */
const KEYS_PER_PASS = 250_000;

/**
 * The right to send a card: one intake has it at a time, from before it is ready until its outcome is merged.
 */
export function claimRepository(store: Store): Pick<RegisterPort, 'claimRecords'> {
  return { claimRecords: (intakeId) => claimRecords(store, intakeId) };
}

/** A place in a batch. */
interface Place {
  readonly batch: number;
  readonly index: number;
}

async function claimRecords(store: Store, intakeId: string): Promise<number> {
  const intake = await store.read((db) => intakeById(db, intakeId));
  if (intake.state !== 'reading') return 0;
  const { rows } = await store.read((db) =>
    sql<{
      readonly n: number;
    }>`select coalesce(sum(records), 0) as n from batch where intake = ${intake.number}`.execute(db),
  );
  await claimChanges(store, intake);
  const passes = Math.max(1, Math.ceil(Number(rows[0]?.n ?? 0) / KEYS_PER_PASS));
  const lost: Place[] = [];
  // Pass after pass takes the next range of keys: all claims together are made in the order of the keys,
  // without holding all.
  const sorted = new SortedKeys();
  for (let pass = 0; pass < passes; pass++) {
    sorted.clear();
    for await (const { batch, keys } of twinsOf(store, intake.number))
      sorted.add(batch, keys, { pass, passes });
    sorted.sort();
    for (let from = 0; from < sorted.length; from += CLAIMED_AT_ONCE) {
      const to = Math.min(sorted.length, from + CLAIMED_AT_ONCE);
      lost.push(
        ...(await store.write((db) => claimPortion(db, store.dialect, { intake, sorted, from, to }))),
      );
    }
  }
  return store.write(async (db) => {
    const withdrawn = await withdraw(db, intake.number, lost);
    await db.updateTable('intake').set({ claimed: 1 }).where('number', '=', intake.number).execute();
    return withdrawn;
  });
}

interface Portion {
  readonly intake: IntakeSelected;
  readonly sorted: SortedKeys;
  readonly from: number;
  readonly to: number;
}

async function claimPortion(
  db: Db,
  dialect: Dialect,
  { intake, sorted, from, to }: Portion,
): Promise<readonly Place[]> {
  const lost: Place[] = [];
  for (let at = from; at < to; at += SLOTS) {
    const count = Math.min(SLOTS, to - at);
    const keys = sorted.keys(at, count);
    const slots = dialect.slots(count, [keyColumn(keys)]);
    const claimed =
      await sql`insert into claim (k, intake) select slot.k, cast(${intake.number} as bigint) from ${slots}
        where true order by slot.i on conflict (k) do nothing`.execute(db);
    // Asked after the claim: an intake raises the epoch before it merges and gives its claims up.
    if (claimed.numAffectedRows === BigInt(count) && (await epochOf(db)) === intake.epoch) continue;
    const { rows } = await sql<{
      readonly i: number;
    }>`select slot.i from ${slots} join claim on claim.k = slot.k where claim.intake <> ${intake.number}
      union select slot.i from ${slots} join register on register.k = slot.k
      join batch on batch.id = register.batch where batch.merged_epoch > ${intake.epoch}`.execute(db);
    if (rows.length === 0) continue;
    lost.push(...rows.map(({ i }) => sorted.place(at + i)));
    await giveUp(db, dialect, {
      intake: intake.number,
      keys: rows.map(({ i }) => keys.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES)),
    });
  }
  return lost;
}

/** What another intake has merged since this one was read is not ours to send, though it could be claimed. */
async function giveUp(
  db: Db,
  dialect: Dialect,
  { intake, keys }: { readonly intake: number; readonly keys: readonly Uint8Array[] },
): Promise<void> {
  await sql`delete from claim where intake = ${intake}
    and k in (select slot.k from ${dialect.slots(keys.length, [keyColumn(Buffer.concat(keys))])})`.execute(
    db,
  );
}

/** The lost records become withdrawals; answers how many. */
async function withdraw(db: Db, intake: number, lost: readonly Place[]): Promise<number> {
  for (const [batch, places] of Map.groupBy(lost, (place) => place.batch)) {
    const { records } = await storedRecords(db, batch);
    for (const { index } of places) {
      const row = records[index]?.place.row;
      if (row === undefined) continue;
      await sql`insert into withdrawal (intake, row_no, batch, reason, leaves)
        values (${intake}, ${row}, ${batch}, 'in-flight', 1)
        on conflict (intake, row_no) do nothing`.execute(db);
    }
  }
  return lost.length;
}

/**
 * Claims the records of a batch of a later generation; throws `LedgerConflictError` when another intake has
 * one of them in flight, or has enrolled it since it was looked up.
 */
export async function claimBatch(
  db: Db,
  dialect: Dialect,
  { intake, batch }: { readonly intake: number; readonly batch: Pick<PackedBatch, 'register' | 'body'> },
): Promise<void> {
  const sorted = new SortedKeys();
  sorted.add(0, batch.register.keys, { pass: 0, passes: 1 });
  sorted.sort();
  for (let at = 0; at < sorted.length; at += SLOTS) {
    const count = Math.min(SLOTS, sorted.length - at);
    const slots = dialect.slots(count, [keyColumn(sorted.keys(at, count))]);
    await sql`insert into claim (k, intake) select slot.k, cast(${intake} as bigint) from ${slots} where true
      order by slot.i on conflict (k) do nothing`.execute(db);
    const { rows } = await sql<{
      readonly id: string;
    }>`select intake.id from ${slots} join claim on claim.k = slot.k
      join intake on intake.number = claim.intake
      where claim.intake <> ${intake} limit 1`.execute(db);
    if (rows[0] !== undefined)
      throw new LedgerConflictError(
        `a record of batch ${batch.body.externalBatchId} is in flight in intake ${rows[0].id}`,
      );
    await refuseTaken(db, { slots, intake, externalBatchId: batch.body.externalBatchId });
  }
}

/** Whoever merged an outcome gave up the claim with it: what could be claimed is looked up once more. */
async function refuseTaken(
  db: Db,
  {
    slots,
    intake,
    externalBatchId,
  }: { readonly slots: RawBuilder<unknown>; readonly intake: number; readonly externalBatchId: string },
): Promise<void> {
  const { rows } = await sql`select slot.i from ${slots} join register on register.k = slot.k
    left join batch on batch.id = register.batch
    where register.state <> ${sql.lit(entryStates.refused)}
    and coalesce(batch.intake, 0) <> ${intake} and not ${isBeingReplaced(intake)} limit 1`.execute(db);
  if (rows.length > 0)
    throw new LedgerConflictError(
      `a record of batch ${externalBatchId} has come to another end in the register since it was looked up`,
    );
}

/** The keys and hashes of an intake's records as they were read, batch by batch. */
export function twinsOf(store: Store, intake: number) {
  const page = (after: number, limit: number) =>
    store.read((db) =>
      db
        .selectFrom('batch')
        .innerJoin('twin', 'twin.batch', 'batch.id')
        .select(['twin.batch', 'twin.keys', 'twin.hashes', 'batch.position'])
        .where('batch.intake', '=', intake)
        .where('batch.generation', '=', 1)
        .where('batch.position', '>', after)
        .orderBy('batch.position')
        .limit(limit)
        .execute(),
    );
  return pages(page, ({ position }) => position, 100);
}
