import { existsSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cardholders } from './cardholders.ts';
import { Harness } from './harness.ts';

const fast = `sending:
  requestsPerSecond: 200
  poll: { firstMs: 40, maxMs: 200 }
`;

async function harness(settings = ''): Promise<Harness> {
  const opened = await Harness.open({}, `${fast}${settings}`);
  onTestFinished(() => opened.close());
  return opened;
}

/** A file of so many cardholders, whose first ones have an expiry that is none. */
function fileWith(rows: number, bad: number): string {
  const lines = cardholders(rows).split('\n');
  return lines.map((line, at) => (at >= 1 && at <= bad ? line.replace('12/39', '13/39') : line)).join('\n');
}

describe('a run with the limits that are set by default', () => {
  it('says when it would stop, sends nothing of a file that is read wrongly, and reads it anew by other settings', async () => {
    const at = await harness();
    const file = at.write('in.csv', cardholders(30).replaceAll('12/39', '3912'));
    const stopped = await at.call('run', file);
    expect(stopped.code).toBe(6);
    expect(stopped.err).toContain(
      'stops, resumable, when more than 5 % of the rows, from 5 on (limits.toleratedPercent) are rejected',
    );
    expect(stopped.err).toContain('30 of 30 (100.0 %) records failed');
    expect(at.simulator.world()).toMatchObject({ batches: 0, enrolled: 0 });
    expect(existsSync(at.path('in.rejections.csv'))).toBe(true);
    at.write('enrollkit.yaml', `${at.read('enrollkit.yaml')}input:\n  expiry: YYMM\n`);
    expect(await at.call('run', file)).toMatchObject({ code: 0 });
    expect(at.simulator.world()).toMatchObject({ enrolled: 30, enrolledMoreThanOnce: 0 });
  });

  it('goes on with the rest when a person says so, by the command that it printed', async () => {
    const at = await harness();
    const { code, err } = await at.call('run', at.write('in.csv', fileWith(40, 10)));
    expect(code).toBe(6);
    expect(at.simulator.world()).toMatchObject({ enrolled: 0 });
    const [, command = ''] = /enrollkit (?:--config \S+ )?(resume --set \S+)/.exec(err) ?? [];
    expect(await at.call(...command.split(' '))).toMatchObject({ code: 3 });
    expect(at.simulator.world()).toMatchObject({ enrolled: 30, enrolledMoreThanOnce: 0 });
    // Nothing is left to be held back, so nothing is said of limits any more.
    const again = await at.call('resume', '--all');
    expect(again.code).toBe(3);
    expect(again.err).not.toContain('more than limits');
  });

  it('sends what is good of a small file with a few bad rows', async () => {
    const at = await harness();
    expect(await at.call('run', at.write('in.csv', fileWith(10, 4)))).toMatchObject({ code: 3 });
    expect(at.simulator.world()).toMatchObject({ enrolled: 6 });
  });

  it('tells beforehand that it would send nothing, by check and by plan', async () => {
    const at = await harness();
    const file = at.write('in.csv', fileWith(40, 10));
    const says = 'a run would send nothing: 10 of 40 (25.0 %) rows are rejected';
    expect(await at.call('check', file)).toMatchObject({ code: 3, err: expect.stringContaining(says) });
    expect(await at.call('plan', file)).toMatchObject({ code: 0, out: expect.stringContaining(says) });
  });

  it('lets the rejection of a single cardholder be the answer of enroll, whatever is tolerated', async () => {
    const at = await harness('limits: { toleratedCount: 0 }\n');
    const { code, err } = await at.call('enroll', at.write('one.csv', fileWith(1, 1)));
    expect(code).toBe(3);
    expect(err).not.toContain('limits.');
  });
});
