import { setTimeout as delay } from 'node:timers/promises';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  CompiledQuery,
  sql,
  SqliteAdapter,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect as KyselyDialect,
  type RawBuilder,
  type SqliteStatement,
} from 'kysely';
import { noIncarnation } from '../sql/lineage.ts';
import {
  DIGITS,
  type Dialect,
  type GivenColumn,
  type GivenRows,
  type NumbersColumn,
  type SlotColumn,
} from '../sql/store.ts';
import type { Db } from '../sql/tables.ts';
import { busyTimeoutMs } from './busy.ts';
import { isBusy, mapError } from './error-mapping.ts';
import { GroupCommit } from './group-commit.ts';

/** SQLite's side of what the methods need from a database. */
export function sqliteDialect(file: DatabaseSync, where: string): Dialect {
  let commits: GroupCommit | undefined;
  // All of them share their commits.
  const transaction: Dialect['transaction'] = (db, change) =>
    (commits ??= new GroupCommit(db, file)).run(change);
  return {
    where,
    given,
    // `begin immediate` holds the whole file.
    forUpdate: { shared: sql``, alone: sql`` },
    contains: (blob, bytes) => sql`instr(${blob}, ${bytes}) > 0`,
    json: (text) => text,
    slots,
    key: (bytes) => sql`${bytes}`,
    transaction,
    sharedTransaction: transaction,
    snapshot: sql`begin`,
    incarnation: noIncarnation,
    // One runner has the file to itself.
    oneAtATime: (_db, work) => work(),
    integrityErrors,
    // The log still holds the pages as they were.
    eraseDeleted: async (db) => void (await sql`pragma wal_checkpoint(truncate)`.execute(db)),
    now: () => Promise.resolve(Date.now()),
    translate: (error) => mapError(error, where),
  };
}

async function integrityErrors(db: Db): Promise<readonly string[]> {
  const integrity = await sql<{ readonly integrity_check: string }>`pragma integrity_check`.execute(db);
  const dangling = await sql<{
    readonly table: string;
    readonly parent: string;
  }>`pragma foreign_key_check`.execute(db);
  return [
    ...integrity.rows.map((row) => row.integrity_check).filter((text) => text !== 'ok'),
    ...dangling.rows.map(
      ({ table, parent }) => `a row of ${table} belongs to a row of ${parent} that is not there`,
    ),
  ];
}

function given(columns: readonly GivenColumn[], rows: GivenRows): RawBuilder<unknown> {
  const picked = columns.map(({ name, type }, index) => {
    const value = sql`value ->> ${sql.lit(index)}`;
    return sql`${type === 'bytes' ? sql`unhex(${value})` : value} as ${sql.ref(name)}`;
  });
  return sql`(select ${sql.join(picked)} from jsonb_each(${JSON.stringify(rows)})) as given`;
}

/** `number` holds 0 to 1023: joined with it, `substr` cuts the blobs. */
function slots(count: number, columns: readonly (SlotColumn | NumbersColumn)[]): RawBuilder<unknown> {
  const cut = columns.flatMap((column) => {
    if (column.type !== 'numbers')
      return [
        sql`substr(${column.bytes}, i * ${sql.lit(column.width)} + 1,
          ${sql.lit(column.width)}) as ${sql.ref(column.name)}`,
      ];
    const width = column.names.length * DIGITS;
    return column.names.map(
      (name, index) =>
        sql`cast(cast(substr(${column.bytes}, i * ${sql.lit(width)} + ${sql.lit(index * DIGITS + 1)},
          ${sql.lit(DIGITS)}) as text) as integer) as ${sql.ref(name)}`,
    );
  });
  return sql`(select i, ${sql.join(cut)} from number where i < ${count}) as slot`;
}

/**
 * Kysely on `node:sqlite`: statements are prepared once, transactions take the write lock as they begin; each
 * of them calls `before` first, which may throw.
 */
export function kyselyOnNodeSqlite(file: DatabaseSync, before: () => void = () => undefined): KyselyDialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new ImmediateDriver(file, before),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** Why SQLite undid the transaction that is under way, by itself, as it does when the disk is full. */
interface Undone {
  by?: unknown;
}

class ImmediateDriver extends SqliteDriver {
  readonly #file: DatabaseSync;
  readonly #before: () => void;
  readonly #undone: Undone;

  constructor(file: DatabaseSync, before: () => void) {
    const undone: Undone = {};
    super({ database: asBetterSqlite(file, undone) });
    this.#file = file;
    this.#before = before;
    this.#undone = undone;
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    this.#before();
    const deadline = performance.now() + busyTimeoutMs;
    for (;;) {
      try {
        return void (await connection.executeQuery(CompiledQuery.raw('begin immediate')));
      } catch (error) {
        // SQLite's own waiting would stop the whole process, and with it a transaction of the same process.
        if (!isBusy(error) || performance.now() > deadline) throw error;
        await delay(2 + Math.random() * 8);
      }
    }
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    delete this.#undone.by;
    if (this.#file.isTransaction) await connection.executeQuery(CompiledQuery.raw('rollback'));
  }
}

/**
 * The part of better-sqlite3 that Kysely calls. No statement holds a list of varying length, so the cache is
 * bounded.
 */
function asBetterSqlite(
  file: DatabaseSync,
  undone: Undone,
): { prepare(text: string): SqliteStatement; close(): void } {
  const prepared = new Map<string, SqliteStatement>();
  // What follows in a transaction that SQLite undid would stand outside of it, and stay.
  const inTransaction = <T>(execute: () => T): T => {
    if (undone.by !== undefined) throw undone.by;
    const inside = file.isTransaction;
    try {
      return execute();
    } catch (error) {
      if (inside && !file.isTransaction) undone.by = error;
      throw error;
    }
  };
  return {
    prepare(text) {
      const statement = prepared.get(text) ?? asStatement(file.prepare(text), inTransaction);
      prepared.set(text, statement);
      return statement;
    },
    close: () => file.close(),
  };
}

function asStatement(prepared: StatementSync, inTransaction: <T>(execute: () => T) => T): SqliteStatement {
  type Values = readonly (string | number | null | Uint8Array)[];
  return {
    reader: prepared.columns().length > 0,
    all: (parameters) => inTransaction(() => prepared.all(...(parameters as Values))),
    run: (parameters) => inTransaction(() => prepared.run(...(parameters as Values))),
    iterate: (parameters) => prepared.iterate(...(parameters as Values)),
  };
}
