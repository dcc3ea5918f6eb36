import { canStopPostgres, startCluster } from '@enrollkit/testkit/cluster';
import { waitFor } from '@enrollkit/testkit';
import { describe, expect, it } from 'vitest';
import { cardholders } from './cardholders.ts';
import { resolveHonestly } from './crashes.ts';
import { openManyHosts } from './many-hosts-harness.ts';

describe.skipIf(!canStopPostgres)('a database that failed over', { timeout: 180_000 }, () => {
  it('the database fails over, and commits are lost', async () => {
    using cluster = startCluster();
    await using hosts = await openManyHosts(cluster, { onDuplicate: 'duplicate' }, 'requestsPerSecond: 12');
    const { harness } = hosts;
    const worker = hosts.worker();
    const run = hosts.run(harness.write('in.csv', cardholders(600)));
    const sent = (batches: number) => () => harness.simulator.world().batches >= batches;
    await waitFor('some batches to be sent', sent(4), 90_000);
    const older = cluster.copy();
    // All that both processes may have in flight was perhaps recorded before the copy ended: 16 batches.
    await waitFor('more batches to be sent', sent(harness.simulator.world().batches + 24), 90_000);
    older.restore();
    for (const ended of await Promise.all([run.ended, worker.ended]))
      expect(ended).toMatchObject({
        code: 4,
        err: expect.stringMatching(/the ledger went back in time: [^]*hint: .*ledger adopt/) as string,
      });
    expect(harness.simulator.world()).toMatchObject({ enrolledMoreThanOnce: 0 });
    const before = harness.simulator.world();
    expect(await hosts.worker('--until-idle').ended).toMatchObject({ code: 4 });
    expect(harness.simulator.world()).toEqual(before);

    expect(await harness.call('ledger', 'adopt')).toMatchObject({ code: 5 });
    expect(await harness.call('resume')).toMatchObject({ code: 5 });
    expect(await resolveHonestly(harness)).toBeGreaterThan(8);
    expect(await harness.call('resume')).toMatchObject({ code: 0 });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 600, enrolledMoreThanOnce: 0 });
  });
});
