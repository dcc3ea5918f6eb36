import { describe, expect, it, onTestFinished } from 'vitest';
import { reservedPans } from '@enrollkit/provider-simulator';
import { Harness } from './harness.ts';
import { cardholders } from './cardholders.ts';

const settings = `sending:
  batchSize: 5
  requestsPerSecond: 200
  poll: { firstMs: 40, maxMs: 200 }
`;

async function harnessWith(more = ''): Promise<Harness> {
  const harness = await Harness.open({ onDuplicate: 'duplicate' }, `${settings}${more}`);
  onTestFinished(() => harness.close());
  return harness;
}

describe('enrollkit purge', { timeout: 180_000 }, () => {
  it('the file of a purged intake is run again', async () => {
    const harness = await harnessWith();
    const rejected = cardholders(3).split('\n')[3]?.replace('12/39', '13/39').replaceAll('-2', '-gone') ?? '';
    const file = harness.write(
      'in.csv',
      `${cardholders(
        20,
        reservedPans.slice(0, 1).map(({ pan }) => pan),
      )}${rejected}\n`,
    );
    const first = await harness.call('run', file);
    expect(first.code).toBe(3);
    expect(await harness.call('purge', '--older-than', '1d')).toMatchObject({
      code: 0,
      err: expect.stringContaining('nothing to purge'),
    });
    expect(await harness.call('purge', '--older-than', '0d')).toMatchObject({
      code: 0,
      out: expect.stringContaining('would lose 20 records and 1 rejections'),
      err: expect.stringContaining('nothing was removed'),
    });
    const done = await harness.call('--json', 'purge', '--older-than', '0d', '--yes');
    expect(JSON.parse(done.out)).toMatchObject({
      kind: 'purged',
      removed: { records: 20, rejections: 1, batches: 4 },
      kept: ['sums', 'audit trail', 'ids of enrolled cards'],
    });

    const found = (...texts: readonly string[]): readonly string[] =>
      harness
        .filesBut('in.csv', 'in.rejections.csv')
        .flatMap(({ name, bytes }) =>
          texts.filter((text) => bytes.includes(text)).map((text) => `${text} in ${name}`),
        );
    // The first one was refused; of the others the ids stay, without which they could not be changed or
    // removed.
    expect(found('"consumer-0"', '"card-0"', '520473******', 'card-gone')).toEqual([]);
    expect(found('card-7"')).not.toEqual([]);
    const again = await harness.call('run', file);
    expect(again).toMatchObject({
      code: 3,
      out: expect.stringMatching(/purged on \d{4}-[^]*rows read +21\n[^]*enrolled +19\n[^]*the sums add up/),
    });
    expect(harness.simulator.world()).toMatchObject({ batches: 4, repeatedBatches: 0 });
    expect(await harness.call('ledger', 'verify')).toMatchObject({ code: 0 });
    expect((await harness.call('audit')).out).toMatch(/run ended[^]* purge .*records=20/);
  });

  it('loses no change that is still to be sent, and none of the ids that it needs', async () => {
    const harness = await harnessWith(
      'changes: { contact: apply, remove: apply }\nlimits: { removals: { percent: 10 } }\n',
    );
    await harness.call('run', harness.write('monday.csv', cardholders(20)));
    const rows = cardholders(19).replace('jane.3@example.com', 'new@example.com');
    const tuesday = harness.write('tuesday.csv', rows);
    const run = await harness.call('--set', 'sending.deadlineMs=1', 'run', '--full', tuesday);
    expect(run.code).toBe(4);
    expect(await harness.call('purge', '--older-than', '0d', '--yes')).toMatchObject({
      out: expect.stringContaining('removed 20 records'),
      err: expect.stringContaining('1 intakes are not settled and stay whole'),
    });
    expect(harness.simulator.world()).toMatchObject({ profileUpdates: 0, deletedCards: 0 });
    expect(await harness.call('resume', '--file', tuesday)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/brought up to date +1\n[^]*cards deleted +1\n[^]*the sums add up/),
    });
    expect(harness.simulator.world()).toMatchObject({ profileUpdates: 1, deletedCards: 1 });
  });

  it('removes nothing that is not settled, and accepts days or hours', async () => {
    const harness = await harnessWith();
    const run = await harness.call(
      '--set',
      'sending.deadlineMs=1',
      'run',
      harness.write('in.csv', cardholders(20)),
    );
    expect(run.code).toBe(4);
    expect(await harness.call('purge', '--older-than', '0d', '--yes')).toMatchObject({
      code: 0,
      err: expect.stringContaining('1 intakes are not settled and stay whole'),
    });
    expect(await harness.call('resume')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/enrolled +20\n/),
    });
    expect(await harness.call('purge', '--older-than', 'ages')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/expected days or hours\nhint: /),
    });
  });
});
