import { parseFaults } from '@enrollkit/provider-simulator';
import { canRunPostgres, startCluster } from '@enrollkit/testkit/cluster';
import { waitFor } from '@enrollkit/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { cardholders } from './cardholders.ts';
import { openManyHosts } from './many-hosts-harness.ts';

describe.skipIf(!canRunPostgres)('a run with its ledger in a database', { timeout: 300_000 }, () => {
  const cluster = canRunPostgres ? startCluster() : undefined;
  afterAll(() => cluster?.[Symbol.dispose]());

  it('is paused, stopped and reconciled like any other', async () => {
    await using hosts = await openManyHosts(
      cluster,
      { onDuplicate: 'duplicate', faults: parseFaults('stuck') },
      'requestsPerSecond: 100',
    );
    const { harness } = hosts;
    const running = hosts.run(harness.write('in.csv', cardholders(60)));
    await waitFor('the batches to arrive', () => harness.simulator.world().batches === 6, 60_000);
    expect(await harness.enrollkit('stop')).toMatchObject({ code: 0 });
    expect(await running.ended).toMatchObject({ code: 4 });

    harness.simulator.setFaults([]);
    const settled = await harness.enrollkit('--json', 'reconcile');
    expect({ code: settled.code, sums: JSON.parse(settled.out) as unknown }).toMatchObject({
      code: 0,
      sums: { settled: 6, open: 0, differences: 0 },
    });
    expect(await harness.enrollkit('resume')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/enrolled +60\n/) as string,
    });
    harness.simulator.setFaults(parseFaults('false-failure'));
    expect(await harness.enrollkit('reconcile')).toMatchObject({
      code: 7,
      out: expect.stringContaining('polled 6 batches: 6 differences') as string,
    });
    expect(await harness.enrollkit('purge', '--older-than', '0d', '--yes')).toMatchObject({
      code: 0,
      out: expect.stringContaining('removed 60 records') as string,
    });
    expect(await harness.enrollkit('ledger', 'verify')).toMatchObject({ code: 0 });
  });
});
