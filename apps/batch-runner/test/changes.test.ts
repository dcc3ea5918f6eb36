import { describe, expect, it, onTestFinished } from 'vitest';
import { cardholders } from './cardholders.ts';
import { Harness } from './harness.ts';

const settings = `sending:
  batchSize: 10
  requestsPerSecond: 500
  poll: { firstMs: 40, maxMs: 200 }
changes:
  contact: apply
  name: apply
  billingAddress: apply
  cardNumber: apply
  expiry: apply
  remove: apply
`;

async function open(more = ''): Promise<Harness> {
  const harness = await Harness.open({ onDuplicate: 'duplicate' }, `${settings}${more}`);
  onTestFinished(() => harness.close());
  return harness;
}

const rowsOf = (count: number): string[] => cardholders(count).trim().split('\n');
const fileOf = (rows: readonly string[]): string => rows.join('\n') + '\n';

describe('a file with changed rows', () => {
  it('brings contact, address and card to the provider, as plan says, and does nothing the next time', async () => {
    const at = await open();
    const monday = rowsOf(30);
    expect(await at.call('run', at.write('monday.csv', fileOf(monday)))).toMatchObject({ code: 0 });
    const tuesday = rowsOf(33)
      .join('\n')
      .replace('jane.3@example.com', 'new@example.com')
      .replace('12/39', '11/38');
    const file = at.write('tuesday.csv', `${tuesday}\n`);
    expect(await at.call('plan', file)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/new: would be sent +4\n[^]*brought up to date +1\n[^]*at least 4 requests/),
    });
    expect(await at.call('run', file)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/brought up to date +1\n[^]*enrolled +4\n[^]*the sums add up/),
    });
    expect(at.simulator.world()).toMatchObject({ enrollments: 34, profileUpdates: 1, cardUpdates: 0 });
    expect(await at.call('run', at.write('wednesday.csv', `${tuesday}\n`))).toMatchObject({
      code: 0,
      out: expect.stringMatching(/already enrolled, unchanged +33\n[^]*records +0\n/),
    });
  });
});
