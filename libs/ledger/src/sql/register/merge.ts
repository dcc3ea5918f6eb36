import { sql } from 'kysely';
import { type RegisterPort } from '../../port/register.ts';
import { SLOTS, type Dialect, type Store } from '../store.ts';
import type { BatchSelected, Db, IntakeSelected } from '../tables.ts';
import { Entries, type Mergeable } from './entries.ts';

/** Records in one transaction: nobody waits for long. */
const MERGED_AT_ONCE = 10 * SLOTS;
/** Records of one sorted pass: 16 MB. */
const RECORDS_PER_PASS = 250_000;
/** Ended records that are merged before their intake is settled. */
const MERGED_EARLY = 1_000_000;
/** Batches read or marked in one statement. */
const BATCHES = 50;

/** Bringing outcomes into the register. */
export interface Merger extends Pick<RegisterPort, 'mergeSettled'> {
  /** Hears that so many records have ended; merges when very many have come together. */
  ended(records: number): Promise<void>;
}

/**
 * The merger of a store. What ended waits for the end of its intake: sorted together it touches each page of
 * the register once.
 */
export function createMerger(store: Store, mergedAtOnce: number = MERGED_AT_ONCE): Merger {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  let next: Promise<number> | undefined;
  // One after another: a second merge would take the first one over. Those who ask while one is under way
  // share the next one, which takes what ended meanwhile.
  const mergeSettled = (): Promise<number> => {
    waiting = 0;
    next ??= last.then(() => {
      next = undefined;
      const merging = store.oneAtATime(() => merge(store, mergedAtOnce));
      last = merging.catch(() => undefined);
      return merging;
    });
    return next;
  };
  return {
    mergeSettled,
    async ended(records) {
      waiting += records;
      if (waiting >= MERGED_EARLY) await mergeSettled();
    },
  };
}

/**
 * Merges every ended batch that still has its digests, in the order of the keys, chunk by chunk; each chunk
 * takes its claims with it. The batches have the new epoch before the first chunk, and lose their digests
 * after the last one: after a crash in between all of it is done again, and changes nothing that a later
 * batch has written since.
 */
async function merge(store: Store, mergedAtOnce: number): Promise<number> {
  const { batches, whole } = await store.write(begin);
  if (batches.length === 0) return 0;
  const records = batches.reduce((sum, batch) => sum + batch.records + batch.moved, 0);
  const passes = Math.max(1, Math.ceil(records / RECORDS_PER_PASS));
  // An intake under the plain rules enrolls nobody who is enrolled.
  const mayRepeat = batches.some(({ variant }) => variant !== null);
  const entries = new Entries({ mayRepeat, whole });
  for (let pass = 0; pass < passes; pass++) {
    entries.clear();
    for (let from = 0; from < batches.length; from += BATCHES) {
      const ids = batches.slice(from, from + BATCHES).map(({ id }) => id);
      for (const batch of await store.read((db) => mergeable(db, ids))) entries.add(batch, { pass, passes });
    }
    entries.sort();
    for (let at = 0; at < entries.length; at += mergedAtOnce) {
      const to = Math.min(entries.length, at + mergedAtOnce);
      const isOurs = await store.write(async (db) => {
        if (!(await stillOurs(db, store.dialect, batches))) return false;
        await entries.write(db, store.dialect, { at, to });
        return true;
      });
      if (!isOurs) return 0;
    }
  }
  for (let from = 0; from < batches.length; from += BATCHES) {
    const ids = batches.slice(from, from + BATCHES).map(({ id }) => id);
    await store.write((db) => db.deleteFrom('batch_digest').where('batch', 'in', ids).execute());
  }
  return records;
}

type Ended = Pick<BatchSelected, 'id' | 'records' | 'moved' | 'merged_epoch'> &
  Pick<IntakeSelected, 'variant'>;

/**
 * Whether nobody else has begun to merge the same batches. Who comes later takes all of it over, and this one
 * must not go on: the claims that it would give up may belong to a retry by then.
 */
async function stillOurs(db: Db, dialect: Dialect, [first]: readonly Ended[]): Promise<boolean> {
  const { rows } = await sql`select id from batch where id = ${first?.id ?? 0}
      and merged_epoch = ${first?.merged_epoch ?? 0} ${dialect.forUpdate.shared}`.execute(db);
  return rows.length === 1;
}

/**
 * Raises the epoch and marks what is to be merged with it: from now on an intake that was read before knows
 * of it.
 */
async function begin(
  db: Db,
): Promise<{ readonly batches: readonly Ended[]; readonly whole: ReadonlySet<number> }> {
  // In this order: few batches have digests.
  const { rows } =
    await sql<Ended>`select batch.id, batch.records, batch.moved, batch.merged_epoch, intake.variant
    from batch_digest cross join batch cross join intake
    where batch.id = batch_digest.batch and intake.number = batch.intake
    and batch.state in ('settled', 'refused', 'abandoned') order by batch_digest.batch`.execute(db);
  if (rows.length === 0) return { batches: [], whole: new Set() };
  const { epoch } = await db
    .updateTable('register_head')
    .set((eb) => ({ epoch: eb('epoch', '+', 1) }))
    .returning('epoch')
    .executeTakeFirstOrThrow();
  for (let from = 0; from < rows.length; from += BATCHES) {
    const ids = rows.slice(from, from + BATCHES).map(({ id }) => id);
    await db.updateTable('batch').set({ merged_epoch: epoch }).where('id', 'in', ids).execute();
  }
  return { batches: rows.map((row) => ({ ...row, merged_epoch: epoch })), whole: await wholeIntakes(db) };
}

/** Intakes of which everything that was claimed has ended with the batches that have digests now. */
async function wholeIntakes(db: Db): Promise<ReadonlySet<number>> {
  const { rows } = await sql<{
    readonly intake: number;
  }>`select intake from (select distinct batch.intake from batch_digest cross join batch
    where batch.id = batch_digest.batch) as ended
    where not exists (select 1 from change where change.intake = ended.intake)
    and not exists (select 1 from batch
    where batch.intake = ended.intake
    and batch.state in ('sealed', 'submitting', 'submitted', 'unknown'))`.execute(db);
  return new Set(rows.map(({ intake }) => Number(intake)));
}

/** Of most batches the outcomes say no more than that all records are enrolled: those are not read. */
function mergeable(db: Db, ids: readonly number[]): Promise<readonly Mergeable[]> {
  const outcomes = sql<Uint8Array | null>`case when batch.enrolled < batch.records + batch.moved
    then batch_record.outcomes end`;
  return db
    .selectFrom('batch')
    .innerJoin('twin', 'twin.batch', 'batch.id')
    .innerJoin('batch_digest', 'batch_digest.batch', 'batch.id')
    .leftJoin('batch_record', 'batch_record.batch', 'batch.id')
    .selectAll('batch')
    .select(['twin.keys', 'batch_digest.digests', outcomes.as('outcomes')])
    .where('batch.id', 'in', ids)
    .execute();
}
