import { copyFileSync, cpSync, rmSync } from 'node:fs';
import { parseFaults } from '@enrollkit/provider-simulator';
import { temporaryFolder } from '@enrollkit/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fileOf, rowsOf } from './cardholders.ts';
import { resolveHonestly } from './crashes.ts';
import { Harness } from './harness.ts';
import { runInProcess } from './in-process.ts';

const settings = `sending:
  batchSize: 10
  requestsPerSecond: 200
  poll: { firstMs: 40, maxMs: 200 }
`;

/** A provider that dedupes nothing: a person who is sent twice shows in its world. */
async function open(faults: Parameters<typeof Harness.open>[0] = {}, more = ''): Promise<Harness> {
  const harness = await Harness.open({ onDuplicate: 'duplicate', ...faults }, `${settings}${more}`);
  onTestFinished(() => harness.close());
  return harness;
}

interface PlanJson {
  readonly kind: string;
  readonly new: number;
  readonly rejected: number;
  readonly rows: number;
  readonly unsent: Readonly<Record<string, number>>;
}

describe('a second file with cardholders that are enrolled', () => {
  it.for([
    [
      'the same rows in another order',
      30,
      (rows: string[]) => fileOf([...rows.slice(0, 1), ...rows.slice(1).toReversed()]),
    ],
    ['other line ends', 30, (rows: string[]) => fileOf(rows, '\r\n')],
    ['one more row', 31, (rows: string[]) => fileOf([...rows, ...rowsOf(31).slice(-1)])],
  ] as const)('sends nobody twice, counts them and names the intake: %s', async ([, expected, change]) => {
    const at = await open();
    expect(await at.call('run', at.write('monday.csv', fileOf(rowsOf(30))))).toMatchObject({ code: 0 });
    const file = at.write('tuesday.csv', change(rowsOf(30)));
    const { code, out, err } = await at.call('run', file);
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(
        /already enrolled, unchanged +30\n +by [0-9a-f]{12} on \d{4}-\d\d-\d\d +30\n/,
      ),
    });
    expect(out).toContain('the sums add up');
    expect(err).toMatch(/already enrolled, unchanged +30\n/);
    expect(at.simulator.world()).toMatchObject({ enrolled: expected, enrolledMoreThanOnce: 0 });
  });

  it('names what has changed, does not send it, and exits with 3', async () => {
    const at = await open();
    await at.call('run', at.write('monday.csv', fileOf(rowsOf(10))));
    const changed = fileOf(rowsOf(10))
      .replace('jane.3@example.com', 'new@example.com')
      .replace('12/39', '11/38');
    const file = at.write('tuesday.csv', changed);
    const plan = await at.call('plan', file);
    expect(plan).toMatchObject({ code: 0, out: expect.stringMatching(/already enrolled, changed +2/) });
    expect(plan.out).toMatch(/contact +1\n/);
    const { out } = await at.call('--json', 'plan', file);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as PlanJson);
    expect(lines).toMatchObject([
      { kind: 'row', reason: 'changed', groups: ['expiry'], externalCardId: 'card-0' },
      { kind: 'row', reason: 'changed', groups: ['contact'], externalCardId: 'card-3' },
      { kind: 'plan', rows: 10, new: 0, unsent: { unchanged: 8, changed: 2 } },
    ]);
    expect(await at.call('run', file)).toMatchObject({
      code: 3,
      out: expect.stringMatching(/already enrolled, unchanged +8\n[^]*already enrolled, changed +2/),
      err: expect.stringMatching(/20\.0 % of the rows differ .*changedPercent: 10/),
    });
    expect(at.simulator.world()).toMatchObject({ enrolled: 10, enrolledMoreThanOnce: 0 });
  });

  it('is enrolled anew with --again, and the reason stands in the audit trail', async () => {
    const at = await open();
    await at.call('run', at.write('monday.csv', fileOf(rowsOf(5))));
    const { code } = await at.call('run', '--again', 'cards were replaced', at.path('monday.csv'));
    expect(code).toBe(0);
    expect(at.simulator.world()).toMatchObject({ enrolledMoreThanOnce: 5 });
    expect((await at.call('audit')).out).toContain('reason=cards were replaced');
  });

  it.for([
    ['drop-request', 'did not arrive'],
    ['drop-answer', 'arrived'],
  ] as const)('waits for the decision about a batch of another intake: %s, which %s', async ([fault]) => {
    const at = await open({ faults: parseFaults(`${fault}@enrollBatch*1`) });
    expect(await at.enrollkit('run', at.write('monday.csv', fileOf(rowsOf(5))))).toMatchObject({ code: 5 });
    const tuesday = at.write('tuesday.csv', fileOf(rowsOf(6)));
    expect(await at.call('plan', tuesday)).toMatchObject({
      out: expect.stringMatching(/new: would be sent +1\n[^]*unknown in another intake +5\n/),
    });
    expect(await at.call('run', tuesday)).toMatchObject({
      code: 5,
      out: expect.stringMatching(/unknown in another intake +5\n/),
    });
    const monday = JSON.parse((await at.call('--json', 'status')).out) as readonly { readonly id: string }[];
    const intake = monday.at(-1)?.id ?? '';
    expect(await resolveHonestly(at, intake)).toBe(1);
    expect(await at.call('resume', '--intake', intake)).toMatchObject({ code: 0 });
    expect(await at.call('run', tuesday)).toMatchObject({ code: 0 });
    expect(at.simulator.world()).toMatchObject({ enrolled: 6, enrolledMoreThanOnce: 0 });
  });

  it('says that the same file was run before', async () => {
    const at = await open();
    const file = at.write('monday.csv', fileOf(rowsOf(5)));
    await at.call('run', file);
    const { code, err } = await at.call('run', file);
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringMatching(/this file was run before, as \S+monday\.csv on/),
    });
  });
});

describe('enrollkit plan', () => {
  it('counts what a run would do, creates nothing and needs no ledger', async () => {
    const at = await open();
    const before = at.filesBut().map(({ name }) => name);
    const rows = rowsOf(25);
    const file = at.write('in.csv', fileOf([...rows, rows[1]?.replace('12/39', '12/19') ?? '']));
    expect(await at.call('plan', file)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/new: would be sent +25\n +rejected +1\n[^]*3 batches, at least 6 requests/),
    });
    const { out } = await at.call('plan', '--csv', file);
    expect(out).toMatch(/^row,line,[^\n]*\n26,27,consumer-0,card-0,rejected,EXPIRY_PAST/);
    expect(at.filesBut('in.csv').map(({ name }) => name)).toEqual(before);
    expect(at.simulator.world()).toMatchObject({ batches: 0 });
  });
});

describe('enrollkit who, forget and register import', () => {
  it('shows the history of a cardholder over all intakes, and erases it by key', async () => {
    const at = await open();
    await at.call('run', at.write('monday.csv', fileOf(rowsOf(5))));
    await at.call('run', at.write('tuesday.csv', fileOf(rowsOf(5)).replace('jane.3@', 'new@')));
    const { out } = await at.call('who', 'consumer-3');
    expect(out).toMatch(/enrolled .*card-3[^]*changed .*card-3/);
    expect(out).not.toContain('consumer-1');
    expect(await at.call('forget', 'consumer-3')).toMatchObject({ code: 2 });
    expect(await at.call('forget', 'consumer-3', '--yes')).toMatchObject({ code: 0 });
    expect((await at.call('who', 'consumer-3')).out).not.toMatch(/enrolled/);
    expect((await at.call('audit')).out).not.toContain('consumer-3');
    // Erased is not new: the person does not come back with the next file.
    expect(
      await at.call('run', at.write('wednesday.csv', fileOf(rowsOf(5)).replace('jane.4@', 'x@'))),
    ).toMatchObject({
      out: expect.stringMatching(/removed or erased +1/),
    });
    expect(at.simulator.world()).toMatchObject({ enrolled: 5, enrolledMoreThanOnce: 0 });
  });

  it('takes over cards that were enrolled by other means, without their numbers', async () => {
    const at = await open();
    const ids = at.write(
      'enrolled.csv',
      'externalConsumerId,externalCardId\nconsumer-0,card-0\nconsumer-1,card-1\n',
    );
    expect(await at.call('register', 'import', ids)).toMatchObject({
      code: 0,
      err: expect.stringContaining('2 rows read, 2 cards added'),
    });
    expect(await at.call('run', at.write('in.csv', fileOf(rowsOf(5))))).toMatchObject({
      code: 0,
      out: expect.stringMatching(/already enrolled, unchanged +2\n +imported +2\n/),
    });
    expect(at.simulator.world()).toMatchObject({ enrolled: 3 });
    for (const wrong of [
      'externalConsumerId\nx\n',
      'externalConsumerId,externalCardId\na,5204731600000007\n',
    ])
      expect(await at.call('register', 'import', at.write('wrong.csv', wrong))).toMatchObject({
        code: 2,
        err: expect.stringContaining('nothing was done'),
      });
  });
});

describe('a ledger that went back in time', () => {
  it('the ledger is restored from an older copy of its file', async () => {
    const at = await open({}, 'ledger:\n  stateFolder: state\n');
    await at.call('run', at.write('monday.csv', fileOf(rowsOf(10))));
    copyFileSync(at.path('enrollkit.ledger.db'), at.path('old.db'));
    const tuesday = at.write('tuesday.csv', fileOf(rowsOf(25)));
    await at.call('run', tuesday);
    for (const end of ['', '-wal', '-shm']) rmSync(at.path(`enrollkit.ledger.db${end}`), { force: true });
    copyFileSync(at.path('old.db'), at.path('enrollkit.ledger.db'));
    const before = at.simulator.world();
    expect(await at.call('run', at.write('wednesday.csv', fileOf(rowsOf(30))))).toMatchObject({
      code: 4,
      err: expect.stringMatching(/the ledger went back in time: .*\nhint: .*enrollkit .*ledger adopt/),
    });
    expect(at.simulator.world()).toEqual(before);
    expect(await at.call('ledger', 'adopt')).toMatchObject({
      code: 0,
      err: expect.stringContaining('the ledger is adopted'),
    });
    expect((await at.call('audit')).out).toContain('ledger adopt');
    expect(await at.call('run', tuesday)).toMatchObject({
      code: 5,
      err: expect.stringContaining('new batches become unknown instead of being sent'),
    });
    expect(at.simulator.world()).toEqual(before);
    expect(await resolveHonestly(at)).toBe(2);
    expect(await at.call('resume')).toMatchObject({ code: 0 });
    expect(await at.call('ledger', 'adopt', '--complete', 'resolved')).toMatchObject({ code: 0 });
    expect(await at.call('ledger', 'adopt', '--complete', 'twice')).toMatchObject({ code: 2 });
    expect(await at.call('run', at.path('wednesday.csv'))).toMatchObject({ code: 0 });
    expect(at.simulator.world()).toMatchObject({ enrolled: 30, enrolledMoreThanOnce: 0 });
  });

  it('the ledger is deleted between two runs', async () => {
    const at = await open();
    const run = (file: string) =>
      runInProcess(['--config', at.path('enrollkit.yaml'), 'run', file], {
        HOME: '/nowhere',
        XDG_STATE_HOME: at.path('state'),
      });
    expect(await run(at.write('monday.csv', fileOf(rowsOf(10))))).toMatchObject({ code: 0 });
    for (const end of ['', '-wal', '-shm']) rmSync(at.path(`enrollkit.ledger.db${end}`), { force: true });
    expect(await run(at.write('tuesday.csv', fileOf(rowsOf(11))))).toMatchObject({
      code: 4,
      err: expect.stringContaining('it was deleted or replaced'),
    });
    expect(at.simulator.world()).toMatchObject({ enrolled: 10, batches: 1 });
  });

  it('the folder of the ledger is copied, and both go on', async () => {
    const at = await open();
    const run = (config: string, file: string) =>
      runInProcess(['--config', config, 'run', file], {
        HOME: '/nowhere',
        XDG_STATE_HOME: at.path('state'),
      });
    using copy = temporaryFolder();
    const [first, copied] = [at.path('enrollkit.yaml'), copy.file('enrollkit.yaml')];
    expect(await run(first, at.write('monday.csv', fileOf(rowsOf(10))))).toMatchObject({ code: 0 });
    cpSync(at.folder, copy.path, { recursive: true });
    const tuesday = at.write('tuesday.csv', fileOf(rowsOf(20)));
    expect(await run(first, tuesday)).toMatchObject({ code: 0 });
    expect(await run(copied, tuesday)).toMatchObject({
      code: 4,
      err: expect.stringContaining('it was copied or restored, or lost commits'),
    });
    expect(at.simulator.world()).toMatchObject({ enrolled: 20, enrolledMoreThanOnce: 0 });
  });

  it('is written all the same where no mark can be kept', async () => {
    const at = await open();
    const file = at.write('monday.csv', fileOf(rowsOf(10)));
    const home = { HOME: at.write('no-folder', '') };
    expect(await runInProcess(['--config', at.path('enrollkit.yaml'), 'run', file], home)).toMatchObject({
      code: 0,
    });
  });
});
