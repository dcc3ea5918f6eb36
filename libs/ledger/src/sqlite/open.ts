import { chmodSync, closeSync, openSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { LedgerStorageError } from '../errors.ts';
import type { LedgerOptions } from '../options.ts';
import type { BrowsingPort, LedgerBrowser } from '../port/browsing.ts';
import type { LedgerOverview } from '../port/ledger.ts';
import type { PackedLedger } from '../sql/ledger.ts';
import { busyTimeoutMs } from './busy.ts';
import { mapError } from './error-mapping.ts';
import { migrate, refuseNewer, requireCurrent } from './migrate.ts';
import { overviewOf } from './overview.ts';

/** What opens a file: `DatabaseSync`, or a class derived from it. */
export type SqliteEngine = new (path: string) => DatabaseSync;

/** Before 3.51.3 a file that is read while it is written could be damaged (the WAL-reset fault). */
const oldestEngine = [3, 51, 3] as const;

const everyConnection = `
  pragma busy_timeout = ${busyTimeoutMs};
  pragma foreign_keys = on;
  pragma temp_store = memory;
  pragma trusted_schema = off;
`;

/**
 * Of a file that is made now; one that is there keeps the pages it has. A sealed body fills hundreds of KB
 * and is overwritten when it is deleted: the log, the file and the clean-up handle each of its pages one by
 * one.
 */
const making = 'pragma page_size = 8192';

const writing = `
  pragma synchronous = full;
  pragma secure_delete = on;
  pragma journal_size_limit = 67108864;
`;

/**
 * Opens the ledger in the file, made with mode 0600 when it is not there, and brings its schema up to date.
 *
 * Every commit is on the disk when its promise resolves (WAL, `synchronous=FULL`), and what is deleted is
 * overwritten. Throws `LedgerStorageError` (not a ledger, damaged, read-only, full, unreachable, SQLite older
 * than 3.51.3) and `LedgerVersionError` (written by a newer version).
 *
 * @param Engine opens the file; a simulation gives one that dies between two statements
 */
export async function openSqliteLedger(
  path: string,
  options: LedgerOptions = {},
  Engine: SqliteEngine = DatabaseSync,
): Promise<PackedLedger> {
  return opening(
    path,
    () => {
      makePrivate(path);
      return connect(new Engine(path), path, (file) => {
        refuseNewer(file, path);
        keepPrivate(path);
        file.exec(making);
        useWriteAheadLog(file, path);
        file.exec(writing);
        migrate(file, path);
      });
    },
    options,
  );
}

/**
 * Makes the file for its owner alone, if there is none. One that is there is not opened here: to close any
 * descriptor of it would drop the locks that another connection of this process holds (POSIX, `fcntl`).
 */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, 'ax', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    if (statSync(path).isDirectory()) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
  }
}

/**
 * Opens an existing ledger to look at it, also while a runner writes. Writes nothing, makes nothing.
 * Throws as `openSqliteLedger` does, `LedgerVersionError` for an older schema too, and `LedgerStorageError`
 * (`ledger-not-found`) before there is one.
 */
export async function openSqliteLedgerView(path: string): Promise<LedgerBrowser> {
  return opening(path, () => openToRead(path), {});
}

/** As `openSqliteLedgerView`, in a fraction of its time, for what can be seen at a glance. */
export function openSqliteLedgerOverview(path: string): LedgerOverview {
  const translated = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw mapError(error, path) ?? error;
    }
  };
  const file = translated(() => openToRead(path));
  file.exec(`pragma busy_timeout = ${busyTimeoutMs}`);
  return overviewOf(file, translated);
}

function openToRead(path: string): DatabaseSync {
  statSync(path);
  return connect(new DatabaseSync(path, { readOnly: true }), path, (file) => requireCurrent(file, path));
}

/** Throws `LedgerStorageError` (`ledger-engine-too-old`) for an SQLite version like `3.51.2`. */
export function requireSafeEngine(version: string, where: string): void {
  const parts = version.split('.').map(Number);
  const difference =
    oldestEngine.map((oldest, index) => (parts[index] ?? 0) - oldest).find((step) => step !== 0) ?? 0;
  if (difference < 0)
    throw new LedgerStorageError(
      'ledger-engine-too-old',
      `this Node carries SQLite ${version}, the ledger needs ${oldestEngine.join('.')} or later`,
      { where },
    );
}

async function opening(
  path: string,
  connected: () => DatabaseSync,
  options: LedgerOptions,
): Promise<PackedLedger & BrowsingPort> {
  try {
    const file = connected();
    // Half of the program's code is the query builder's: it is loaded where a file is opened, not by all who
    // might.
    return await (await import('./connect.ts')).ledgerOn(file, path, options);
  } catch (error) {
    throw mapError(error, path) ?? error;
  }
}

function connect(file: DatabaseSync, path: string, prepare: (file: DatabaseSync) => void): DatabaseSync {
  try {
    // First of all how to wait: even looking at the schema can meet another process that makes it.
    file.exec(everyConnection);
    requireSafeEngine(String(file.prepare('select sqlite_version() as version').get()?.['version']), path);
    prepare(file);
    // From here on the driver waits, and lets the process go on meanwhile.
    file.exec('pragma busy_timeout = 50');
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

function useWriteAheadLog(file: DatabaseSync, where: string): void {
  const mode = file.prepare('pragma journal_mode = wal').get()?.['journal_mode'];
  if (mode !== 'wal')
    throw new LedgerStorageError(
      'ledger-no-wal',
      `the file system gives no write-ahead log (journal mode ${String(mode)})`,
      { where },
    );
}

/** SQLite gives new side files the mode of the file; those of an opened-up ledger may be there already. */
function keepPrivate(path: string): void {
  for (const each of [path, `${path}-wal`, `${path}-shm`]) {
    const mode = statSync(each, { throwIfNoEntry: false })?.mode ?? 0;
    if ((mode & 0o077) !== 0) chmodSync(each, 0o600);
  }
}
