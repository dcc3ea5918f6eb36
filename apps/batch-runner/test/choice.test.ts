import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SimulatorOptions } from '@enrollkit/provider-simulator';
import { cardholders, panOf } from './cardholders.ts';
import { Harness } from './harness.ts';

const fast = `sending:
  batchSize: 10
  requestsPerSecond: 200
  poll: { firstMs: 40, maxMs: 200 }
`;

async function harnessWith(options: SimulatorOptions = {}): Promise<Harness> {
  const harness = await Harness.open({ onDuplicate: 'duplicate', ...options }, fast);
  onTestFinished(() => harness.close());
  return harness;
}

const lost = { fault: 'drop-answer', operation: 'enrollBatch', times: 2 } as const;

/** Two runs whose batch is unknown, the second one of other people. */
async function twoUnknown(harness: Harness): Promise<void> {
  await harness.call('run', harness.write('one.csv', cardholders(3)));
  await harness.call('run', harness.write('two.csv', cardholders(3, [panOf(50), panOf(51), panOf(52)], 50)));
}

/** The commands a text offers for each unknown batch, as words. */
function offered(text: string, option: string): readonly string[][] {
  return [...text.matchAll(new RegExp(`^ +enrollkit (.* ${option}.*)$`, 'gm'))].map(([, line = '']) =>
    line.split(' '),
  );
}

describe('a decision about a batch', () => {
  it('needs no intake, and the commands that a report prints work when they are pasted', async () => {
    const harness = await harnessWith({ faults: [lost] });
    await twoUnknown(harness);
    const { out } = await harness.call('report', '--all');
    expect(out.match(/^intake /gm)).toHaveLength(2);
    const commands = offered(out, '--not-sent');
    expect(commands).toHaveLength(2);
    for (const command of commands) {
      expect(command).toContain(harness.path('enrollkit.yaml'));
      const { code, err } = await harness.call(...command.slice(2), '--owner-is-dead', 'this is a test');
      expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('waiting to be sent again') });
    }
  });

  it('is refused for a batch that no intake has, and names where batches are listed', async () => {
    const harness = await harnessWith();
    await harness.call('run', harness.write('one.csv', cardholders(1)));
    expect(await harness.call('abandon', 'nobody')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/There is no batch nobody in any intake[^]*report --csv/),
    });
  });
});

describe('resume and retry', () => {
  it('ask which intake when it could be several, take --all, and find the only one by themselves', async () => {
    const harness = await harnessWith({ faults: [lost] });
    await twoUnknown(harness);
    const asked = await harness.call('resume');
    expect(asked).toMatchObject({ code: 2, err: expect.stringContaining('2 intakes are unfinished') });
    const [first, second] = offered(asked.err, '--intake');
    expect(first?.at(-1)).toContain('one.csv');
    expect(second?.at(-1)).toContain('two.csv');
    const all = await harness.call('resume', '--all');
    expect(all.code).toBe(5);
    expect(all.out.match(/^intake /gm)).toHaveLength(2);
    const [batch] = offered((await harness.call('report')).out, '--not-sent');
    await harness.call('abandon', batch?.[3] ?? '');
    await harness.call('resume', '--intake', second?.[4] ?? '');
    // The newest is settled now: what is left is the older one.
    const one = await harness.call('resume');
    expect(one).toMatchObject({ code: 5, out: expect.stringContaining('one.csv') });
  });
});

describe('settings of reading that have changed', () => {
  it('are named with the way on while the intake is unfinished', async () => {
    const harness = await harnessWith({ faults: [lost] });
    const file = harness.write('in.csv', cardholders(3));
    await harness.call('run', file);
    const { code, err } = await harness.call('--set', 'sending.batchSize=7', 'run', file);
    expect(code).toBe(2);
    expect(err).toMatch(/unfinished as \S+in\.csv, begun on [\d-]+, and was read by other settings:\n/);
    expect(err).toContain('sending.batchSize was 10, and is 7');
    expect(err).toMatch(/hint: finish it as it was read: enrollkit .*resume/);
  });

  it('read a settled file anew, and send what they make fit', async () => {
    const harness = await harnessWith();
    const file = harness.write('in.csv', cardholders(3));
    const swapped = 'input:\n  columns: { email: mobile, mobile: email }\n';
    harness.write('swapped.yaml', readFileSync(harness.path('enrollkit.yaml'), 'utf8') + swapped);
    expect(await harness.call('--config', harness.path('swapped.yaml'), 'run', file)).toMatchObject({
      code: 3,
    });
    expect(harness.simulator.world()).toMatchObject({ batches: 0 });
    expect(await harness.call('run', file)).toMatchObject({ code: 0 });
    const again = await harness.call('run', file);
    expect(again).toMatchObject({ code: 0, err: expect.stringContaining('nothing was sent now') });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 3, enrolledMoreThanOnce: 0 });
  });
});
