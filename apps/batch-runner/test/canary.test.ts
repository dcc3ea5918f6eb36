import { describe, expect, it, onTestFinished } from 'vitest';
import { cardholders } from './cardholders.ts';
import { Harness } from './harness.ts';

async function harness(): Promise<Harness> {
  const opened = await Harness.open(
    {},
    'sending: { requestsPerSecond: 200, poll: { firstMs: 40, maxMs: 200 } }\n',
  );
  onTestFinished(() => opened.close());
  return opened;
}

describe('a part of a file that is run first', () => {
  it('is said to be one by the run and by its report, and the whole file enrolls everybody once', async () => {
    const at = await harness();
    const file = at.write('in.csv', cardholders(30));
    const first = await at.call('run', file, '--sample', '6');
    expect(first).toMatchObject({
      code: 0,
      err: expect.stringContaining('6 rows from all over the file, chosen by its digest (--sample)'),
      out: expect.stringMatching(/only 6 rows from all over the file[^]*rows read +6\n/),
    });
    expect(at.simulator.world()).toMatchObject({ enrolled: 6 });
    expect(await at.call('run', file)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/already enrolled, unchanged +6\n[^]*enrolled +24\n/),
    });
    expect(at.simulator.world()).toMatchObject({ enrolled: 30, enrolledMoreThanOnce: 0 });
  });

  it('can be rehearsed, and is refused for a file that is the whole of all cardholders', async () => {
    const at = await harness();
    const file = at.write('in.csv', cardholders(9));
    expect((await at.call('run', file, '--limit', '4', '--dry-run')).out).toMatch(/rows read +4\n/);
    for (const [flags, says] of [
      [['--limit', '4', '--full'], '--full takes the file for the whole'],
      [['--sample', '4', '--full', '--dry-run'], '--full takes the file for the whole'],
      [['--limit', '4', '--sample', '4'], 'two ways'],
      [['--limit', '0'], 'whole number from 1'],
      [['--sample', 'some'], 'whole number from'],
    ] as const)
      expect(await at.call('run', file, ...flags)).toMatchObject({
        code: 2,
        err: expect.stringContaining(says),
      });
    expect(at.simulator.world()).toMatchObject({ batches: 0 });
  });
});
