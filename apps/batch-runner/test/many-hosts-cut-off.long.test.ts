import { openTcpProxy, waitFor } from '@enrollkit/testkit';
import { canStopPostgres, startCluster } from '@enrollkit/testkit/cluster';
import { describe, expect, it } from 'vitest';
import { cardholders } from './cardholders.ts';
import { throughProxy, openManyHosts } from './many-hosts-harness.ts';

describe.skipIf(!canStopPostgres)('many hosts and a proxy to their database', { timeout: 300_000 }, () => {
  it('the network is cut between a worker and the database', async () => {
    using cluster = startCluster();
    await using proxy = await openTcpProxy(cluster.socket);
    // What the worker sends just before is answered long after it can write it down.
    await using hosts = await openManyHosts(
      cluster,
      { onDuplicate: 'idempotent' },
      'requestsPerSecond: 8\n  onUnknown: resend',
    );
    const worker = hosts.worker('--set', `ledger.url=${throughProxy(hosts.address, proxy)}`);
    const run = hosts.run(hosts.harness.write('in.csv', cardholders(300)));
    await waitFor(
      'some batches to be settled',
      async () => (await hosts.batches('settled')).length > 2,
      90_000,
    );
    await waitFor('the worker to work', () => worker.said().includes('working'), 60_000);
    proxy.block();
    // The others do not need it.
    expect(await run.ended).toMatchObject({
      code: 0,
      out: expect.stringContaining('the sums add up') as string,
    });
    expect(hosts.harness.simulator.world()).toMatchObject({ enrolled: 300, enrolledMoreThanOnce: 0 });
    await waitFor('the worker to notice', () => worker.said().includes('the ledger is unavailable'), 90_000);
    proxy.unblock();
    await waitFor(
      'the worker to be back',
      () => worker.said().includes('the ledger is available again'),
      60_000,
    );
    expect(await hosts.run(hosts.harness.write('more.csv', cardholders(20, [], 1_000))).ended).toMatchObject({
      code: 0,
    });
    expect(hosts.harness.simulator.world()).toMatchObject({ enrolled: 320, enrolledMoreThanOnce: 0 });
    worker.process.kill('SIGTERM');
    expect(await worker.ended).toMatchObject({ code: 143 });
  });

  it('the database fails over', async () => {
    using cluster = startCluster();
    await using proxy = await openTcpProxy(cluster.socket);
    await using hosts = await openManyHosts(
      cluster,
      { onDuplicate: 'duplicate', proxy },
      'requestsPerSecond: 20',
    );
    const follower = await cluster.follow();
    const worker = hosts.worker();
    const run = hosts.run(hosts.harness.write('in.csv', cardholders(400)));
    await waitFor(
      'some batches to be settled',
      async () => (await hosts.batches('settled')).length > 3,
      90_000,
    );
    cluster.crash();
    // For a while the name leads to a server that may be read and not yet written.
    proxy.redirect(follower.socket);
    await waitFor(
      'both to notice',
      () =>
        run.said().includes('the ledger is unavailable') &&
        worker.said().includes('the ledger is unavailable'),
      60_000,
    );
    follower.promote();
    const ended = await run.ended;
    expect({ code: ended.code, out: ended.out, err: ended.err }).toEqual({
      code: expect.toBeOneOf([0, 5]) as number,
      out: expect.stringContaining('the sums add up') as string,
      err: ended.err,
    });
    expect(hosts.harness.simulator.world()).toMatchObject({ enrolledMoreThanOnce: 0 });
    worker.process.kill('SIGTERM');
    expect(await worker.ended).toMatchObject({ code: 143 });
  });
});
