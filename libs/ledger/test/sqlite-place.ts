import { readdirSync, readFileSync } from 'node:fs';
import { openSqliteLedger, type Ledger, type LedgerOptions } from '@enrollkit/ledger';
import { temporaryFolder } from '@enrollkit/testkit';
import type { Place } from './place.ts';

/** A ledger file in a folder of its own. */
export async function sqlitePlace(
  open: (path: string, options?: LedgerOptions) => Promise<Ledger> = openSqliteLedger,
): Promise<Place & { readonly path: string; readonly folder: string }> {
  const folder = temporaryFolder();
  const path = folder.file('enrollkit.ledger');
  const opened: Ledger[] = [];
  return {
    path,
    folder: folder.path,
    address: path,
    async open(options) {
      const ledger = await open(path, options);
      opened.push(ledger);
      return ledger;
    },
    bytesAtRest: async () =>
      Buffer.concat(readdirSync(folder.path).map((name) => readFileSync(folder.file(name)))),
    async [Symbol.asyncDispose]() {
      await Promise.all(opened.map((ledger) => ledger.close()));
      folder[Symbol.dispose]();
    },
  };
}
