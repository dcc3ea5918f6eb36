import { sql } from 'kysely';
import type { BrowsingPort, OutcomesOverTime } from '../../port/browsing.ts';
import { intakeById } from '../intakes.ts';
import type { Store } from '../store.ts';
import type { Db } from '../tables.ts';

/** Milliseconds of the shortest part of the time. */
const SHORTEST_MS = 1000;

/** When batches ended; they carry their own counts, so no record is read. */
export function timeBrowsing(store: Store): Pick<BrowsingPort, 'outcomesOverTime' | 'paceSince'> {
  return {
    outcomesOverTime: (intakeId, parts) =>
      store.read(async (db) => outcomes(db, (await intakeById(db, intakeId)).number, parts)),
    paceSince: (intakeId, since, now) =>
      store.read(async (db) => {
        const intake = await intakeById(db, intakeId);
        const row = await db
          .selectFrom('batch')
          .select(({ fn }) => [
            fn.sum<number | null>('records').as('records'),
            fn.min<number | null>('submitted_at').as('first'),
          ])
          .where('intake', '=', intake.number)
          .where('ended_at', '>=', since.getTime())
          .where('state', '<>', 'abandoned')
          .executeTakeFirst();
        const began = Math.max(since.getTime(), Number(row?.first ?? 0));
        return { records: Number(row?.records ?? 0), overMs: Math.max(1, now.getTime() - began) };
      }),
  };
}

async function outcomes(db: Db, intake: number, parts: number): Promise<OutcomesOverTime> {
  const span = await db
    .selectFrom('batch')
    .select(({ fn }) => [
      fn.min<number | null>('ended_at').as('first'),
      fn.max<number | null>('ended_at').as('last'),
    ])
    .where('intake', '=', intake)
    .executeTakeFirst();
  const { first = null, last = null } = span ?? {};
  if (first === null || last === null) return { partMs: SHORTEST_MS, parts: [] };
  const start = Number(first);
  const partMs = Math.max(SHORTEST_MS, Math.ceil((Number(last) - start + 1) / parts));
  // Whole numbers as literals: as parameters some databases take them for fractions.
  const part = sql<number>`(ended_at - ${sql.lit(start)}) / ${sql.lit(partMs)}`;
  const rows = await db
    .selectFrom('batch')
    .select(({ fn }) => [
      part.as('part'),
      fn.sum<number>('enrolled').as('enrolled'),
      fn.sum<number>('refused').as('refused'),
      sql<number>`sum(case when state = 'abandoned' then records else 0 end)`.as('abandoned'),
    ])
    .where('intake', '=', intake)
    .where('ended_at', 'is not', null)
    .groupBy('part')
    .orderBy('part')
    .execute();
  return {
    partMs,
    parts: rows.map((row) => ({
      at: new Date(start + Number(row.part) * partMs),
      enrolled: Number(row.enrolled),
      refused: Number(row.refused),
      abandoned: Number(row.abandoned),
    })),
  };
}
