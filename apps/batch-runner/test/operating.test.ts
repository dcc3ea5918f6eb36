import { parseFaults } from '@enrollkit/provider-simulator';
import { waitFor } from '@enrollkit/testkit';
import { describe, it, type TestContext } from 'vitest';
import { Harness, type Running } from './harness.ts';
import { cardholders } from './cardholders.ts';

const slow = `sending:
  batchSize: 5
  requestsPerSecond: 10
  poll: { firstMs: 40, maxMs: 200 }
`;
const faster = ['--set', 'sending.requestsPerSecond=200'] as const;

interface Event {
  readonly at: string;
  readonly action: string;
  readonly detail: Readonly<Record<string, string | number>>;
}

/** A bank with a run under way that will not end while its faults last, and when each request came in. */
async function underWay(
  { onTestFinished }: TestContext,
  settings = slow,
): Promise<{ readonly harness: Harness; readonly running: Running; readonly arrivals: readonly number[] }> {
  const arrivals: number[] = [];
  const harness = await Harness.open(
    { onDuplicate: 'duplicate', faults: parseFaults('stuck'), onRequest: () => arrivals.push(Date.now()) },
    settings,
  );
  onTestFinished(() => harness.close());
  const running = harness.start('run', harness.write('in.csv', cardholders(60)));
  await waitFor('a batch to arrive', () => harness.simulator.world().batches > 0, 60_000);
  return { harness, running, arrivals };
}

/** A second is promised, from the moment it was told; the rest is for a crowded machine. */
const heardWithinMs = 3_000;

async function actions(harness: Harness): Promise<readonly Event[]> {
  const { out } = await harness.enrollkit('--json', 'audit');
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
}

describe.concurrent('a runner', { timeout: 180_000 }, () => {
  it('the run is paused from elsewhere', async (test) => {
    const { expect } = test;
    const { harness, running, arrivals } = await underWay(test);
    const instructed = await harness.enrollkit('pause');
    expect(instructed).toMatchObject({
      code: 0,
      err: expect.stringContaining(`process ${running.process.pid}`),
    });
    await waitFor('the runner to hear it', () => running.said().includes('paused on request'), 60_000);
    // A whole other process starts, looks and ends, and nothing has come in meanwhile.
    await waitFor(
      'what was in flight',
      async () =>
        (await harness.json<[{ tally: { batches: { submitting: number } } }]>('status'))[0].tally.batches
          .submitting === 0,
    );
    const before = arrivals.length;
    expect(await harness.enrollkit('status')).toMatchObject({
      code: 4,
      err: expect.stringContaining('is paused'),
    });
    expect(await harness.enrollkit('pause')).toMatchObject({ code: 0 });
    expect(arrivals.length).toBe(before);
    const { at: instructedAt = '' } = (await actions(harness)).find(({ action }) => action === 'pause') ?? {};
    expect((arrivals.at(-1) ?? Infinity) - Date.parse(instructedAt)).toBeLessThan(heardWithinMs);

    harness.simulator.setFaults([]);
    expect(await harness.enrollkit('resume')).toMatchObject({
      code: 0,
      err: expect.stringContaining('continues'),
    });
    expect(await running.ended).toMatchObject({ code: 0, out: expect.stringContaining('the sums add up') });
    expect(harness.simulator.world()).toMatchObject({
      enrolled: 60,
      enrolledMoreThanOnce: 0,
      repeatedBatches: 0,
    });
    expect((await actions(harness)).map(({ action }) => action)).toEqual([
      'run',
      'read with',
      'pause',
      'pause',
      'resume',
      'run ended',
    ]);
  });

  it('the run is stopped from elsewhere', async (test) => {
    const { expect } = test;
    const { harness, running } = await underWay(test);
    // What is in flight takes its time.
    harness.simulator.setFaults(parseFaults('stuck,delay=2500@getBatchStatus'));
    await waitFor(
      'a request that is answered late',
      () => harness.simulator.faults().some(({ fault, applied }) => fault === 'delay' && applied > 0),
      60_000,
    );
    const instructed = await harness.enrollkit('stop');
    expect(instructed).toMatchObject({
      code: 0,
      err: expect.stringMatching(new RegExp(`process ${running.process.pid} .*\nit has ended`)),
    });
    // It was waited for: it has said its last word.
    expect(running.said()).toContain('stopped on request');
    expect(await running.ended).toMatchObject({
      code: 4,
      err: expect.stringContaining('stopped on request'),
      out: expect.stringContaining('the sums add up'),
    });
    harness.simulator.setFaults([]);
    expect(await harness.enrollkit(...faster, 'resume')).toMatchObject({ code: 0 });
    expect(harness.simulator.world()).toMatchObject({
      enrolled: 60,
      enrolledMoreThanOnce: 0,
      repeatedBatches: 0,
    });
    expect((await actions(harness)).map(({ action }) => action)).toEqual([
      'run',
      'read with',
      'stop',
      'run ended',
      'resume',
      'resume ended',
    ]);
  });

  it('that is paused still ends at its deadline', async (test) => {
    const { expect } = test;
    const { harness, running } = await underWay(test, `${slow}  deadlineMs: 25000\n`);
    expect(await harness.enrollkit('pause')).toMatchObject({ code: 0 });
    await waitFor('the deadline', () => running.said().includes('(sending.deadlineMs) has passed'), 60_000);
    expect(await running.ended).toMatchObject({
      code: 4,
      err: expect.stringMatching(/paused on request[^]*the deadline .* has passed/),
      out: expect.stringContaining('the sums add up'),
    });
  });

  it('that is paused can be stopped, and the instruction ends with it', async (test) => {
    const { expect } = test;
    const { harness, running } = await underWay(test);
    await harness.enrollkit('pause');
    expect(await harness.enrollkit('stop')).toMatchObject({ code: 0 });
    expect(await running.ended).toMatchObject({ code: 4 });
    harness.simulator.setFaults([]);
    expect(await harness.enrollkit(...faster, 'resume')).toMatchObject({ code: 0 });
  });

  it('a run cannot finish by its deadline', async ({ expect, onTestFinished }) => {
    const harness = await Harness.open({}, `${slow}  deadlineMs: 5000\n`);
    onTestFinished(() => harness.close());
    const { code, err } = await harness.enrollkit('run', harness.write('in.csv', cardholders(300)));
    expect(code).toBe(4);
    expect(
      err.match(
        /the deadline will pass before the end: 300 records need about 12 s more.*\nhint: sending\.requestsPerSecond limits it/g,
      ),
    ).toHaveLength(1);
    expect(err.match(/the deadline will pass/g)).toHaveLength(1);
    const ample = await harness.enrollkit(...faster, '--set', 'sending.deadlineMs=60000', 'resume');
    expect(ample).toMatchObject({ code: 0, err: expect.not.stringContaining('deadline') });

    // The rate would do, the provider is too slow: seen by the pace, while more than half of the time is
    // left.
    harness.simulator.setFaults(parseFaults('delay=500'));
    const paced = harness.start(
      ...faster,
      '--set',
      'sending.inFlight=1',
      '--set',
      'sending.deadlineMs=20000',
      'run',
      harness.write('more.csv', cardholders(301, [], 1_000)),
    );
    await waitFor(
      'the warning',
      () => paced.said().includes('the deadline will pass') || paced.process.exitCode !== null,
      60_000,
    );
    paced.process.kill('SIGINT');
    expect(await paced.ended).toMatchObject({
      code: 130,
      err: expect.stringMatching(
        /the deadline will pass before the end: \d+ records .*, and 1\d s are left\nhint: the provider is slow: raise sending\.deadlineMs/,
      ),
    });
  });

  it('cannot be instructed when there is none', async ({ expect, onTestFinished }) => {
    const harness = await Harness.open({}, slow);
    onTestFinished(() => harness.close());
    for (const command of ['pause', 'stop'])
      expect(await harness.enrollkit(command)).toMatchObject({
        code: 2,
        err: expect.stringMatching(/no runner to .*\nhint: /),
      });
  });
});
