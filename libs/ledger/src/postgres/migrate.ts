import { readdirSync, readFileSync } from 'node:fs';
import type { ClientBase } from 'pg';
import { LedgerStorageError, LedgerVersionError } from '../errors.ts';

/** The numbered files, beside `src` and `dist` alike; the number of the last one is the schema's version. */
const folder = new URL('../../migrations/postgres/', import.meta.url);

/** Any number that no other program is likely to lock with: `ENRL`. */
const migrationLock = 0x45_4e_52_4c;

/**
 * Brings the database's schema `enrollkit` to the version this program knows, forward only, in one
 * transaction. Throws `LedgerVersionError` for a newer one.
 */
export async function migrate(client: ClientBase, where: string): Promise<void> {
  const steps = migrations();
  const before = await schemaVersion(client);
  if (before > steps.length) throw new LedgerVersionError(where, before, steps.length);
  if (before === steps.length) return;
  await client.query('begin');
  try {
    await client.query(`select pg_advisory_xact_lock(${migrationLock})`);
    await client.query('create schema if not exists enrollkit');
    await client.query('set local search_path = enrollkit');
    await client.query('create table if not exists schema_version (version bigint not null)');
    // Another process may have been here between the question and the lock.
    const found = await schemaVersion(client);
    for (const step of steps.slice(found)) await client.query(step);
    await client.query('delete from schema_version');
    await client.query(`insert into schema_version values (${Math.max(found, steps.length)})`);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

/**
 * Throws unless the database has exactly the schema this program knows: `LedgerStorageError`
 * (`ledger-not-found`) where no run has made one yet, `LedgerVersionError` for any other.
 */
export async function requireCurrent(client: ClientBase, where: string): Promise<void> {
  const found = await schemaVersion(client);
  if (found === 0)
    throw new LedgerStorageError('ledger-not-found', 'there is no ledger in the database yet', { where });
  const known = migrations().length;
  if (found !== known) throw new LedgerVersionError(where, found, known);
}

function migrations(): readonly string[] {
  return readdirSync(folder)
    .filter((name) => /^\d{4}_.*\.sql$/.test(name))
    .sort()
    .map((name) => readFileSync(new URL(name, folder), 'utf8'));
}

/** 0 for a database without a ledger. */
async function schemaVersion(client: ClientBase): Promise<number> {
  const there = await client.query<{ there: boolean }>(
    "select to_regclass('enrollkit.schema_version') is not null as there",
  );
  if (there.rows[0]?.there !== true) return 0;
  const version = await client.query<{ version: string | number }>(
    'select version from enrollkit.schema_version',
  );
  return Number(version.rows[0]?.version ?? 0);
}
