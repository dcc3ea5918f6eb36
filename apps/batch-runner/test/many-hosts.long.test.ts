import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseFaults } from '@enrollkit/provider-simulator';
import { waitFor } from '@enrollkit/testkit';
import { canRunPostgres, query, startCluster } from '@enrollkit/testkit/cluster';
import { afterAll, describe, expect, it } from 'vitest';
import { Harness } from './harness.ts';
import { cardholders } from './cardholders.ts';
import { openManyHosts } from './many-hosts-harness.ts';

describe.skipIf(!canRunPostgres)('many hosts', { timeout: 300_000 }, () => {
  const cluster = canRunPostgres ? startCluster() : undefined;
  afterAll(() => cluster?.[Symbol.dispose]());

  it('several hosts work on one intake', async () => {
    await using hosts = await openManyHosts(cluster, { onDuplicate: 'duplicate' }, 'requestsPerSecond: 20');
    const workers = [
      hosts.worker('--set', 'output.logFile=host.log'),
      hosts.worker('--set', 'output.logFile=host.log'),
    ];
    await Promise.all(
      workers.map(({ said }) => waitFor('the worker', () => said().includes('working'), 60_000)),
    );
    const file = hosts.harness.write(
      'in.csv',
      `${cardholders(300)}\nconsumer-x,card-x,not-a-pan,12/39,Jo,Doe,j@example.com,+14155550123,US,en,1 Main Street,Springfield,12345\n`,
    );
    const ended = await hosts.run(file).ended;
    expect({ code: ended.code, err: ended.err }).toEqual({ code: 3, err: ended.err });
    expect(hosts.harness.simulator.world()).toMatchObject({
      enrolled: 300,
      enrolledMoreThanOnce: 0,
      repeatedBatches: 0,
    });
    // Each of them did its part.
    for (const host of ['host-1', 'host-2'])
      expect(readFileSync(hosts.harness.path(`${host}/host.log`), 'utf8')).toContain('"msg":"submitted"');
    // The same file, on one host with its ledger in a file.
    const alone = await Harness.open(
      {},
      'sending:\n  batchSize: 10\n  requestsPerSecond: 100\n  poll: { firstMs: 200, maxMs: 1000 }\n',
    );
    await alone.enrollkit(
      'run',
      alone.write(
        'in.csv',
        `${cardholders(300)}\nconsumer-x,card-x,not-a-pan,12/39,Jo,Doe,j@example.com,+14155550123,US,en,1 Main Street,Springfield,12345\n`,
      ),
    );
    expect(instructed(await hosts.harness.json('report'))).toEqual(instructed(await alone.json('report')));
    await alone.close();
    for (const worker of workers) worker.process.kill('SIGTERM');
    expect(await Promise.all(workers.map(({ ended: end }) => end))).toMatchObject([
      { code: 143 },
      { code: 143 },
    ]);
  });

  it('a host has other settings than the others', async () => {
    await using hosts = await openManyHosts(cluster, {}, 'requestsPerSecond: 2');
    const run = hosts.run(hosts.harness.write('in.csv', cardholders(200)));
    await waitFor('a batch to be sent', async () => (await hosts.batches('submitted')).length > 0, 60_000);
    expect(await hosts.worker('--until-idle', '--set', 'sending.requestsPerSecond=3').ended).toMatchObject({
      code: 2,
      err: expect.stringContaining('sending.requestsPerSecond is 3 here and 2 there') as string,
    });
    await query(
      hosts.address,
      'update enrollkit.participant set terms = replace(terms, \'"version":"\', \'"version":"9.\')',
    );
    expect(await hosts.worker('--until-idle').ended).toMatchObject({
      code: 2,
      err: expect.stringMatching(/the version is \S+ here and 9\.\S+ there/) as string,
    });
    run.process.kill('SIGTERM');
    expect(await run.ended).toMatchObject({ code: 143 });
    // Whoever feeds may change the terms once nobody is at work, and then the workers follow it.
    const resumed = hosts.harness.start('--set', 'sending.requestsPerSecond=100', 'resume');
    await waitFor(
      'the new terms',
      async () => {
        const [set] = await query(hosts.address, 'select terms from enrollkit.terms');
        return String(set?.['terms']).includes('"sending.requestsPerSecond":100');
      },
      60_000,
    );
    expect(await hosts.worker('--until-idle', '--set', 'sending.requestsPerSecond=100').ended).toMatchObject({
      code: 0,
    });
    expect(await resumed.ended).toMatchObject({ code: 0 });
  });

  it('the provider asks one host to pause', async () => {
    const arrivals: number[] = [];
    await using hosts = await openManyHosts(
      cluster,
      {
        onDuplicate: 'duplicate',
        onRequest: () => arrivals.push(performance.now()),
        faults: parseFaults('429-seconds=4@enrollBatch*1+5'),
      },
      'requestsPerSecond: 20',
    );
    const worker = hosts.worker();
    expect(await hosts.run(hosts.harness.write('in.csv', cardholders(200))).ended).toMatchObject({ code: 0 });
    const gaps = arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? 0));
    // Whose slot had come at that very moment may still have sent.
    expect(Math.max(...gaps)).toBeGreaterThan(3_000);
    expect(hosts.harness.simulator.world()).toMatchObject({ enrolled: 200, enrolledMoreThanOnce: 0 });
    worker.process.kill('SIGTERM');
    await worker.ended;
  });

  it('many hosts share one request rate', async () => {
    const arrivals: number[] = [];
    const late = monitorEventLoopDelay({ resolution: 1 });
    await using hosts = await openManyHosts(
      cluster,
      { onDuplicate: 'duplicate', onRequest: () => arrivals.push(performance.now()) },
      'requestsPerSecond: 30',
    );
    const workers = [hosts.worker(), hosts.worker()];
    await Promise.all(
      workers.map(({ said }) => waitFor('the worker', () => said().includes('working'), 60_000)),
    );
    late.enable();
    const { code, err } = await hosts.run(hosts.harness.write('in.csv', cardholders(600))).ended;
    expect({ code, err }).toEqual({ code: 0, err });
    late.disable();
    const inSecond = arrivals.map((from) => arrivals.filter((at) => at >= from && at < from + 1000).length);
    // Within a tenth. On a crowded machine requests leave late, and are seen late: as late as this process
    // was, each.
    expect(Math.max(...inSecond)).toBeLessThanOrEqual(30 * (1.1 + (2 * late.max) / 1e9));
    for (const worker of workers) worker.process.kill('SIGTERM');
    await Promise.all(workers.map(({ ended }) => ended));
  });

  it('the key of the provider is rotated, and only workers without the input are left', async () => {
    await using hosts = await openManyHosts(cluster, { onDuplicate: 'duplicate' }, 'requestsPerSecond: 3');
    const file = hosts.harness.write('in.csv', cardholders(120));
    const run = hosts.run(file);
    await waitFor('a batch to be sent', async () => (await hosts.batches('submitted')).length > 0, 60_000);
    run.process.kill('SIGTERM');
    expect(await run.ended).toMatchObject({ code: 143 });
    await hosts.harness.simulator.rotateKey('refuse');
    expect(await hosts.worker('--until-idle').ended).toMatchObject({
      code: 4,
      err: expect.stringMatching(/the input is needed: [^]*hint: enrollkit resume --file FILE/) as string,
    });
    expect(await hosts.harness.enrollkit('resume', '--file', file)).toMatchObject({ code: 0 });
    expect(hosts.harness.simulator.world()).toMatchObject({ enrolled: 120, enrolledMoreThanOnce: 0 });
  });

  it('the hosts are paused and stopped from elsewhere', async () => {
    let arrived = 0;
    await using hosts = await openManyHosts(
      cluster,
      { onRequest: () => (arrived += 1) },
      'requestsPerSecond: 2',
    );
    const worker = hosts.worker();
    const run = hosts.run(hosts.harness.write('in.csv', cardholders(400)));
    await waitFor('a batch to be sent', async () => (await hosts.batches('submitted')).length > 0, 60_000);
    expect(await hosts.harness.enrollkit('pause')).toMatchObject({ code: 0 });
    await waitFor(
      'both to pause',
      () => run.said().includes('paused') && worker.said().includes('paused'),
      60_000,
    );
    await waitFor('what was in flight', async () => (await hosts.batches('submitting')).length === 0, 60_000);
    // Two processes start, look and end meanwhile: time for several requests.
    const before = arrived;
    for (const _ of [1, 2])
      expect(await hosts.harness.enrollkit('status')).toMatchObject({
        code: 4,
        err: expect.stringContaining('is paused') as string,
      });
    expect(arrived).toBe(before);
    expect(await hosts.harness.enrollkit('resume')).toMatchObject({
      code: 0,
      err: expect.stringContaining('continues') as string,
    });
    await waitFor(
      'both to go on',
      () => run.said().includes('continuing') && worker.said().includes('continuing'),
      60_000,
    );
    expect(await hosts.harness.enrollkit('stop')).toMatchObject({ code: 0 });
    await waitFor(
      'both to end',
      () => [run, worker].every(({ process: { exitCode } }) => exitCode !== null),
      60_000,
    );
    expect(await Promise.all([run.ended, worker.ended])).toMatchObject([{ code: 4 }, { code: 4 }]);
    expect((await hosts.batches('submitting')).length).toBe(0);
  });

  it('never prints the password of the database', async () => {
    const harness = await Harness.open(
      {},
      'ledger: postgres://enrollkit:open-sesame@127.0.0.1:9/enrollkit\n',
    );
    for (const command of [
      ['status'],
      ['worker'],
      ['doctor'],
      ['--json', 'run', harness.write('in.csv', cardholders(1))],
    ]) {
      const { code, out, err } = await harness.enrollkit(...command);
      expect({ failed: code !== 0, says: out + err }).toEqual({
        failed: true,
        says: expect.not.stringContaining('sesame') as string,
      });
      expect(out + err).toContain('enrollkit@127.0.0.1:9/enrollkit');
    }
    const flag = await harness.enrollkit(
      '--set',
      'ledger.url=postgres://enrollkit:open-sesame@127.0.0.1:9/enrollkit',
      'status',
    );
    expect(flag).toMatchObject({
      code: 2,
      err: expect.stringContaining('a password cannot be given in a flag') as string,
    });
    expect(flag.err).not.toContain('sesame');
    expect(await harness.enrollkit('--set', 'ledger.password=open-sesame', 'status')).toMatchObject({
      code: 2,
      err: expect.stringContaining('a secret cannot be given as a flag') as string,
    });
    await harness.close();
  });

  it('a worker is started on a ledger in a file', async () => {
    const harness = await Harness.open();
    expect(await harness.enrollkit('worker')).toMatchObject({
      code: 2,
      err: expect.stringContaining('needs a ledger that many hosts can share') as string,
    });
    await harness.close();
  });
});

/** A report without what is of its time and place. */
function instructed({
  tally,
  addsUp,
  rejections,
  refusals,
  unknownBatches,
}: Record<string, unknown>): unknown {
  return { tally, addsUp, rejections, refusals, unknownBatches };
}
