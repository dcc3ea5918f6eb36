import { batchMoves, type BatchState } from '@enrollkit/enrollment';
import { sql } from 'kysely';
import type { Tally } from '../port/records.ts';
import type { UnsentReason } from '../port/verdicts.ts';
import { intakeById } from './intakes.ts';
import type { KeptSums } from './kept-sums.ts';
import type { BatchSelected, Db } from './tables.ts';

/** Sums over the batches, which carry their own counts: no scan over records. Of a purged intake, the sums that were kept. */
export async function tally(db: Db, intakeId: string): Promise<Tally> {
  const intake = await intakeById(db, intakeId);
  if (intake.purged !== null) {
    // Older versions kept no sums of what was not sent.
    const { tally: kept }: { readonly tally: Partial<Tally> } = JSON.parse(intake.purged) as KeptSums;
    return { unsent: noneUnsent, unchangedBy: {}, ...kept } as Tally;
  }
  const { rows } = await sql<
    Record<'batches' | 'records' | 'enrolled' | 'refused', number> & Pick<BatchSelected, 'state'>
  >`
    select state, count(*) as batches, sum(records) as records, sum(enrolled) as enrolled, sum(refused) as refused
    from batch where intake = ${intake.number} group by state`.execute(db);
  const sum = (column: 'batches' | 'records' | 'enrolled' | 'refused', ...states: readonly BatchState[]) =>
    rows
      .filter(({ state }) => states.length === 0 || states.includes(state))
      .reduce((total, row) => total + Number(row[column]), 0);
  const states = Object.keys(batchMoves) as BatchState[];
  return {
    rows: intake.rows_read,
    rejected: intake.rejected,
    ...(await unsentSums(db, intake.number)),
    records: sum('records'),
    enrolled: sum('enrolled'),
    refused: sum('refused'),
    abandoned: sum('records', 'abandoned'),
    unknown: sum('records', 'unknown'),
    waiting: sum('records', 'sealed'),
    submitted: sum('records', 'submitting', 'submitted'),
    batches: Object.fromEntries(states.map((state) => [state, sum('batches', state)])) as Record<
      BatchState,
      number
    >,
  };
}

const noneUnsent: Readonly<Record<UnsentReason, number>> = {
  unchanged: 0,
  changed: 0,
  'in-flight': 0,
  unresolved: 0,
  'refused-before': 0,
  removed: 0,
};

async function unsentSums(db: Db, intake: number): Promise<Pick<Tally, 'unsent' | 'unchangedBy'>> {
  const sums = await db
    .selectFrom('unsent_sum')
    .selectAll()
    .where('intake', '=', intake)
    .orderBy('reason')
    .orderBy('origin')
    .execute();
  const unsent = { ...noneUnsent };
  for (const { reason, rows } of sums) unsent[reason as UnsentReason] += rows;
  const unchanged = sums.filter(({ reason }) => reason === 'unchanged');
  return { unsent, unchangedBy: Object.fromEntries(unchanged.map(({ origin, rows }) => [origin, rows])) };
}
