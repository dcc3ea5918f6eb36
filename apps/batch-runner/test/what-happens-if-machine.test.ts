import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitFor } from '@enrollkit/testkit';
import { describe, it, type TestContext } from 'vitest';
import type { SimulatorOptions } from '@enrollkit/provider-simulator';
import { Harness, type Ended } from './harness.ts';
import { cardholders } from './cardholders.ts';

const slow = 'sending:\n  batchSize: 10\n  requestsPerSecond: 10\n  poll: { firstMs: 40, maxMs: 200 }\n';
const fast = ['--set', 'sending.requestsPerSecond=500'];
const addsUp = /the sums add up/;

async function harnessFor(
  onTestFinished: TestContext['onTestFinished'],
  settings = slow,
  options: SimulatorOptions = { onDuplicate: 'duplicate' },
): Promise<Harness> {
  const harness = await Harness.open(options, settings);
  onTestFinished(() => harness.close());
  return harness;
}

describe.concurrent('what happens if', { timeout: 180_000 }, () => {
  it('standard output cannot be written', async ({ expect, onTestFinished }) => {
    const harness = await harnessFor(onTestFinished);
    const file = harness.write('in.csv', cardholders(40));
    const full = { under: ['sh', '-c', 'exec "$@" >/dev/full', '--'] };
    expect(await harness.startIn(full, 'check', file).ended).toMatchObject({
      code: 4,
      err: expect.stringMatching(/standard output cannot be written any more \(ENOSPC\)\nhint: /),
    });
    expect(await harness.startIn(full, ...fast, 'run', file).ended).toMatchObject({
      code: 4,
      err: expect.stringMatching(/enrollkit report prints its result again/),
    });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 40, enrolledMoreThanOnce: 0 });
    expect(await harness.enrollkit('report')).toMatchObject({ code: 0, out: expect.stringMatching(addsUp) });
  });

  it('the reader of the output goes away', async ({ expect, onTestFinished }) => {
    const harness = await harnessFor(onTestFinished);
    const running = harness.startIn({}, 'run', harness.write('in.csv', cardholders(100)));
    await waitFor('a batch to arrive', () => harness.simulator.world().batches > 0);
    running.process.stderr?.destroy();
    running.process.stdout?.destroy();
    // What a process is told whose terminal was closed.
    running.process.kill('SIGHUP');
    harness.simulator.setFaults([{ fault: 'unmatched-result' }]);
    await running.ended;
    expect(harness.simulator.world()).toMatchObject({ enrolled: 100, enrolledMoreThanOnce: 0 });
    expect(await harness.enrollkit('report')).toMatchObject({ code: 0, out: expect.stringMatching(addsUp) });
  });

  it('control characters stand in the input, in its name, and in what the provider says', async ({
    expect,
    onTestFinished,
  }) => {
    const nasty = '\u001b[2J\u001b]0;x\u0007\u009b31m\u202etxt\r';
    const rude = createServer((request, response) =>
      request.resume().on('end', () =>
        response.writeHead(400, { 'content-type': 'application/json' }).end(
          JSON.stringify({
            status: 400,
            reason: 'INVALID_STATE',
            message: `no ${nasty}`,
            errordetail: [{ reason: `bad${nasty}`, source: `card${nasty}`, message: nasty }],
          }),
        ),
      ),
    );
    onTestFinished(() => void rude.close());
    rude.listen(0, '127.0.0.1');
    await once(rude, 'listening');
    const harness = await harnessFor(
      onTestFinished,
      `${slow}output: { logFile: run.log, logLevel: debug }\nlimits: { toleratedPercent: 100 }\n`,
    );
    const file = harness.write(
      `in${nasty}.csv`,
      `${cardholders(4)}${cardholders(5).split('\n')[5]?.replaceAll('consumer-4', `c${nasty}`)}\n`,
    );
    const header = harness.write('header.csv', cardholders(2).replace('city', `city${nasty}`));
    const said: Ended[] = [];
    for (const argv of [
      ['check', file],
      ['--json', 'check', file],
      ['check', header],
      ['--set', `provider.baseUrl=http://127.0.0.1:${(rude.address() as AddressInfo).port}`, 'run', file],
      ['--json', 'report'],
      ['report', '--csv'],
      ['status'],
      ['--json', 'check', `not-there${nasty}.csv`],
    ]) {
      said.push(await harness.enrollkit(...argv));
    }
    expect(said.map(({ code }) => code)).toEqual([3, 3, 2, 3, 3, 3, 0, 2]);
    const all =
      said.map(({ out, err }) => out + err).join('') + readFileSync(harness.path('run.log'), 'utf8');
    expect(all).toContain('INVALID_STATE');
    // The match is the point of the expression.
    // oxlint-disable-next-line no-control-regex
    expect(all).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  it('two operators decide about one batch at once', async ({ expect, onTestFinished }) => {
    const harness = await harnessFor(onTestFinished, slow, {
      onDuplicate: 'duplicate',
      faults: [{ fault: 'drop-request', operation: 'enrollBatch', times: 1 }],
    });
    expect(await harness.enrollkit(...fast, 'run', harness.write('in.csv', cardholders(30)))).toMatchObject({
      code: 5,
    });
    const { unknownBatches } = await harness.json<{
      readonly unknownBatches: readonly { readonly externalBatchId: string }[];
    }>('report');
    const batch = unknownBatches[0]?.externalBatchId ?? '';
    const decided = await Promise.all([
      harness.enrollkit('resolve', batch, '--not-sent'),
      harness.enrollkit('resolve', batch, '--not-sent'),
    ]);
    expect(decided.map(({ code }) => code).toSorted()).toEqual([0, 2]);
    expect(decided.find(({ code }) => code === 2)?.err).toMatch(
      /held by .resolve.|is sealed; enrollkit resolve takes unknown/,
    );
    expect(await harness.enrollkit('resolve', batch, '--sent', 'decided-otherwise')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/is sealed; enrollkit resolve takes unknown/),
    });
    expect(await harness.enrollkit(...fast, 'resume')).toMatchObject({
      code: 0,
      out: expect.stringMatching(addsUp),
    });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 30, enrolledMoreThanOnce: 0 });
  });

  it('the log cannot be written', async ({ expect, onTestFinished }) => {
    const harness = await harnessFor(onTestFinished, `${slow}output: { logFile: /dev/full }\n`);
    const { code, err, out } = await harness.enrollkit(
      ...fast,
      'run',
      harness.write('in.csv', cardholders(40)),
    );
    expect({ code, err, out }).toEqual({
      code: 0,
      err: expect.stringMatching(/the log \/dev\/full cannot be written: ENOSPC/),
      out: expect.stringMatching(addsUp),
    });
    expect(err.match(/cannot be written/g)).toHaveLength(1);
  });
});
