import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSharedLedger, openSqliteLedger, type Ledger } from '@enrollkit/ledger';
import { query, startCluster } from '@enrollkit/testkit/cluster';

/** Where the ledger is. */
export type LedgerKind = 'sqlite' | 'postgres';

/** An empty ledger, and how large what holds its register is, in bytes. */
export interface BenchLedger extends AsyncDisposable {
  readonly ledger: Ledger;
  readonly bytes: () => Promise<number>;
}

/** A new ledger, thrown away with the place. */
export function newPlace(kind: LedgerKind): Promise<BenchLedger> {
  return kind === 'sqlite' ? sqlitePlace() : postgresPlace();
}

async function sqlitePlace(): Promise<BenchLedger> {
  const folder = mkdtempSync(join(tmpdir(), 'enrollkit-bench-'));
  const path = join(folder, 'ledger');
  const ledger = await openSqliteLedger(path);
  return {
    ledger,
    bytes: () => Promise.resolve(statSync(path).size),
    [Symbol.asyncDispose]: async () => {
      await ledger.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function postgresPlace(): Promise<BenchLedger> {
  const cluster = startCluster({ durable: true });
  const { address } = await cluster.newDatabase();
  const ledger = await openSharedLedger(address);
  return {
    ledger,
    bytes: async () => {
      const [row] = await query(address, "select pg_total_relation_size('enrollkit.register') as bytes");
      return Number(row?.['bytes']);
    },
    [Symbol.asyncDispose]: async () => {
      await ledger.close();
      cluster[Symbol.dispose]();
    },
  };
}
