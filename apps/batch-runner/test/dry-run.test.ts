import { readFileSync } from 'node:fs';
import { describe, it, type TestContext } from 'vitest';
import { cardholders } from './cardholders.ts';
import { Harness } from './harness.ts';

async function bank({ onTestFinished }: TestContext): Promise<Harness> {
  const harness = await Harness.open(
    {},
    'sending: { batchSize: 10, requestsPerSecond: 500, poll: { firstMs: 30, maxMs: 100 } }\n',
  );
  onTestFinished(() => harness.close());
  return harness;
}

interface DryRun {
  readonly new: number;
  readonly requests: number;
  readonly sealed: { readonly bodies: number; readonly bytes: number; readonly largest: number };
}

describe('run --dry-run', () => {
  it('prints the plan with the requests and bytes that would be sent, sends nothing and makes no ledger', async (test) => {
    const { expect } = test;
    const harness = await bank(test);
    const before = harness.filesBut().map(({ name }) => name);
    const file = harness.write('in.csv', cardholders(25).replace('12/39', '12/19'));
    const { code, out } = await harness.call('run', '--dry-run', file);
    expect(code).toBe(0);
    expect(out).toMatch(/new: would be sent +24\n +rejected +1\n[^]*3 batches, at least 6 requests/);
    expect(out).toMatch(/sealed: 3 requests of [\d,]+ bytes together, [\d,]+ at most\n/);
    expect(out).toContain('nothing was sent or written');
    const { keyCache, rest } = Object.groupBy(harness.filesBut('in.csv'), ({ name }) =>
      before.includes(name) ? 'rest' : 'keyCache',
    );
    expect(rest).toHaveLength(before.length);
    expect(keyCache?.map(({ name }) => name)).toEqual(['enrollkit.keys.json']);
    expect(harness.simulator.world()).toMatchObject({ batches: 0, enrolled: 0 });
  });

  it('leaves a ledger as it is, and counts only what the register does not have', async (test) => {
    const { expect } = test;
    const harness = await bank(test);
    expect(await harness.call('run', harness.write('one.csv', cardholders(20)))).toMatchObject({ code: 0 });
    const ledger = readFileSync(harness.path('enrollkit.ledger.db'));
    const file = harness.write('two.csv', cardholders(35));
    const { out } = await harness.call('--json', 'run', '--dry-run', file);
    const { new: fresh, requests, sealed } = JSON.parse(out) as DryRun;
    expect({ fresh, requests, bodies: sealed.bodies }).toEqual({ fresh: 15, requests: 4, bodies: 2 });
    expect(sealed.bytes).toBeGreaterThan(sealed.largest);
    expect(readFileSync(harness.path('enrollkit.ledger.db')).equals(ledger)).toBe(true);
    expect(harness.simulator.world()).toMatchObject({ batches: 2, enrolled: 20 });
    // The real run makes the same number of batches afterwards, as if nothing had been.
    expect(await harness.call('run', file)).toMatchObject({ code: 0 });
    expect(harness.simulator.world()).toMatchObject({ batches: 4, enrolled: 35, repeatedBatches: 0 });
  });

  it('fails as a run would when nothing can be sealed', async (test) => {
    const { expect } = test;
    const harness = await bank(test);
    const pinned = ['--set', `encryption.pinnedKeys=${'ab'.repeat(32)}`];
    const file = harness.write('in.csv', cardholders(25));
    expect(await harness.call(...pinned, 'run', '--dry-run', file)).toMatchObject({ code: 4, out: '' });
    expect(await harness.call('run', '--dry-run', '--confirm-removals', '3', file)).toMatchObject({
      code: 2,
      err: expect.stringContaining('--full'),
    });
  });
});
