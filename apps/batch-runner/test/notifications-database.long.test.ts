import { canRunPostgres, startCluster } from '@enrollkit/testkit/cluster';
import { freePort, waitFor } from '@enrollkit/testkit';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { cardholders } from './cardholders.ts';
import { Harness } from './harness.ts';

describe.skipIf(!canRunPostgres)('notifications with the ledger in a database', { timeout: 300_000 }, () => {
  const cluster = canRunPostgres ? startCluster() : undefined;
  afterAll(() => cluster?.[Symbol.dispose]());

  it('settle what a run beside the receiver sends, without a single poll', async () => {
    if (cluster === undefined) throw new Error('no PostgreSQL');
    const database = await cluster.newDatabase();
    onTestFinished(() => database.drop());
    const port = await freePort();
    let polls = 0;
    const harness = await Harness.open(
      {
        notificationUrl: `http://127.0.0.1:${port}/notifications/batch/enrollmentrecord`,
        processingMs: 150,
        onRequest: (operation) => (polls += operation === 'getBatchStatus' ? 1 : 0),
      },
      `sending:
  batchSize: 10
  requestsPerSecond: 200
  poll: { firstMs: 3600000, maxMs: 3600000, jitter: 0 }
ledger: ${database.address}
`,
    );
    onTestFinished(() => harness.close());
    const receiver = ['--set', `notifications.port=${port}`, '--set', 'notifications.proof=none'];
    const serving = harness.start(...receiver, 'notifications', 'serve');
    await waitFor('the receiver', () => serving.said().includes('notifications are received at'));
    const file = harness.write('in.csv', cardholders(45));
    expect(await harness.enrollkit('run', file)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/enrolled +45\n/),
    });
    expect(polls).toBe(0);
    const { out } = await harness.call('--json', 'audit');
    expect(out.match(/"action":"notification"/g)).toHaveLength(5);
    expect(await harness.call('ledger', 'verify')).toMatchObject({ code: 0 });
    serving.process.kill('SIGTERM');
    expect(await serving.ended).toMatchObject({ code: 143 });
  });
});
