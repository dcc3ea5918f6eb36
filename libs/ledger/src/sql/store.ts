import type { RawBuilder, Transaction } from 'kysely';
import { LedgerRewoundError, type LedgerError } from '../errors.ts';
import { moveBatch, type MoveBatch } from './transitions.ts';
import { Lineage, noMark, type LineageServer } from './lineage.ts';
import { together } from './together.ts';
import { noOutbox, type Outbox } from './outbox.ts';
import type { Db, Tables } from './tables.ts';

/** A column of rows that are handed over in one parameter. */
export interface GivenColumn {
  readonly name: string;
  readonly type: 'integer' | 'text' | 'bytes';
}

/** Rows to hand over: one array each, in the order of the columns; bytes as hex. */
export type GivenRows = readonly (readonly (string | number | null)[])[];

/** A blob of slots of one width. */
export interface SlotColumn {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly width: number;
  /** `key`: a key of the register. */
  readonly type: 'key' | 'bytes';
}

/** A blob of decimal digits: in each slot several numbers of `DIGITS` digits. */
export interface NumbersColumn {
  readonly names: readonly string[];
  readonly bytes: Uint8Array;
  readonly type: 'numbers';
}

/** Digits of a number in a `NumbersColumn`. */
export const DIGITS = 16;

/** Most slots in one statement. */
export const SLOTS = 1024;

/** Everything in which one database differs from another. */
export interface Dialect extends LineageServer {
  /** A `from` item called `given`: all rows travel as one JSON parameter. */
  given(columns: readonly GivenColumn[], rows: GivenRows): RawBuilder<unknown>;
  /**
   * Ends a select so that its rows stay as they are until the transaction ends: beside other readers, or
   * alone.
   */
  readonly forUpdate: {
    readonly shared: RawBuilder<unknown>;
    readonly alone: RawBuilder<unknown>;
  };
  /** Whether a blob contains these bytes. */
  contains(blob: RawBuilder<unknown>, bytes: Uint8Array): RawBuilder<boolean>;
  /** A column of JSON, for the operators `->` and `->>`. */
  json(text: RawBuilder<unknown>): RawBuilder<unknown>;
  /** Makes the change in one durable transaction. */
  transaction<T>(db: Db, change: (db: Transaction<Tables>) => Promise<T>): Promise<T>;
  /**
   * As `transaction`, for a short change that may be made twice: others that come at the same moment may
   * share the transaction.
   */
  sharedTransaction<T>(db: Db, change: (db: Transaction<Tables>) => Promise<T>): Promise<T>;
  /** Begins a transaction that only reads and sees the ledger as it is now until it is rolled back. */
  readonly snapshot: RawBuilder<unknown>;
  /**
   * Does the work while no other process does work of this kind. Where the other one seems to have stopped,
   * it is not waited for any longer.
   */
  oneAtATime<T>(db: Db, work: () => Promise<T>): Promise<T>;
  /** What the database finds damaged in itself. */
  integrityErrors(db: Db): Promise<readonly string[]>;
  /** Sees to it that nothing of what was deleted stays beside the tables, as far as the database can. */
  eraseDeleted(db: Db): Promise<void>;
  /** Milliseconds since 1970, by the clock that all who open this ledger share. */
  now(db: Db): Promise<number>;
  /**
   * A `from` item called `slot`: `count` rows with their number `i` and a column for each blob, cut into
   * slots of `width` bytes. At most `SLOTS` rows.
   */
  slots(count: number, columns: readonly (SlotColumn | NumbersColumn)[]): RawBuilder<unknown>;
  /** A key as a value to compare with one of the register. */
  key(bytes: Uint8Array): RawBuilder<unknown>;
  /** The typed error for what the driver threw; undefined when it was not the driver. */
  translate(error: unknown): LedgerError | undefined;
}

/** What is changed in one transaction. */
export type Change<T> = (db: Transaction<Tables>, move: MoveBatch) => Promise<T>;

/** The database behind the methods: the ways in, and the differences. */
export interface Store {
  readonly dialect: Dialect;
  readonly outbox: Outbox;
  read<T>(query: (db: Db) => Promise<T>): Promise<T>;
  /** `Dialect.oneAtATime` on this store's database. */
  oneAtATime<T>(work: () => Promise<T>): Promise<T>;
  /** One durable transaction; refused when another runner holds the ledger. A batch moves by `move` only. */
  write<T>(change: Change<T>): Promise<T>;
  /**
   * As `write`, for a short change that may be made twice: others that come at the same moment may share its
   * transaction, and when one of them fails, each is made again by itself.
   */
  writeShared<T>(change: Change<T>): Promise<T>;
  /** As `write`, also when the ledger went back in time: for whoever adopts it. */
  adopt<T>(change: Change<T>): Promise<T>;
  /** One durable transaction that any process may make beside a runner: the lock itself, the audit trail. */
  writeUnguarded<T>(change: (db: Transaction<Tables>) => Promise<T>): Promise<T>;
  readonly lineage: Lineage;
  /** Looks how far others have brought the ledger; throws `LedgerRewoundError` only. */
  observeLineage(): Promise<void>;
  /** Tells the others when this process knows that the ledger went back in time. */
  condemnIfRewound(error: unknown): Promise<void>;
  /** Set by the lock: whether a process with this id holds it, or shares in it, and lives. */
  isAtWork: (db: Db, processId: string) => Promise<boolean>;
  /** Set by the lock: throws to refuse a transaction of `write`. */
  assertMayWrite: (db: Db) => Promise<void>;
  /**
   * Set by the lock: a sign of life in the transaction of an intent, so that nobody takes over right behind
   * it.
   */
  noteAlive: (db: Db) => Promise<void>;
}

/** What a store is given where there is something to give. */
export interface StoreParts {
  readonly outbox?: Outbox;
  readonly lineage?: Lineage;
}

/**
 * The store of an open database, which writes to the outbox. Until a lock sets `assertMayWrite`, it refuses
 * every guarded write.
 */
export function createStore(
  db: Db,
  dialect: Dialect,
  { outbox = noOutbox, lineage = new Lineage(noMark) }: StoreParts = {},
): Store {
  const typed = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw dialect.translate(error) ?? error;
    }
  };
  /** Transactions that may write: where several changes share one, nobody can take over between them. */
  const mayWrite = new WeakSet<Db>();
  const guarded = async <T>(trx: Transaction<Tables>, change: Change<T>): Promise<T> => {
    const move: MoveBatch = (id, to) => moveBatch({ db: trx, outbox }, id, to);
    if (mayWrite.has(trx)) return change(trx, move);
    const [, changed] = await together(store.assertMayWrite(trx), change(trx, move));
    mayWrite.add(trx);
    return changed;
  };
  const checked = async <T>(transaction: Dialect['transaction'], change: Change<T>): Promise<T> => {
    try {
      return await typed(() =>
        transaction(db, (trx) =>
          guarded(trx, async (_, move) => {
            await lineage.check(trx, dialect);
            return change(trx, move);
          }),
        ),
      );
    } catch (error) {
      await store.condemnIfRewound(error);
      throw error;
    }
  };
  const store: Store = {
    dialect,
    outbox,
    lineage,
    isAtWork: () => Promise.resolve(false),
    noteAlive: () => Promise.resolve(),
    assertMayWrite: () => Promise.reject(new Error('the store has no lock')),
    read: (query) => typed(() => query(db)),
    oneAtATime: (work) => typed(() => dialect.oneAtATime(db, work)),
    writeUnguarded: (change) => typed(() => dialect.transaction(db, change)),
    adopt: (change) => store.writeUnguarded((trx) => guarded(trx, change)),
    write: (change) => checked(dialect.transaction, change),
    writeShared: (change) => checked(dialect.sharedTransaction, change),
    observeLineage: async () => {
      try {
        await store.read((reader) => lineage.observe(reader, dialect));
      } catch (error) {
        await store.condemnIfRewound(error);
        if (error instanceof LedgerRewoundError) throw error;
      }
    },
    condemnIfRewound: async (error) => {
      if (!(error instanceof LedgerRewoundError && lineage.knowsBetter)) return;
      try {
        await store.writeUnguarded((trx) => lineage.condemn(trx));
      } catch {
        // Where it cannot be written the others are not told; this process stops in any case.
      }
    },
  };
  return store;
}
