import { describe, expect, it, onTestFinished } from 'vitest';
import type { SimulatorOptions } from '@enrollkit/provider-simulator';
import { cardholders } from './cardholders.ts';
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

const lost = { fault: 'drop-answer', operation: 'enrollBatch', times: 1 } as const;

describe('the exit of enrollkit status', () => {
  it('is 0 when nothing is left to do, though rows were rejected', async () => {
    const harness = await harnessWith();
    const rows = cardholders(3).replace('US,en,1 Main', 'US,xx,1 Main');
    expect(await harness.call('run', harness.write('in.csv', rows))).toMatchObject({ code: 3 });
    const { code, out } = await harness.call('status');
    expect(code).toBe(0);
    expect(out).toMatch(/intake +state +rows .*\n[0-9a-f]{12}  settled +3 +1 /);
    const [, id = ''] = /\n([0-9a-f]{12})  settled/.exec(out) ?? [];
    expect(await harness.call('status', '--intake', id)).toMatchObject({ code: 3 });
  });

  it('is 5 when a batch of any intake waits for a decision', async () => {
    const harness = await harnessWith({ faults: [lost] });
    expect(await harness.call('run', harness.write('in.csv', cardholders(3)))).toMatchObject({ code: 5 });
    await harness.call('run', harness.write('later.csv', cardholders(2).replaceAll('consumer-', 'other-')));
    expect(await harness.call('status')).toMatchObject({ code: 5 });
  });

  it('is that of the settled run when it watched it to its end', async () => {
    const harness = await harnessWith();
    await harness.call('run', harness.write('in.csv', cardholders(2)));
    const watched = await harness.call('status', '--watch');
    expect(watched).toMatchObject({ code: 0, out: expect.stringContaining('settled') });
  });

  it('needs no more of the configuration than what finds the ledger', async () => {
    const harness = await harnessWith();
    await harness.call('run', harness.write('in.csv', cardholders(2)));
    harness.write('part.yaml', `provider:\n  baseUrl: ${harness.simulator.url}\n`);
    const { code, out } = await harness.call('--config', harness.path('part.yaml'), 'status');
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('settled') });
  });
});
