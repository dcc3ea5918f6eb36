import { describe, expect, it, onTestFinished } from 'vitest';
import { fileOf, panOf, rowsOf } from './cardholders.ts';
import { Harness } from './harness.ts';

const settings = `sending:
  batchSize: 10
  requestsPerSecond: 500
  poll: { firstMs: 40, maxMs: 200 }
changes:
  contact: apply
  cardNumber: apply
`;

async function open(more = ''): Promise<Harness> {
  const harness = await Harness.open({ onDuplicate: 'duplicate' }, `${settings}${more}`);
  onTestFinished(() => harness.close());
  return harness;
}

describe('a card with another number under the same id', () => {
  const replaced = (rows: readonly string[]) =>
    rows.map((row, line) =>
      line > 0 && line <= 4 ? row.replace(panOf(line - 1), panOf(line - 1 + 500)) : row,
    );
  // `fails: 'once'` in the simulator.
  const refusedOnce = '5204739990000065';
  const presentPans = (at: Harness) =>
    [...at.simulator.records()].filter(({ present }) => present).map(({ externalCardId }) => externalCardId);

  it.for(['enroll-first', 'delete-first'])(
    'takes the place of the old one, which is deleted by its own id: %s',
    async (order) => {
      const at = await open(`  replaceOrder: ${order}\n`);
      await at.call('run', at.write('monday.csv', fileOf(rowsOf(12))));
      const file = at.write('tuesday.csv', fileOf(replaced(rowsOf(12))));
      expect((await at.call('plan', file)).out).toMatch(
        /new: would be sent +4\n[^]*replaced cards deleted +4\n/,
      );
      expect(await at.call('run', file)).toMatchObject({
        code: 0,
        out: expect.stringMatching(/enrolled +4\n[^]*replaced cards deleted +4\n/),
      });
      expect(at.simulator.world()).toMatchObject({ enrolled: 16, deletedCards: 4, enrolledMoreThanOnce: 0 });
      expect(presentPans(at).toSorted()).toEqual(
        rowsOf(12)
          .slice(1)
          .map((row) => row.split(',')[1])
          .toSorted(),
      );
      const again = await at.call('run', at.write('wednesday.csv', `${fileOf(replaced(rowsOf(12)))}\n`));
      expect(again.out).toMatch(/already enrolled, unchanged +12\n/);
    },
  );

  it('that is refused leaves the old one where it is', async () => {
    const at = await open();
    await at.call('run', at.write('monday.csv', fileOf(rowsOf(3))));
    const file = at.write('tuesday.csv', fileOf(rowsOf(3)).replace(panOf(0), '5204739990000016'));
    const ran = await at.call('run', file);
    expect(ran.out).toMatch(/replaced cards deleted +0\n +not needed any more +1\n/);
    expect(at.simulator.world()).toMatchObject({ deletedCards: 0 });
  });

  it.for(['enroll-first', 'delete-first'])(
    'that is refused once takes the place of the old one when it is retried: %s',
    async (order) => {
      const at = await open(`  replaceOrder: ${order}\n`);
      await at.call('run', at.write('monday.csv', fileOf(rowsOf(3))));
      const tuesday = fileOf(rowsOf(3)).replace(panOf(0), refusedOnce);
      expect(await at.call('run', at.write('tuesday.csv', tuesday))).toMatchObject({ code: 3 });
      expect(await at.call('retry')).toMatchObject({
        code: 0,
        out: expect.stringMatching(/enrolled +1\n[^]*replaced cards deleted +1\n[^]*the sums add up/),
        err: expect.stringContaining('1 records will be sent again'),
      });
      expect(at.simulator.world()).toMatchObject({ enrolled: 4, deletedCards: 1, enrolledMoreThanOnce: 0 });
      expect(await at.call('ledger', 'verify')).toMatchObject({ code: 0 });
      const again = await at.call('run', at.write('wednesday.csv', `${tuesday}\n`));
      expect(again.out).toMatch(/already enrolled, unchanged +3\n/);
    },
  );

  it('that is refused, and is another one by a later file, is not retried', async () => {
    const at = await open();
    await at.call('run', at.write('monday.csv', fileOf(rowsOf(3))));
    const tuesday = await at.call(
      'run',
      at.write('tuesday.csv', fileOf(rowsOf(3)).replace(panOf(0), refusedOnce)),
    );
    expect(tuesday.code).toBe(3);
    await at.call('run', at.write('wednesday.csv', fileOf(rowsOf(3)).replace(panOf(0), panOf(700))));
    expect(at.simulator.world()).toMatchObject({ enrolled: 4, deletedCards: 1 });
    expect((await at.call('retry')).err).toContain('0 records will be sent again');
    expect(at.simulator.world()).toMatchObject({ enrolled: 4, deletedCards: 1 });
  });

  it('that is refused is not retried once a later file has brought newer data of the consumer', async () => {
    const at = await open();
    await at.call('run', at.write('monday.csv', fileOf(rowsOf(3))));
    await at.call('run', at.write('tuesday.csv', fileOf(rowsOf(3)).replace(panOf(0), refusedOnce)));
    const wednesday = fileOf(rowsOf(3)).replace('jane.0@example.com', 'new@example.com');
    expect((await at.call('run', at.write('wednesday.csv', wednesday))).code).toBe(0);
    expect((await at.call('retry')).err).toContain('0 records will be sent again');
    expect(at.simulator.world()).toMatchObject({ enrolled: 3, deletedCards: 0, profileUpdates: 1 });
  });
});
