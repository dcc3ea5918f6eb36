import { appendFileSync, readFileSync, readdirSync } from 'node:fs';
import { parseFaults, reservedPans } from '@enrollkit/provider-simulator';
import { waitFor } from '@enrollkit/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SimulatorOptions } from '@enrollkit/provider-simulator';
import { Harness } from './harness.ts';
import { cardholders, panOf } from './cardholders.ts';

const fast = `sending:
  batchSize: 10
  requestsPerSecond: 200
  poll: { firstMs: 40, maxMs: 200 }
`;

async function harnessWith(options: SimulatorOptions = {}, settings = fast): Promise<Harness> {
  // A provider that dedupes nothing: a batch that is sent twice shows in its world.
  const harness = await Harness.open({ onDuplicate: 'duplicate', ...options }, settings);
  onTestFinished(() => harness.close());
  return harness;
}

describe('enrollkit run', () => {
  it('enrolls every record of a file once, and says so', async () => {
    const harness = await harnessWith();
    const { code, out } = await harness.enrollkit('run', harness.write('in.csv', cardholders(105)));
    expect(code).toBe(0);
    expect(out).toMatch(/rows read +105\n/);
    expect(out).toMatch(/enrolled +105\n/);
    expect(out).toContain('the sums add up');
    expect(harness.simulator.world()).toMatchObject({ enrolled: 105, enrolledMoreThanOnce: 0, batches: 11 });
  });

  it('the same file is run twice', async () => {
    const harness = await harnessWith();
    const file = harness.write('in.csv', cardholders(20));
    const first = await harness.enrollkit('run', file);
    const second = await harness.enrollkit('run', file);
    expect(second).toMatchObject({
      code: first.code,
      out: first.out,
      err: expect.stringMatching(/this file was run before, as \S+in\.csv on \d/),
    });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 20, batches: 2, repeatedBatches: 0 });
  });

  it('reports each refusal with the code of the provider, and retries only what was requested', async () => {
    const harness = await harnessWith({}, `${fast}limits: { toleratedPercent: 100 }\n`);
    const pans = reservedPans.slice(0, 6).map(({ pan }) => pan);
    const file = harness.write('in.csv', cardholders(30, pans));
    const { code, out } = await harness.enrollkit('run', file);
    expect(code).toBe(3);
    for (const { reason } of reservedPans.slice(0, 5)) expect(out).toContain(reason);
    expect(harness.simulator.world()).toMatchObject({ enrolled: 24 });

    expect(await harness.enrollkit('retry', '--code', 'NO_RESPONSE_FROM_ISSUER')).toMatchObject({
      code: 3,
      err: expect.stringContaining('2 records will be sent again'),
    });
    expect(harness.simulator.world()).toMatchObject({
      enrolled: 25,
      enrolledMoreThanOnce: 0,
      repeatedBatches: 0,
    });
  });

  it('keeps cards of ranges that are not enabled yet for later: the report says so, and a retry leaves them out', async () => {
    const harness = await harnessWith();
    const pans = reservedPans.filter(({ reason }) => /INELIGIBLE/.test(reason)).map(({ pan }) => pan);
    const file = harness.write('in.csv', cardholders(6, pans.slice(0, 2)));
    expect(await harness.call('run', file)).toMatchObject({
      code: 3,
      out: expect.stringMatching(
        /PAN_INELIGIBLE +1 {2}in 3 to 6 months, or once the account range is enabled/,
      ),
    });
    expect(await harness.call('retry')).toMatchObject({
      err: expect.stringMatching(/0 records will be sent again[^]*1 refused with PAN_INELIGIBLE left out/),
    });
    expect(await harness.call('retry', '--code', 'PAN_INELIGIBLE')).toMatchObject({
      err: expect.stringContaining('1 records will be sent again'),
    });
  });

  it('a record stays missing from the results, and refused records are tried again', async () => {
    const harness = await harnessWith({ faults: parseFaults('missing-result') });
    expect(await harness.enrollkit('run', harness.write('in.csv', cardholders(20)))).toMatchObject({
      code: 3,
      out: expect.stringContaining('RESULT_MISSING'),
    });
    expect(await harness.enrollkit('retry')).toMatchObject({
      code: 3,
      err: expect.stringContaining('0 records will be sent again'),
    });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 20, enrolledMoreThanOnce: 0 });
    // Asked for by name it is sent again, and this provider does not dedupe it.
    harness.simulator.setFaults([]);
    expect(await harness.enrollkit('retry', '--code', 'RESULT_MISSING')).toMatchObject({
      code: 0,
      err: expect.stringContaining('2 records will be sent again'),
    });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 20, enrolledMoreThanOnce: 2 });
  });

  it('the input is broken at its last line', async () => {
    const harness = await harnessWith();
    const { code, err } = await harness.enrollkit(
      'run',
      harness.write('in.csv', `${cardholders(50)}"consumer`),
    );
    expect(code).toBe(2);
    expect(err).toMatch(/Line 52: .*\nhint: /);
    expect(harness.simulator.world()).toMatchObject({ batches: 0, enrolled: 0 });
  });

  it('the input changed between two runs', async () => {
    const harness = await harnessWith({}, fast.replace('200', '5'));
    const file = harness.write('in.csv', cardholders(500));
    const running = harness.start('run', file);
    await waitFor('a batch to arrive', () => harness.simulator.world().batches > 0);
    running.process.kill('SIGTERM');
    expect((await running.ended).code).toBe(143);
    const sent = harness.simulator.world().batches;
    appendFileSync(file, 'x');
    expect(await harness.enrollkit('resume', '--file', file)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/digest .*\nhint: /),
    });
    expect(harness.simulator.world().batches).toBe(sent);
    // Run instead of resumed, it is an intake of its own.
    harness.write('in.csv', cardholders(20, [], 1_000));
    expect(await harness.enrollkit('--set', 'sending.requestsPerSecond=200', 'run', file)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/rows read +20\n/),
    });
    expect(harness.simulator.world().batches).toBe(sent + 2);
    expect(await harness.json('status')).toHaveLength(2);
  });

  it('the run is interrupted', async () => {
    const harness = await harnessWith({}, fast.replace('200', '5'));
    const file = harness.write('in.csv', cardholders(100));
    for (const [argv, signal, exit] of [
      [['run', file], 'SIGINT', 130],
      [['resume'], 'SIGTERM', 143],
    ] as const) {
      harness.simulator.setFaults(parseFaults('delay=1500@enrollBatch*1'));
      const running = harness.start(...argv);
      await waitFor(
        'a batch to be in flight',
        () => (harness.simulator.faults()[0]?.applied ?? 0) > 0,
        60_000,
      );
      running.process.kill(signal);
      const { code, err, out } = await running.ended;
      expect(code).toBe(exit);
      expect(err).toContain('enrollkit resume continues');
      expect(out).toContain('the sums add up');
      // Its answer was waited for: it is known to have arrived.
      expect(out).toMatch(/sent, result not known yet +[1-9]/);
      expect(out).not.toMatch(/unknown/);
    }
    expect(await harness.enrollkit('--set', 'sending.requestsPerSecond=200', 'resume')).toMatchObject({
      code: 0,
    });
    expect(harness.simulator.world()).toMatchObject({
      enrolled: 100,
      enrolledMoreThanOnce: 0,
      repeatedBatches: 0,
    });
  });

  it('two runners start on one ledger', async () => {
    const harness = await harnessWith({}, fast.replace('200', '5'));
    const file = harness.write('in.csv', cardholders(200));
    const first = harness.start('run', file);
    await waitFor('a batch to arrive', () => harness.simulator.world().batches > 0);
    const second = await harness.enrollkit('resume');
    expect(second.code).toBe(2);
    expect(second.err).toContain(String(first.process.pid));
    expect(await harness.enrollkit('status')).toMatchObject({
      code: 4,
      out: expect.stringContaining('ready'),
    });
    first.process.kill('SIGINT');
    await first.ended;
  });

  it('more records fail than are tolerated', async () => {
    const harness = await harnessWith({}, `${fast}limits:\n  toleratedCount: 2\n`);
    const { code, err } = await harness.enrollkit(
      'run',
      harness.write('in.csv', cardholders(100).replaceAll('US,en,1 Main', 'US,xx,1 Main')),
    );
    expect(code).toBe(6);
    expect(err).toMatch(/100 of 100 \(100\.0 %\) records failed/);
    expect(harness.simulator.world()).toMatchObject({ batches: 0 });
  });

  it('more records fail than are tolerated while they are sent', async () => {
    const harness = await harnessWith(
      { faults: parseFaults('fail-batch') },
      `${fast.replace('200', '5')}limits:\n  toleratedCount: 12\n`,
    );
    const { code, err } = await harness.enrollkit('run', harness.write('in.csv', cardholders(300)));
    expect({ code, err }).toEqual({
      code: 6,
      err: expect.stringMatching(/\d+ of 300 \(.*\) records failed.*\nhint: .*enrollkit resume/),
    });
    harness.simulator.setFaults([]);
    expect(
      await harness.enrollkit(
        '--set',
        'sending.requestsPerSecond=200',
        '--set',
        'limits.toleratedCount=300',
        '--set',
        'limits.toleratedPercent=100',
        'resume',
      ),
    ).toMatchObject({ code: 3, out: expect.stringContaining('the sums add up') });
    const { enrolled, enrolledMoreThanOnce } = harness.simulator.world();
    expect(enrolledMoreThanOnce).toBe(0);
    expect(enrolled).toBeGreaterThan(150);
    expect(enrolled).toBeLessThan(300);
  });

  it('a key is wrong in the configuration', async () => {
    const harness = await harnessWith({}, 'sending:\n  batchsize: 5\n  inFlight: many\n');
    const file = harness.write('in.csv', cardholders(10));
    const before = readdirSync(harness.folder);
    const { code, err } = await harness.enrollkit('run', file);
    expect(code).toBe(2);
    expect(readdirSync(harness.folder)).toEqual(before);
    expect(err).toContain('enrollkit.yaml:12: sending.batchsize: there is no such setting');
    expect(err).toMatch(/enrollkit\.yaml:13: sending\.inFlight: .*number/);
  });

  it('leaves no card number anywhere', async () => {
    const harness = await harnessWith({}, `${fast}output:\n  logFile: run.log\n  logLevel: debug\n`);
    const pans = [...reservedPans.slice(0, 3).map(({ pan }) => pan), '5204731600000015'];
    const bad = cardholders(4, pans).split('\n')[4] ?? '';
    const file = harness.write(
      'in.csv',
      `${cardholders(60, pans)}${bad.replace('12/39', '13/39').replaceAll('-3', '-999')}\n`,
    );
    const run = await harness.enrollkit('run', file);
    const report = await harness.enrollkit('report', '--csv');
    const reported = Buffer.from([run.out, run.err, report.out, report.err].join('\n'));
    const used = [...pans, ...Array.from({ length: 60 }, (_, index) => panOf(index))];
    const places = [...harness.filesBut('in.csv'), { name: 'what was said', bytes: reported }];
    expect(
      places.flatMap(({ name, bytes }) =>
        used.filter((pan) => bytes.includes(pan)).map((pan) => `${pan.slice(-4)} in ${name}`),
      ),
    ).toEqual([]);
    expect(readFileSync(harness.path('run.log'), 'utf8')).toContain('settled');
  });
});
