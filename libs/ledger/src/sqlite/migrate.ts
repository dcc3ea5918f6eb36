import { readdirSync, readFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { LedgerStorageError, LedgerVersionError } from '../errors.ts';

/** `ENRL`: what SQLite's `application_id` says in a file of ours. */
const applicationId = 0x45_4e_52_4c;

/** The numbered files, beside `src` and `dist` alike; the number of the last one is the schema's version. */
const folder = new URL('../../migrations/sqlite/', import.meta.url);

/**
 * Throws before anything is touched: `LedgerVersionError` for a newer schema, `LedgerStorageError`
 * (`ledger-foreign`) for another program's database.
 */
export function refuseNewer(file: DatabaseSync, where: string): void {
  const found = schemaVersion(file, where);
  const known = migrations().length;
  if (found > known) throw new LedgerVersionError(where, found, known);
}

/**
 * Brings the file to the schema this program knows: forward only, and in one transaction, so that who looks
 * at it meanwhile finds the schema that was there or the whole new one.
 */
export function migrate(file: DatabaseSync, where: string): void {
  const steps = migrations();
  if (schemaVersion(file, where) >= steps.length) return;
  file.exec('begin immediate');
  try {
    // Another process may have been here between the question and the lock.
    const found = schemaVersion(file, where);
    for (const step of steps.slice(found)) file.exec(step);
    if (found < steps.length)
      file.exec(`pragma application_id = ${applicationId}; pragma user_version = ${steps.length};`);
    file.exec('commit');
  } catch (error) {
    if (file.isTransaction) file.exec('rollback');
    throw error;
  }
}

/**
 * Throws unless the file has exactly the schema this program knows: `LedgerStorageError` (`ledger-not-found`)
 * for an empty one, which a first run is about to fill, `LedgerVersionError` for any other.
 */
export function requireCurrent(file: DatabaseSync, where: string): void {
  const found = schemaVersion(file, where);
  if (found === 0)
    throw new LedgerStorageError('ledger-not-found', 'the file is empty, there is no ledger in it yet', {
      where,
    });
  const known = migrations().length;
  if (found !== known) throw new LedgerVersionError(where, found, known);
}

function migrations(): readonly string[] {
  return readdirSync(folder)
    .filter((name) => /^\d{4}_.*\.sql$/.test(name))
    .sort()
    .map((name) => readFileSync(new URL(name, folder), 'utf8'));
}

/** 0 for a new file. In one statement, as another process may be making the schema. */
function schemaVersion(file: DatabaseSync, where: string): number {
  const { id, version, empty } =
    file
      .prepare(
        `select (select application_id from pragma_application_id) as id,
          (select user_version from pragma_user_version) as version,
          not exists (select 1 from sqlite_master) as empty`,
      )
      .get() ?? {};
  if (id === applicationId) return Number(version);
  if (id !== 0 || version !== 0 || empty !== 1)
    throw new LedgerStorageError('ledger-foreign', "the file is another program's database, not a ledger", {
      where,
    });
  return 0;
}
