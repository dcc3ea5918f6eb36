import { parseFaults, reservedPans } from '@enrollkit/provider-simulator';
import { waitFor } from '@enrollkit/testkit';
import { describe, it, type TestContext } from 'vitest';
import { Harness } from './harness.ts';
import { cardholders } from './cardholders.ts';

const settings = `sending:
  batchSize: 5
  requestsPerSecond: 200
  poll: { firstMs: 40, maxMs: 200 }
limits: { toleratedPercent: 100 }
`;

interface Line {
  readonly kind: 'difference' | 'summary';
  readonly record?: { readonly externalCardId: string; readonly line?: number };
  readonly ledger: { readonly result: string; readonly code?: string };
  readonly provider: { readonly result: string; readonly code?: string };
}

async function harnessWith({ onTestFinished }: TestContext, faults = ''): Promise<Harness> {
  const harness = await Harness.open({ faults: parseFaults(faults) }, settings);
  onTestFinished(() => harness.close());
  return harness;
}

async function compared(
  harness: Harness,
): Promise<{ readonly code: number | null; readonly lines: readonly Line[] }> {
  const { code, out } = await harness.enrollkit('--json', 'reconcile');
  return {
    code,
    lines: out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line),
  };
}

const pairs = (lines: readonly Line[]): readonly string[] =>
  lines
    .filter(({ kind }) => kind === 'difference')
    .map(({ ledger, provider }) =>
      [ledger.result, ledger.code, '/', provider.result, provider.code].filter(Boolean).join(' '),
    )
    .sort();

describe.concurrent('enrollkit reconcile', { timeout: 180_000 }, () => {
  it('finds no difference when the provider repeats its results, retried records included', async (test) => {
    const { expect } = test;
    const harness = await harnessWith(test);
    const pans = reservedPans.slice(0, 6).map(({ pan }) => pan);
    expect(await harness.enrollkit('run', harness.write('in.csv', cardholders(20, pans)))).toMatchObject({
      code: 3,
    });
    expect(await harness.enrollkit('retry')).toMatchObject({ code: 3 });
    const report = await harness.enrollkit('report', '--csv');
    const { code, lines } = await compared(harness);
    expect({ code, lines }).toMatchObject({
      code: 0,
      lines: [{ kind: 'summary', batches: 5, differences: 0, settled: 0, exit: 'allEnrolled' }],
    });
    expect(await harness.enrollkit('report', '--csv')).toEqual(report);
  });

  it('the provider reports another outcome later', async (test) => {
    const { expect } = test;
    const harness = await harnessWith(test);
    expect(await harness.enrollkit('run', harness.write('in.csv', cardholders(20)))).toMatchObject({
      code: 0,
    });
    harness.simulator.setFaults(parseFaults('false-failure,unmatched-result*1'));
    const { code, lines } = await compared(harness);
    expect(code).toBe(7);
    expect(pairs(lines)).toEqual([
      ...Array.from({ length: 4 }, () => 'enrolled / refused INVALID_STATE'),
      'nothing / enrolled',
    ]);
    harness.simulator.setFaults(parseFaults('missing-result,backwards*1'));
    const printed = await harness.enrollkit('reconcile');
    expect(printed).toMatchObject({
      code: 7,
      err: expect.stringMatching(/the ledger was not changed\nhint: /),
    });
    expect(printed.out).toMatch(/the batch: ledger settled, provider in progress\n/);
    expect(printed.out).toMatch(/card-\d+ \(line \d+\): ledger enrolled, provider nothing\n/);
    harness.simulator.setFaults([]);
    expect(await harness.enrollkit('reconcile')).toMatchObject({
      code: 0,
      out: expect.stringContaining('polled 4 batches: 0 differences'),
    });
    const { out } = await harness.enrollkit('--json', 'audit');
    expect(out.match(/"reconcile ended"/g)).toHaveLength(3);
  });

  it('finds that a record whose result was missing is enrolled after all', async (test) => {
    const { expect } = test;
    const harness = await harnessWith(test, 'missing-result');
    expect(await harness.enrollkit('run', harness.write('in.csv', cardholders(5)))).toMatchObject({
      code: 3,
    });
    harness.simulator.setFaults([]);
    const { code, lines } = await compared(harness);
    expect({ code, found: pairs(lines) }).toEqual({ code: 7, found: ['refused RESULT_MISSING / enrolled'] });
  });

  it('settles what was submitted and is finished by now, and waits for a provider that is busy', async (test) => {
    const { expect } = test;
    const harness = await harnessWith(test, 'stuck');
    const running = harness.start('run', harness.write('in.csv', cardholders(20)));
    await waitFor('all batches to arrive', () => harness.simulator.world().batches === 4, 60_000);
    running.process.kill('SIGTERM');
    expect((await running.ended).code).toBe(143);
    harness.simulator.setFaults(parseFaults('429-seconds=1@getBatchStatus*1'));
    const first = await compared(harness);
    expect(first).toMatchObject({ code: 0, lines: [{ settled: 3, open: 1, differences: 0 }] });
    harness.simulator.setFaults(parseFaults('503-seconds=1@getBatchStatus*1'));
    expect(await compared(harness)).toMatchObject({
      code: 0,
      lines: [{ batches: 4, differences: 0, unanswered: 0 }],
    });
    expect(await harness.enrollkit('resume')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/enrolled +20\n/),
    });
  });

  it('stops when the provider denies access, and says so', async (test) => {
    const { expect } = test;
    const harness = await harnessWith(test);
    expect(await harness.enrollkit('run', harness.write('in.csv', cardholders(5)))).toMatchObject({
      code: 0,
    });
    harness.simulator.setFaults(parseFaults('403'));
    expect(await harness.enrollkit('reconcile')).toMatchObject({
      code: 4,
      err: expect.stringMatching(/denies access.*\nhint: .*enrollkit reconcile/),
    });
  });
});
