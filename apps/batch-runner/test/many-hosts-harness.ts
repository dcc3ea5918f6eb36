import { cpSync, mkdirSync } from 'node:fs';
import { openLedgerView, type BatchRow, type LedgerView } from '@enrollkit/ledger';
import type { SimulatorOptions } from '@enrollkit/provider-simulator';
import type { TcpProxy } from '@enrollkit/testkit';
import { canRunPostgres, type Cluster } from '@enrollkit/testkit/cluster';
import { Harness, type Running } from './harness.ts';

if (!canRunPostgres) {
  process.stderr.write(
    '\nNO POSTGRESQL HERE: many hosts are NOT tested. Install postgresql, or set ENROLLKIT_TEST_DATABASE_URL.\n\n',
  );
}

/** A harness whose ledger is in a database of its own, and hosts that share it. */
export interface ManyHosts extends AsyncDisposable {
  readonly harness: Harness;
  readonly address: string;
  /** Starts a worker on another host: a folder with the configuration and the keys, and nothing else. */
  worker(...argv: string[]): Running;
  /** Runs the command in the harness's folder. */
  run(file: string): Running;
  /** The batches of the only intake in that state; none while there is no ledger yet. */
  batches(state: BatchRow['state']): Promise<readonly BatchRow[]>;
  /** Whether there is an intake. */
  begun(): Promise<boolean>;
  /** Whether the only intake is settled. */
  settled(): Promise<boolean>;
  view(): Promise<LedgerView>;
}

/** A busy machine must not look like a provider that does not answer in time. */
const longTimeout = ['--set', 'provider.timeoutMs=30000'];

/** How the provider behaves, and on which proxy all go to the database, where it is not the straight one. */
interface ManyHostsOptions extends SimulatorOptions {
  readonly proxy?: TcpProxy;
}

/** Opens a harness on a new database. `sending`: settings of that section. */
export async function openManyHosts(
  cluster: Cluster | undefined,
  { proxy, ...options }: ManyHostsOptions = {},
  sending = '',
): Promise<ManyHosts> {
  if (cluster === undefined) throw new Error('no PostgreSQL');
  const database = await cluster.newDatabase();
  const address = proxy === undefined ? database.address : throughProxy(database.address, proxy);
  const harness = await Harness.open(
    options,
    `ledger: ${address}\nsending:\n  batchSize: 10\n  poll: { firstMs: 200, maxMs: 1000 }\n  ${sending}\n`,
  );
  let workers = 0;
  let opened: LedgerView | undefined;
  const view = async (): Promise<LedgerView> => (opened ??= await openLedgerView(address));
  const intake = async () =>
    (await (await view().catch(() => undefined))?.listIntakes().catch(() => []))?.[0];
  return {
    harness,
    address,
    view,
    run: (file) => harness.start(...longTimeout, 'run', file),
    worker(...argv) {
      workers += 1;
      const folder = harness.path(`host-${workers}`);
      mkdirSync(folder, { mode: 0o700 });
      for (const name of ['enrollkit.yaml', 'signing-key.pem'])
        cpSync(harness.path(name), `${folder}/${name}`);
      return harness.startIn({ folder }, ...longTimeout, 'worker', ...argv);
    },
    async batches(state) {
      const found = await intake();
      return found === undefined ? [] : (await view()).batchesIn(found.id, state);
    },
    begun: async () => (await intake()) !== undefined,
    settled: async () => (await intake())?.state === 'settled',
    async [Symbol.asyncDispose]() {
      await opened?.close();
      await harness.close();
      await database.drop();
    },
  };
}

/** The address of the same database at the near end of a proxy. */
export function throughProxy(address: string, { port }: TcpProxy): string {
  const url = new URL(address);
  url.search = '';
  url.host = `127.0.0.1:${port}`;
  return url.href;
}
