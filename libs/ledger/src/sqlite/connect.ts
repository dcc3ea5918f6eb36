import type { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { markFile } from '../mark-file.ts';
import type { BrowsingPort } from '../port/browsing.ts';
import { createLedger, type PackedLedger } from '../sql/ledger.ts';
import { Lineage, noMark } from '../sql/lineage.ts';
import type { LedgerOptions } from '../options.ts';
import type { Tables } from '../sql/tables.ts';
import { kyselyOnNodeSqlite, sqliteDialect } from './dialect.ts';
import { FileWatch } from './file-watch.ts';

/** The ledger on an open, migrated file. */
export async function ledgerOn(
  file: DatabaseSync,
  path: string,
  { mark, ...timing }: LedgerOptions,
): Promise<PackedLedger & BrowsingPort> {
  const watch = new FileWatch(file, path);
  watch.check();
  const db = new Kysely<Tables>({ dialect: kyselyOnNodeSqlite(file, () => watch.check()) });
  // Initialized at once, so that closing it closes the file.
  await db.connection().execute(() => Promise.resolve());
  return createLedger(db, sqliteDialect(file, path), {
    timing,
    lineage: new Lineage(mark === undefined ? noMark : markFile(mark, path)),
  });
}
