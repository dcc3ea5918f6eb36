import { cpSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { openLedgerView, type LedgerView } from '@enrollkit/ledger';
import { waitFor } from '@enrollkit/testkit';
import { canRunPostgres, canStopPostgres, query, startCluster } from '@enrollkit/testkit/cluster';
import type { SimulatorOptions } from '@enrollkit/provider-simulator';
import { afterAll, describe, expect, it } from 'vitest';
import { exitCodes } from '../src/exit-codes.ts';
import { Bank, type Running } from './bank.ts';
import { cardholders } from './cardholders.ts';

if (!canRunPostgres) {
  process.stderr.write('\nNO POSTGRESQL HERE: many hosts are NOT tested. Install postgresql, or set ENROLLKIT_TEST_DATABASE_URL.\n\n');
}

const settings = (address: string, sending = ''): string => `ledger: ${address}
sending:
  batchSize: 10
  requestsPerSecond: 100
  poll: { firstMs: 200, maxMs: 1000 }
  ${sending}
`;

describe.skipIf(!canRunPostgres)('many hosts', { timeout: 120_000 }, () => {
  const cluster = canRunPostgres ? startCluster() : undefined;
  afterAll(() => cluster?.[Symbol.dispose]());

  it('several hosts work on one intake', async () => {
    await using house = await open({ onDuplicate: 'duplicate' });
    const workers = [house.host(), house.host()].map((host) => host.start('worker'));
    const ended = await house.bank.enrollkit('run', house.bank.write('in.csv', cardholders(400)));
    expect({ code: ended.code, err: ended.err }).toEqual({ code: exitCodes.allEnrolled.code, err: ended.err });
    expect(ended.out).toContain('the sums add up');
    expect(house.bank.simulator.world()).toMatchObject({ enrolled: 400, enrolledMoreThanOnce: 0 });
    for (const worker of workers) worker.process.kill('SIGTERM');
    expect(await Promise.all(workers.map(({ ended: end }) => end))).toMatchObject([{ code: 143 }, { code: 143 }]);
  });

  /** A bank whose ledger is in an empty database, and other hosts that see it. */
  async function open(options: SimulatorOptions = {}, sending = '') {
    if (cluster === undefined) throw new Error('no PostgreSQL');
    const address = await cluster.emptyDatabase();
    const bank = await Bank.open(options, settings(address, sending));
    return {
      bank,
      address,
      host: () => ({ start: (...argv: string[]): Running => bank.start(...argv) }),
      [Symbol.asyncDispose]: () => bank.close(),
    };
  }
});
