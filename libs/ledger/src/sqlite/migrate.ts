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

/** Brings the file to the schema this program knows: forward only, one transaction for each number. */
export function migrate(file: DatabaseSync, where: string): void {
  for (const [index, step] of migrations().entries()) {
    if (schemaVersion(file, where) > index) continue;
    file.exec('begin immediate');
    try {
      // Another process may have been here between the question and the lock.
      if (schemaVersion(file, where) === index)
        file.exec(`${step}; pragma application_id = ${applicationId}; pragma user_version = ${index + 1};`);
      file.exec('commit');
    } catch (error) {
      if (file.isTransaction) file.exec('rollback');
      throw error;
    }
  }
}

/** Throws `LedgerVersionError` unless the file has exactly the schema this program knows. */
export function requireCurrent(file: DatabaseSync, where: string): void {
  const found = schemaVersion(file, where);
  const known = migrations().length;
  if (found !== known) throw new LedgerVersionError(where, found, known);
}

function migrations(): readonly string[] {
  return readdirSync(folder)
    .filter((name) => /^\d{4}_.*\.sql$/.test(name))
    .sort()
    .map((name) => readFileSync(new URL(name, folder), 'utf8'));
}

/** 0 for a new file. */
function schemaVersion(file: DatabaseSync, where: string): number {
  const id = number(file, 'application_id');
  const version = number(file, 'user_version');
  if (id === applicationId) return version;
  const empty = file.prepare('select 1 from sqlite_master limit 1').get() === undefined;
  if (id !== 0 || version !== 0 || !empty)
    throw new LedgerStorageError('ledger-foreign', "the file is another program's database, not a ledger", {
      where,
    });
  return 0;
}

function number(file: DatabaseSync, pragma: 'application_id' | 'user_version'): number {
  return Number(file.prepare(`pragma ${pragma}`).get()?.[pragma]);
}
