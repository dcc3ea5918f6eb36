import { canStopPostgres, query, startCluster } from '@enrollkit/testkit/cluster';
import { describe, expect, it } from 'vitest';
import { cardholders } from './cardholders.ts';
import { resolveHonestly } from './crashes.ts';
import { openManyHosts } from './many-hosts-harness.ts';

const rewound = (why: RegExp) => ({
  code: 4,
  err: expect.stringMatching(
    new RegExp(`the ledger went back in time: ${why.source}[^]*hint: .*enrollkit .*ledger adopt`),
  ) as string,
});

describe.skipIf(!canStopPostgres)('a database that went back in time', { timeout: 180_000 }, () => {
  it('the database is restored from an older base backup', async () => {
    using cluster = startCluster();
    await using hosts = await openManyHosts(cluster, { onDuplicate: 'duplicate' }, 'requestsPerSecond: 200');
    const { harness, address } = hosts;
    harness.write(
      'enrollkit.yaml',
      harness.read('enrollkit.yaml').replace(/^ledger: (.*)$/m, 'ledger: { url: "$1", stateFolder: state }'),
    );
    const file = (name: string, count: number) => harness.write(name, cardholders(count));
    expect(await harness.call('run', file('monday.csv', 10))).toMatchObject({ code: 0 });
    const older = cluster.copy();
    expect(await harness.call('run', file('tuesday.csv', 25))).toMatchObject({ code: 0 });
    older.restore();

    const before = harness.simulator.world();
    const wednesday = file('wednesday.csv', 32);
    expect(await harness.call('run', wednesday)).toMatchObject(rewound(/it was written \d+ times/));
    expect(await harness.call('resume')).toMatchObject({ code: 4 });
    expect(await harness.call('worker', '--until-idle')).toMatchObject({ code: 4 });
    expect(harness.simulator.world()).toEqual(before);

    expect(await harness.call('ledger', 'adopt')).toMatchObject({
      code: 0,
      err: expect.stringContaining('new batches become unknown instead of being sent') as string,
    });
    // Whom Tuesday's file has enrolled the ledger does not know: the file is run again, and its batches are
    // asked for.
    expect(await harness.call('run', harness.path('tuesday.csv'))).toMatchObject({ code: 5 });
    expect(harness.simulator.world()).toEqual(before);
    expect(await resolveHonestly(harness)).toBe(2);
    expect(await harness.call('resume')).toMatchObject({ code: 0 });
    expect(await harness.call('ledger', 'adopt', '--complete', 'Tuesday is resolved')).toMatchObject({
      code: 0,
    });
    expect(await harness.call('run', wednesday)).toMatchObject({ code: 0 });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 32, enrolledMoreThanOnce: 0 });
    expect((await harness.call('audit')).out).toContain('complete=Tuesday is resolved');

    for (const schema of ['enrollkit', 'enrollkit_queue'])
      await query(address, `drop schema ${schema} cascade`);
    expect(await harness.call('run', file('thursday.csv', 33))).toMatchObject(
      rewound(/another ledger stands/),
    );
    expect(harness.simulator.world()).toMatchObject({ enrolled: 32 });
  });
});
