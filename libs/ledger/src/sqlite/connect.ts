import type { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import type { Ledger } from '../port/ledger.ts';
import { createLedger } from '../sql/ledger.ts';
import type { LockTiming } from '../sql/lock.ts';
import type { Tables } from '../sql/tables.ts';
import { kyselyOnNodeSqlite, sqliteDialect } from './dialect.ts';
import { FileWatch } from './file-watch.ts';

/** The ledger's methods on an open, migrated file. */
export async function ledgerOn(file: DatabaseSync, path: string, timing: LockTiming): Promise<Ledger> {
  const presence = new FileWatch(file, path);
  presence.check();
  const db = new Kysely<Tables>({ dialect: kyselyOnNodeSqlite(file, () => presence.check()) });
  // Initialized at once, so that closing it closes the file.
  await db.connection().execute(() => Promise.resolve());
  return createLedger(db, sqliteDialect(file, path), timing);
}
