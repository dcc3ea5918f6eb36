import { sql, type RawBuilder } from 'kysely';
import type { Dialect, GivenColumn, GivenRows } from '../sql/store.ts';
import { mapError } from './error-mapping.ts';

/** PostgreSQL's side of what the methods need from a database. */
export function postgresDialect(where: string): Dialect {
  return {
    where,
    given,
    forUpdate: { shared: sql`for share`, alone: sql`for update` },
    transaction: (db, change) => db.transaction().execute(change),
    snapshot: sql`begin isolation level repeatable read read only`,
    // PostgreSQL tells damage as it reads, and everything is read.
    integrityErrors: () => Promise.resolve([]),
    // It keeps dead rows until it vacuums, and cannot overwrite them.
    eraseDeleted: () => Promise.resolve(),
    async now(db) {
      // The database's clock: the hosts' own may differ by more than a holder may be silent.
      const { rows } = await sql<{
        readonly now: number;
      }>`select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`.execute(db);
      return rows[0]?.now ?? Date.now();
    },
    // PostgreSQL sorts in `work_mem` and spills by itself.
    sorting: (work) => work(),
    translate: (error) => mapError(error, where),
  };
}

const casts = {
  integer: (value: RawBuilder<unknown>) => sql`(${value})::bigint`,
  text: (value: RawBuilder<unknown>) => value,
  bytes: (value: RawBuilder<unknown>) => sql`decode(${value}, 'hex')`,
} as const satisfies Record<GivenColumn['type'], (value: RawBuilder<unknown>) => RawBuilder<unknown>>;

function given(columns: readonly GivenColumn[], rows: GivenRows): RawBuilder<unknown> {
  const picked = columns.map(
    ({ name, type }, index) => sql`${casts[type](sql`value ->> ${sql.lit(index)}`)} as ${sql.ref(name)}`,
  );
  return sql`(select ${sql.join(picked)} from jsonb_array_elements(${JSON.stringify(rows)}::jsonb)) as given`;
}
