import { batchMoves, type BatchState, type RecordState } from '@enrollkit/enrollment';
import { sql, type RawBuilder } from 'kysely';
import type { LedgerFinding } from '../port/maintenance.ts';
import type { Store } from './store.ts';

/** One thing that must hold: `sums` selects `place`, `expected` and `found` for each place where it could fail. */
interface Check {
  readonly what: string;
  readonly sums: RawBuilder<unknown>;
}

/** A batch that has ended holds no body and makes no further move: as the table of moves has it. */
const ended = Object.entries(batchMoves)
  .filter(([, moves]) => moves.length === 0)
  .map(([state]) => state);

/** What the records of a batch may be. */
const fitting = {
  sealed: ['batched'],
  submitting: ['batched'],
  submitted: ['batched'],
  unknown: ['batched'],
  settled: ['enrolled', 'refused'],
  refused: ['refused'],
  abandoned: ['abandoned'],
} as const satisfies Readonly<Record<BatchState, readonly RecordState[]>>;

const fits = sql.join(
  Object.entries(fitting).map(
    ([state, records]) =>
      sql`(own.state = ${sql.lit(state)} and record.state in (${sql.join(records.map((each) => sql.lit(each)))}))`,
  ),
  sql` or `,
);
const endedStates = sql.join(ended.map((state) => sql.lit(state)));

/** A count of a batch's records that match, beside what the batch says of it. */
function perBatch(column: string, matches: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`select 'batch ' || batch.external_batch_id as place, batch.${sql.ref(column)} as expected, coalesce(counted.n, 0) as found
    from batch left join (select record.batch, sum(case when ${matches} then 1 else 0 end) as n from record join batch as own on own.id = record.batch group by record.batch) as counted on counted.batch = batch.id`;
}

const checks: readonly Check[] = [
  {
    what: 'rows read are rejected rows and records together',
    sums: sql`select 'intake ' || id as place, rows_read as expected, rejected + coalesce((select sum(records) from batch where batch.intake = intake.number), 0) as found from intake where purged is null`,
  },
  {
    what: 'the rejected rows are there',
    sums: sql`select 'intake ' || id as place, rejected as expected, (select count(*) from rejection where rejection.intake = intake.number) as found from intake where purged is null`,
  },
  {
    what: 'no row is both a record and a rejection',
    sums: sql`select 'intake ' || id as place, 0 as expected,
      (select count(*) from rejection join record on record.intake = rejection.intake and record.row_no = rejection.row_no where rejection.intake = intake.number) as found from intake`,
  },
  { what: 'the records of the batch are there', sums: perBatch('records', sql`true`) },
  {
    what: 'as many of its records are enrolled as the batch counts',
    sums: perBatch('enrolled', sql`record.state = 'enrolled'`),
  },
  {
    what: 'as many of its records are refused as the batch counts',
    sums: perBatch('refused', sql`record.state = 'refused'`),
  },
  { what: 'every record is in a state that its batch allows', sums: perBatch('records', fits) },
  {
    what: 'a batch has a sealed body until it has ended, and none from then on',
    sums: sql`select 'batch ' || external_batch_id as place, case when state in (${endedStates}) then 0 else 1 end as expected,
      (select count(*) from body where body.batch = batch.id) as found from batch`,
  },
  {
    what: 'a submitted batch has the id that the provider gave it',
    sums: sql`select 'batch ' || external_batch_id as place, 1 as expected, case when provider_batch_id is null then 0 else 1 end as found from batch where state in ('submitted', 'settled')`,
  },
  {
    what: 'what was sent was attempted',
    sums: sql`select 'batch ' || external_batch_id as place, 1 as expected, case when attempts > 0 then 1 else 0 end as found from batch where state not in ('sealed', 'abandoned')`,
  },
  {
    what: 'every batch of a settled intake has ended',
    sums: sql`select 'intake ' || id as place, 0 as expected,
      (select count(*) from batch where batch.intake = intake.number and batch.state not in (${endedStates})) as found from intake where state = 'settled'`,
  },
];

/** Findings told of one check: the first places tell what is wrong. */
const MOST = 20;

/** Looks at the whole ledger as it is at one moment, also while a runner writes. Answers what does not hold. */
export function verify(store: Store): Promise<readonly LedgerFinding[]> {
  return store.read((db) =>
    db.connection().execute(async (connection) => {
      await store.dialect.snapshot.execute(connection);
      try {
        const findings: LedgerFinding[] = (await store.dialect.integrityErrors(connection)).map((what) => ({
          what,
          place: store.dialect.where,
        }));
        // What a damaged file says of anything else means nothing.
        if (findings.length > 0) return findings;
        for (const { what, sums } of checks) {
          const { rows } = await sql<
            Required<Omit<LedgerFinding, 'what'>>
          >`select place, expected, found from (${sums}) as sums where expected <> found limit ${sql.lit(MOST)}`.execute(
            connection,
          );
          findings.push(
            ...rows.map(({ place, expected, found }) => ({
              what,
              place,
              expected: Number(expected),
              found: Number(found),
            })),
          );
        }
        return findings;
      } finally {
        await sql`rollback`.execute(connection);
      }
    }),
  );
}
