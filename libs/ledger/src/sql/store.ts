import type { RawBuilder, Transaction } from 'kysely';
import type { LedgerError } from '../errors.ts';
import { moveBatch, type MoveBatch } from './transitions.ts';
import { noOutbox, type Outbox } from './outbox.ts';
import type { Db, Tables } from './tables.ts';

/** A column of rows that are handed over in one parameter. */
export interface GivenColumn {
  readonly name: string;
  readonly type: 'integer' | 'text' | 'bytes';
}

/** Rows to hand over: one array each, in the order of the columns; bytes as hex. */
export type GivenRows = readonly (readonly (string | number | null)[])[];

/** Everything in which one database differs from another. */
export interface Dialect {
  /** Path, or address without password: for messages. */
  readonly where: string;
  /** A `from` item called `given`: all rows travel as one JSON parameter. */
  given(columns: readonly GivenColumn[], rows: GivenRows): RawBuilder<unknown>;
  /** Ends a select so that its rows stay as they are until the transaction ends: beside other readers, or alone. */
  readonly forUpdate: { readonly shared: RawBuilder<unknown>; readonly alone: RawBuilder<unknown> };
  /** Makes the change in one durable transaction. */
  transaction<T>(db: Db, change: (db: Transaction<Tables>) => Promise<T>): Promise<T>;
  /** Begins a transaction that only reads and sees the ledger as it is now until it is rolled back. */
  readonly snapshot: RawBuilder<unknown>;
  /** What the database finds damaged in itself. */
  integrityErrors(db: Db): Promise<readonly string[]>;
  /** Sees to it that nothing of what was deleted stays beside the tables, as far as the database can. */
  eraseDeleted(db: Db): Promise<void>;
  /** Milliseconds since 1970, by the clock that all who open this ledger share. */
  now(db: Db): Promise<number>;
  /** Runs a statement that sorts a whole intake in bounded memory. */
  sorting<T>(work: () => Promise<T>): Promise<T>;
  /** The typed error for what the driver threw; undefined when it was not the driver. */
  translate(error: unknown): LedgerError | undefined;
}

/** The database behind the methods: the ways in, and the differences. */
export interface Store {
  readonly dialect: Dialect;
  readonly outbox: Outbox;
  read<T>(query: (db: Db) => Promise<T>): Promise<T>;
  /** One durable transaction; refused when another runner holds the ledger. A batch moves by `move` only. */
  write<T>(change: (db: Transaction<Tables>, move: MoveBatch) => Promise<T>): Promise<T>;
  /** One durable transaction that any process may make beside a runner: the lock itself, the audit trail. */
  writeUnguarded<T>(change: (db: Transaction<Tables>) => Promise<T>): Promise<T>;
  /** Set by the lock: throws to refuse a transaction of `write`. */
  assertMayWrite: (db: Db) => Promise<void>;
}

/** The store of an open database, which tells the outbox. Until a lock sets `mayWrite`, it refuses every guarded write. */
export function createStore(db: Db, dialect: Dialect, outbox: Outbox = noOutbox): Store {
  const typed = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw dialect.translate(error) ?? error;
    }
  };
  const store: Store = {
    dialect,
    outbox,
    assertMayWrite: () => Promise.reject(new Error('the store has no lock')),
    read: (question) => typed(() => question(db)),
    writeUnguarded: (change) => typed(() => dialect.transaction(db, change)),
    write: (change) =>
      store.writeUnguarded(async (trx) => {
        await store.assertMayWrite(trx);
        return change(trx, (id, move) => moveBatch({ db: trx, outbox }, id, move));
      }),
  };
  return store;
}
