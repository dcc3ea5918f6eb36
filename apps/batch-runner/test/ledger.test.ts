import { readdirSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { parseFaults } from '@enrollkit/provider-simulator';
import { waitFor } from '@enrollkit/testkit';
import { describe, it, type TestContext } from 'vitest';
import { Harness } from './harness.ts';
import { cardholders } from './cardholders.ts';

const settings = `sending:
  batchSize: 5
  requestsPerSecond: 200
  poll: { firstMs: 40, maxMs: 200 }
`;

async function harnessWith({ onTestFinished }: TestContext, faults = ''): Promise<Harness> {
  const harness = await Harness.open({ onDuplicate: 'duplicate', faults: parseFaults(faults) }, settings);
  onTestFinished(() => harness.close());
  return harness;
}

describe.concurrent('enrollkit ledger', { timeout: 180_000 }, () => {
  it('the ledger is backed up while a runner writes', async (test) => {
    const { expect } = test;
    const harness = await harnessWith(test, 'stuck');
    const running = harness.start('run', harness.write('in.csv', cardholders(100)));
    await waitFor('the batches to arrive', () => harness.simulator.world().batches === 20, 60_000);
    expect(await harness.enrollkit('ledger', 'backup', 'copy.db')).toMatchObject({
      code: 0,
      err: expect.stringContaining('verified'),
    });
    expect((statSync(harness.path('copy.db')).mode & 0o777).toString(8)).toBe('600');
    expect(await harness.enrollkit('ledger', 'compact')).toMatchObject({
      code: 2,
      err: expect.stringContaining('held by `run`'),
    });
    expect(await harness.enrollkit('ledger', 'verify')).toMatchObject({ code: 0 });
    harness.simulator.setFaults([]);
    expect(await running.ended).toMatchObject({ code: 0 });
    const [{ tally }] = await harness.json<[{ tally: { rows: number } }]>(
      '--set',
      'ledger.file=copy.db',
      'status',
    );
    expect(tally.rows).toBe(100);
    expect(await harness.enrollkit('ledger', 'compact')).toMatchObject({ code: 0 });
    expect(await harness.enrollkit('ledger', 'backup', 'copy.db')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/copy\.db is there already.*\nhint: /),
    });
    const { out } = await harness.enrollkit('audit');
    expect(out).toMatch(/ledger backup[^]*ledger compact/);
  });

  it('somebody changed the ledger by hand', async (test) => {
    const { expect } = test;
    const harness = await harnessWith(test);
    expect(await harness.enrollkit('run', harness.write('in.csv', cardholders(10)))).toMatchObject({
      code: 0,
    });
    const file = new DatabaseSync(harness.path('enrollkit.ledger.db'));
    file.exec(
      `update batch_record set outcomes = cast(replace(cast(outcomes as text), '"enrolled"', '"refused"') as blob) where batch = 1`,
    );
    file.close();
    const { code, out } = await harness.enrollkit('--json', 'ledger', 'verify');
    const findings = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { what: string; expected: number; found: number });
    expect({ code, findings }).toMatchObject({
      code: 7,
      findings: [
        { what: expect.stringContaining('enrolled'), expected: 5, found: 0 },
        { what: expect.stringContaining('refused') },
      ],
    });
    // A copy of it does not verify either, and gets no name.
    const before = readdirSync(harness.folder);
    expect(await harness.enrollkit('ledger', 'backup', 'copy.db')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/the copy is not sound: .*enrolled/),
    });
    expect(readdirSync(harness.folder)).toEqual(before);
  });

  it('has no file to back up or compact when the ledger is a database, and says what to do instead', async (test) => {
    const { expect } = test;
    const harness = await harnessWith(test);
    const elsewhere = ['--set', 'ledger.url=postgres://nobody@127.0.0.1:1/none', 'ledger'];
    expect(await harness.enrollkit(...elsewhere, 'backup', 'copy.db')).toMatchObject({
      code: 2,
      err: expect.stringContaining('pg_dump'),
    });
    expect(await harness.enrollkit(...elsewhere, 'compact')).toMatchObject({
      code: 2,
      err: expect.stringContaining('autovacuum'),
    });
  });
});
