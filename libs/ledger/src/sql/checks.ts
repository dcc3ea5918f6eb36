import { batchMoves } from '@enrollkit/enrollment';
import { sql, type RawBuilder } from 'kysely';
import type { LedgerFinding } from '../port/maintenance.ts';
import { MOST, recordFindings } from './record-checks.ts';
import type { Store } from './store.ts';

/**
 * One thing that must hold: `sums` selects `place`, `expected` and `found` for each place where it could
 * fail.
 */
interface Check {
  readonly what: string;
  readonly sums: RawBuilder<unknown>;
}

/** A batch that has ended holds no body and makes no further move: as the table of moves has it. */
const ended = Object.entries(batchMoves)
  .filter(([, moves]) => moves.length === 0)
  .map(([state]) => state);

const endedStates = sql.join(ended.map((state) => sql.lit(state)));

const checks: readonly Check[] = [
  {
    what: 'rows read are rejected rows, rows not sent and records together',
    sums: sql`select 'intake ' || id as place, rows_read as expected,
      rejected + coalesce((select sum(records) from batch where batch.intake = intake.number), 0)
      + coalesce((select sum(rows) from unsent_sum where unsent_sum.intake = intake.number), 0) as found
      from intake where purged is null`,
  },
  {
    what: 'the rows that were not sent are there, but for those that are unchanged',
    sums: sql`select 'intake ' || id as place,
      coalesce((select sum(rows) from unsent_sum
      where unsent_sum.intake = intake.number and reason <> 'unchanged'), 0) as expected,
      (select count(*) from unsent where unsent.intake = intake.number) as found from intake
      where purged is null`,
  },
  {
    what: 'the rejected rows are there',
    sums: sql`select 'intake ' || id as place, rejected as expected, (select count(*) from rejection
      where rejection.intake = intake.number) as found from intake where purged is null`,
  },
  {
    what: 'a batch has a sealed body until it has ended, and none from then on',
    sums: sql`select 'batch ' || external_batch_id as place, case when state in (${endedStates}) then 0
      else 1 end as expected,
      (select count(*) from body where body.batch = batch.id) as found from batch`,
  },
  {
    what: 'a submitted batch has the id that the provider gave it',
    sums: sql`select 'batch ' || external_batch_id as place, 1 as expected, case
      when provider_batch_id is null then 0 else 1 end as found from batch where state = 'submitted'`,
  },
  {
    what: 'what was sent was attempted',
    sums: sql`select 'batch ' || external_batch_id as place, 1 as expected, case when attempts > 0 then 1
      else 0 end as found from batch where state not in ('sealed', 'abandoned')`,
  },
  {
    what: 'every batch of a settled intake has ended',
    sums: sql`select 'intake ' || id as place, 0 as expected,
      (select count(*) from batch where batch.intake = intake.number
      and batch.state not in (${endedStates})) as found from intake where state = 'settled'`,
  },
];

/** Checks the whole ledger as of one moment, also while a runner writes; answers what does not hold. */
export function verify(store: Store): Promise<readonly LedgerFinding[]> {
  return store.read((db) =>
    db.connection().execute(async (connection) => {
      await store.dialect.snapshot.execute(connection);
      try {
        const findings: LedgerFinding[] = (await store.dialect.integrityErrors(connection)).map((what) => ({
          what,
          place: store.dialect.where,
        }));
        // What else a damaged file contains means nothing.
        if (findings.length > 0) return findings;
        for (const { what, sums } of checks) {
          const { rows } = await sql<
            Required<Omit<LedgerFinding, 'what'>>
          >`select place, expected, found from (${sums}) as sums
            where expected <> found limit ${sql.lit(MOST)}`.execute(connection);
          findings.push(
            ...rows.map(({ place, expected, found }) => ({
              what,
              place,
              expected: Number(expected),
              found: Number(found),
            })),
          );
        }
        findings.push(...(await recordFindings(connection)));
        return findings;
      } finally {
        await sql`rollback`.execute(connection);
      }
    }),
  );
}
