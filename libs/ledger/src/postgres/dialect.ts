import { sql, type RawBuilder } from 'kysely';
import {
  DIGITS,
  type Dialect,
  type GivenColumn,
  type GivenRows,
  type NumbersColumn,
  type SlotColumn,
} from '../sql/store.ts';
import type { Db } from '../sql/tables.ts';
import { isConnectionLost, mapError } from './error-mapping.ts';
import { sharedTransactions } from './shared-transaction.ts';
import type { TransactionOf } from './transaction.ts';

/** A number that no other program is likely to lock with: `ENRU`. */
const upkeepLock = 0x45_4e_52_55;
/** What PostgreSQL answers when a lock was waited for in vain. */
const LOCK_NOT_AVAILABLE = '55P03';

/** PostgreSQL's side of what the methods need from a database. */
export function postgresDialect(where: string, transaction: TransactionOf): Dialect {
  return {
    where,
    given,
    forUpdate: {
      shared: sql`for share`,
      alone: sql`for update`,
    },
    contains: (blob, bytes) => sql`position(${bytes}::bytea in ${blob}) > 0`,
    json: (text) => sql`${text}::jsonb`,
    slots,
    key: (bytes) => sql`${Buffer.from(bytes).toString('hex')}::uuid`,
    transaction,
    sharedTransaction: sharedTransactions(transaction, (error) => isConnectionLost(mapError(error, where))),
    snapshot: sql`begin isolation level repeatable read read only`,
    incarnation: sql<string>`pg_postmaster_start_time()::text`,
    oneAtATime,
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
    translate: (error) => mapError(error, where),
  };
}

/**
 * Under a lock of the session: it ends with the connection, whatever becomes of this process. A process that
 * was suspended keeps it, and is waited for a minute.
 */
function oneAtATime<T>(db: Db, work: () => Promise<T>): Promise<T> {
  return db.connection().execute(async (connection) => {
    let isLocked = true;
    try {
      await connection.transaction().execute(async (trx) => {
        await sql`set local lock_timeout = '60s'`.execute(trx);
        await sql`select pg_advisory_lock(${sql.lit(upkeepLock)})`.execute(trx);
      });
    } catch (error) {
      if ((error as { readonly code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error;
      isLocked = false;
    }
    try {
      return await work();
    } finally {
      if (isLocked)
        await sql`select pg_advisory_unlock(${sql.lit(upkeepLock)})`
          .execute(connection)
          .catch(() => undefined);
    }
  });
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

function slots(count: number, columns: readonly (SlotColumn | NumbersColumn)[]): RawBuilder<unknown> {
  const cut = columns.flatMap((column) => {
    const width = column.type === 'numbers' ? column.names.length * DIGITS : column.width;
    const part = (from: number, length: number) =>
      sql`substring(${column.bytes}::bytea
        from (i * ${sql.lit(width)} + ${sql.lit(from + 1)})::int for ${sql.lit(length)})`;
    if (column.type === 'numbers')
      return column.names.map(
        (name, index) =>
          sql`convert_from(${part(index * DIGITS, DIGITS)}, 'SQL_ASCII')::bigint as ${sql.ref(name)}`,
      );
    const slot = part(0, width);
    return [
      sql`${column.type === 'key' ? sql`encode(${slot}, 'hex')::uuid` : slot} as ${sql.ref(column.name)}`,
    ];
  });
  return sql`(select i, ${sql.join(cut)} from generate_series(0, ${count}::int - 1) as i) as slot`;
}
