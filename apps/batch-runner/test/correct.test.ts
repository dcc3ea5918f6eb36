import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cardholders, panOf } from './cardholders.ts';
import { Harness } from './harness.ts';

const settings = `sending:
  batchSize: 250
  requestsPerSecond: 500
  poll: { firstMs: 40, maxMs: 200 }
`;

async function harness(): Promise<Harness> {
  const opened = await Harness.open({ onDuplicate: 'duplicate' }, settings);
  onTestFinished(() => opened.close());
  return opened;
}

type Cells = Readonly<Record<string, string>>;

function rowsOf(text: string): Cells[] {
  return parse(text, { columns: true });
}

function csvOf(rows: readonly Cells[]): string {
  const [first = {}] = rows;
  const line = (cells: readonly string[]): string =>
    cells.map((cell) => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',');
  return [line(Object.keys(first)), ...rows.map((row) => line(Object.values(row)))].join('\r\n');
}

/** A file of which every row has an expiry that is none. */
function faulty(rows: number): string {
  return cardholders(rows).replaceAll(',12/39,', ',13/39,');
}

describe('enrollkit correct', () => {
  it('settles a thousand rejected rows by their references and one column, without a card number', async () => {
    const at = await harness();
    const file = at.write('in.csv', faulty(1_000));
    expect(await at.call('run', file), 'more than is tolerated').toMatchObject({ code: 6 });
    const before = at.read('in.rejections.csv');
    const rejected = rowsOf(at.read('in.rejections.csv'));
    expect(rejected).toHaveLength(1_000);
    const corrections = csvOf(
      rejected.map(({ rejectedReference = '' }) => ({ rejectedReference, expiry: '12/39' })),
    );
    expect(await at.call('correct', at.write('corrections.csv', corrections))).toMatchObject({ code: 0 });
    expect(at.simulator.world()).toMatchObject({ enrolled: 1_000, enrolledMoreThanOnce: 0 });
    expect(corrections).not.toContain(panOf(0));
    expect(at.read('in.rejections.csv'), 'the old rejections file').toBe(before);
  });

  it('takes the rejections file itself, with its card numbers masked, and what is still wrong keeps its reference', async () => {
    const at = await harness();
    const file = at.write('in.csv', faulty(3));
    await at.call('run', file);
    const rows = rowsOf(at.read('in.rejections.csv'));
    const edited = rows.map((row, index) => ({ ...row, expiry: index === 2 ? '14/39' : '12/39' }));
    const first = at.write('edited.csv', csvOf(edited));
    expect(await at.call('correct', first)).toMatchObject({ code: 3 });
    expect(at.simulator.world()).toMatchObject({ enrolled: 2 });
    const [again = {}] = at
      .read('edited.rejections.ndjson')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Cells);
    expect(again['rejectedReference']).toBe(rows[2]?.['rejectedReference']);
    expect(JSON.stringify(again)).not.toContain(panOf(2));
    const last = at.write('last.ndjson', JSON.stringify({ ...again, expiry: '11/39' }));
    expect(await at.call('correct', last)).toMatchObject({ code: 0 });
    expect(at.simulator.world()).toMatchObject({ enrolled: 3, enrolledMoreThanOnce: 0 });
  });

  it('is refused for a file without references, and for rows of a file that is not known', async () => {
    const at = await harness();
    expect(await at.call('correct', at.write('a.csv', 'expiry\n12/39\n'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('rejectedReference'),
    });
    const unknown = `rejectedReference,expiry\n${'ab'.repeat(6)}r1l2o3n4,12/39\n`;
    expect(await at.call('correct', at.write('b.csv', unknown))).toMatchObject({
      code: 2,
      err: expect.stringContaining('--file ORIGINAL'),
    });
  });
});

describe('a rejections file', () => {
  it('never replaces an older one, nor follows a link: it gets a number', async () => {
    const at = await harness();
    await at.call('run', at.write('in.csv', faulty(2)));
    const old = `${at.read('in.rejections.csv')}# an hour of corrections`;
    at.write('in.rejections.csv', old);
    writeFileSync(at.path('precious'), 'precious');
    symlinkSync(at.path('precious'), at.path('in.rejections-2.csv'));
    expect((await at.call('run', at.write('in.csv', faulty(4)))).err).toContain('in.rejections-3.csv');
    expect(at.read('in.rejections.csv')).toBe(old);
    expect(at.read('precious')).toBe('precious');
    expect(rowsOf(at.read('in.rejections-3.csv'))).toHaveLength(4);
    expect(statSync(at.path('in.rejections-3.csv')).mode & 0o777).toBe(0o600);
    expect(readdirSync(at.folder).filter((name) => name.endsWith('.part'))).toEqual([]);
    expect(readFileSync(at.path('in.rejections-3.csv'), 'utf8')).not.toContain(panOf(0));
  });
});
