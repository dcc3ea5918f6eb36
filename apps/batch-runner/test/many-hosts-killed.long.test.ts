import { setTimeout as delay } from 'node:timers/promises';
import { parseFaults } from '@enrollkit/provider-simulator';
import { waitFor } from '@enrollkit/testkit';
import { canRunPostgres, canStopPostgres, startCluster } from '@enrollkit/testkit/cluster';
import { afterAll, describe, expect, it } from 'vitest';
import { cardholders } from './cardholders.ts';
import { openManyHosts, type ManyHosts } from './many-hosts-harness.ts';
import { resolveAll, type ReportJson } from './crashes.ts';

/** Within this, work of a dead worker is given to another: what docs/many-hosts.md promises. */
const takeOverMs = 15_000;

describe.skipIf(!canRunPostgres)('many hosts, some of which die', { timeout: 300_000 }, () => {
  const cluster = canRunPostgres ? startCluster() : undefined;
  afterAll(() => cluster?.[Symbol.dispose]());

  it('a worker is killed while it sends, and the policy is resend', async () => {
    await using hosts = await openManyHosts(
      cluster,
      { onDuplicate: 'idempotent', faults: parseFaults('silent-answer@enrollBatch*1') },
      'onUnknown: resend',
    );
    await killWhileSending(hosts);
    const worker = hosts.worker('--until-idle');
    await waitFor('the worker', () => worker.said().includes('working'), 60_000);
    await waitFor(
      'the take-over',
      () => worker.said().includes('whether they arrived is not known'),
      takeOverMs,
    );
    expect(await worker.ended).toMatchObject({ code: 0 });
    expect(hosts.harness.simulator.world()).toMatchObject({ enrolled: 100, enrolledMoreThanOnce: 0 });
    expect(await hosts.harness.enrollkit('report')).toMatchObject({
      code: 0,
      out: expect.stringContaining('the sums add up') as string,
    });
  });

  it('a worker is killed while it sends, and the policy is hold', async () => {
    await using hosts = await openManyHosts(
      cluster,
      { onDuplicate: 'duplicate', faults: parseFaults('silent-answer@enrollBatch*1') },
      'onUnknown: hold',
    );
    await killWhileSending(hosts);
    const worker = hosts.worker();
    await waitFor('the worker', () => worker.said().includes('working'), 60_000);
    await waitFor('the take-over', async () => (await hosts.batches('unknown')).length > 0, takeOverMs);
    // One was sent; another one may have been as good as gone.
    const unknownBatches = await waitFor(
      'all but what is in state unknown to be settled',
      async () => {
        const unknown = await hosts.batches('unknown');
        return unknown.length + (await hosts.batches('settled')).length === 10 ? unknown : undefined;
      },
      60_000,
    );
    expect(new Set(unknownBatches.map(({ reason }) => reason?.code))).toEqual(new Set(['PROCESS_ENDED']));
    const { enrolled, enrolledMoreThanOnce } = hosts.harness.simulator.world();
    expect({ enrolledMoreThanOnce, known: enrolled > 10 * (10 - unknownBatches.length) }).toEqual({
      enrolledMoreThanOnce: 0,
      known: true,
    });
    expect(await hosts.harness.enrollkit('report')).toMatchObject({ code: 5 });
    // A person asks the provider, and decides beside the worker, who carries it on.
    await resolveAll(hosts.harness, (await hosts.harness.json<ReportJson>('report')).unknownBatches);
    await waitFor('the intake to be settled', () => hosts.settled(), 60_000);
    expect(hosts.harness.simulator.world()).toMatchObject({ enrolled: 100, enrolledMoreThanOnce: 0 });
    worker.process.kill('SIGTERM');
    expect(await worker.ended).toMatchObject({ code: 143 });
  });

  it('a worker is killed while it polls a batch', async () => {
    await using hosts = await openManyHosts(cluster, {
      onDuplicate: 'duplicate',
      faults: parseFaults('silent-request@getBatchStatus*1'),
    });
    const run = hosts.run(hosts.harness.write('in.csv', cardholders(100)));
    await waitFor(
      'a question',
      () => hosts.harness.simulator.faults().some(({ applied }) => applied > 0),
      60_000,
    );
    run.process.kill('SIGKILL');
    const worker = hosts.worker('--until-idle');
    await waitFor(
      'what was submitted to be settled',
      async () =>
        (
          await Promise.all(
            (['sealed', 'submitting', 'submitted'] as const).map((state) => hosts.batches(state)),
          )
        ).flat().length === 0,
      60_000,
    );
    expect(await worker.ended).toMatchObject({ code: 0 });
    expect(hosts.harness.simulator.world()).toMatchObject({ enrolledMoreThanOnce: 0 });
    const { tally } = await hosts.harness.json<{ readonly tally: { readonly submitted: number } }>('report');
    expect(tally.submitted).toBe(0);
  });

  it('the loader is killed while workers send', async () => {
    await using hosts = await openManyHosts(
      cluster,
      { onDuplicate: 'idempotent' },
      'requestsPerSecond: 15\n  onUnknown: resend',
    );
    const worker = hosts.worker();
    const run = hosts.run(hosts.harness.write('in.csv', cardholders(300)));
    await waitFor(
      'some batches to be settled',
      async () => (await hosts.batches('settled')).length > 2,
      90_000,
    );
    run.process.kill('SIGKILL');
    await waitFor('the intake to be settled', () => hosts.settled(), 90_000);
    expect(hosts.harness.simulator.world()).toMatchObject({ enrolled: 300, enrolledMoreThanOnce: 0 });
    expect(await hosts.harness.enrollkit('resume')).toMatchObject({ code: 0 });
    worker.process.kill('SIGTERM');
    expect(await worker.ended).toMatchObject({ code: 143 });
  });

  describe.skipIf(!canStopPostgres)('on a server of their own', () => {
    it('the database stops at once and comes back', async () => {
      await using hosts = await openManyHosts(cluster, { onDuplicate: 'duplicate' }, 'requestsPerSecond: 20');
      const worker = hosts.worker();
      const run = hosts.run(hosts.harness.write('in.csv', cardholders(400)));
      await waitFor(
        'some batches to be settled',
        async () => (await hosts.batches('settled')).length > 3,
        90_000,
      );
      cluster?.crash();
      await waitFor(
        'both to notice',
        () =>
          run.said().includes('the ledger is unavailable') &&
          worker.said().includes('the ledger is unavailable'),
        60_000,
      );
      // How long it is away is the input of this test: long enough to be asked for several times.
      await delay(4_000);
      cluster?.start();
      const ended = await run.ended;
      expect({ code: ended.code, out: ended.out, err: ended.err }).toEqual({
        code: expect.toBeOneOf([0, 5]) as number,
        out: expect.stringContaining('the sums add up') as string,
        err: ended.err,
      });
      expect(hosts.harness.simulator.world()).toMatchObject({ enrolledMoreThanOnce: 0 });
      expect(worker.said().match(/the ledger is unavailable/g)).toHaveLength(1);
      worker.process.kill('SIGTERM');
      expect(await worker.ended).toMatchObject({ code: 143 });
    });
  });
});

/**
 * Loads 100 records, and kills the only process while the provider has a batch of it and has not answered.
 */
async function killWhileSending(hosts: ManyHosts): Promise<void> {
  const run = hosts.run(hosts.harness.write('in.csv', cardholders(100)));
  await waitFor(
    'the provider to be silent',
    () => hosts.harness.simulator.faults().some(({ applied }) => applied > 0),
    60_000,
  );
  await waitFor('the intent', async () => (await hosts.batches('submitting')).length > 0);
  run.process.kill('SIGKILL');
  await run.ended;
}
