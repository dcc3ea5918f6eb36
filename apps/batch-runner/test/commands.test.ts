import { readFileSync, statSync } from 'node:fs';
import { waitFor } from '@enrollkit/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writeSample } from '../src/sample/index.ts';
import { Harness } from './harness.ts';
import { cardholders, panOf } from './cardholders.ts';

async function openHarness(): Promise<Harness> {
  const opened = await Harness.open();
  onTestFinished(() => opened.close());
  return opened;
}

interface CheckLine {
  readonly line: number;
  readonly field: string;
  readonly code: string;
}

describe('enrollkit check', () => {
  it.for(['csv', 'ndjson'] as const)(
    'finds a thousand bad rows of every kind by line, field and code, and no other (%s)',
    async (format) => {
      const at = await openHarness();
      const file = at.path(`in.${format}`);
      const expected = await writeSample(file, { records: 4_000, seed: 7, format, faulty: 1_000 });
      expect(new Set(expected.map(({ code }) => code)).size).toBeGreaterThanOrEqual(25);
      const { code, out } = await at.enrollkit('--json', 'check', file);
      expect(code).toBe(3);
      const lines = out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as CheckLine & { readonly fit?: number });
      expect(lines.at(-1)).toMatchObject({ rows: 5_000, rejected: 1_000, fit: 4_000 });
      const printed = new Set(lines.map(({ line, field, code: fault }) => `${line} ${field} ${fault}`));
      expect(
        expected
          .map(({ line, field, code: fault }) => `${line} ${field} ${fault}`)
          .filter((fault) => !printed.has(fault)),
      ).toEqual([]);
      expect(new Set(lines.slice(0, -1).map(({ line }) => line)).size).toBe(1_000);
    },
  );

  it('needs no configuration, and writes a file of rejections that can be corrected and run again', async () => {
    const at = await openHarness();
    const good = cardholders(30);
    const file = at.write('in.csv', good.replace('jane.3@example.com', 'jane.3'));
    const { code, out } = await at.enrollkit(
      '--config',
      'none.yaml',
      'check',
      file,
      '--rejections',
      'bad.csv',
    );
    expect(code).toBe(3);
    expect(out).toMatch(/in\.csv:5: email: .* \(EMAIL/);
    expect(statSync(at.path('bad.csv')).mode & 0o777).toBe(0o600);
    const pan = good.split('\n')[4]?.split(',')[2] ?? '';
    const rejected = readFileSync(at.path('bad.csv'), 'utf8');
    expect(rejected).not.toContain(pan);
    const masked = `${pan.slice(0, 6)}******${pan.slice(-4)}`;
    const corrected = at.write(
      'corrected.csv',
      rejected.replace('jane.3,', 'jane.3@example.com,').replace(masked, pan),
    );
    expect(await at.enrollkit('check', corrected)).toMatchObject({ code: 0 });
  });

  it('names both lines of a key that stands twice, however far apart', async () => {
    const at = await openHarness();
    const rows = cardholders(1_000).trim().split('\n');
    const { code, out } = await at.enrollkit('check', at.write('in.csv', [...rows, rows[1], ''].join('\n')));
    expect(code).toBe(3);
    expect(out).toMatch(/in\.csv:1002: externalCardId: .*\b2\b/);
  });
});

describe('the summary of enrollkit check', () => {
  const expired = (text: string): string => text.replaceAll('12/39', '12/19');

  it('counts the rejections by code, with three examples and the hint of each, and estimates the run', async () => {
    const at = await openHarness();
    const rows = expired(cardholders(9)).split('\n');
    const good = cardholders(60).trim().split('\n').slice(10);
    const file = at.write('in.csv', [...rows.slice(0, 10), ...good, ''].join('\n'));
    const { code, out } = await at.call('check', file);
    expect(code).toBe(3);
    expect(out).toMatch(
      /^EXPIRY_PAST in expiry: 9 rows\n( {2}\S+in\.csv:[234]: expiry: .*\n){3} {2}and 6 more\n {2}hint: /,
    );
    expect(out).toMatch(
      /60 rows read, 9 rejected, 51 fit to be sent: at least 2 requests, 0 s at 10 a second/,
    );
    const all = await at.call('check', file, '--all');
    expect(all.out.match(/EXPIRY_PAST/g)).toHaveLength(9);
  });

  it('says that a whole column is wrong when nearly every row fails alike', async () => {
    const at = await openHarness();
    const { err } = await at.call('check', at.write('in.csv', expired(cardholders(30))));
    expect(err).toMatch(/100 % of the rows fail on expiry: the cards have expired, or .*YYMM.*\nhint: /);
    const mainframe = cardholders(30).replaceAll('12/39', '3912');
    expect((await at.call('check', at.write('in.csv', mainframe))).err).toContain(
      '100 % of the rows fail on expiry: the column looks like YYMM; set input.expiry: YYMM',
    );
    expect(await at.call('--set', 'input.expiry=YYMM', 'check', at.path('in.csv'))).toMatchObject({
      code: 0,
    });
  });

  it('finds what rows share with each other, over the whole file', async () => {
    const at = await openHarness();
    const [head = '', first = '', ...rows] = cardholders(300).trim().split('\n');
    const cells = first.split(',');
    const other = (changes: Readonly<Record<number, string>>): string =>
      cells.map((cell, index) => changes[index] ?? cell).join(',');
    const file = at.write(
      'in.csv',
      [
        head,
        first,
        ...rows,
        other({ 0: 'other-1', 1: 'k-1', 2: panOf(901) }),
        other({ 0: 'other-2', 1: 'k-2', 6: 'x@example.com' }),
        other({ 1: 'k-3', 2: panOf(903), 5: 'Else' }),
        '',
      ].join('\n'),
    );
    const { out } = await at.call('check', file, '--all');
    expect(out).toMatch(/:302: email: .*line 2 \(CONTACT_SHARED\)/);
    expect(out).toMatch(/:303: pan: .*line 2 \(CARD_SHARED\)/);
    expect(out).toMatch(/:304: externalConsumerId: .*line 2 .*\(CONSUMER_CONFLICT\)/);
  });

  it('lists what will be sent although it looks odd, and says where columns slipped and a file may be cut off', async () => {
    const at = await openHarness();
    const shifted = cardholders(9).replaceAll('Springfield,12345', '12345,Springfield').trimEnd();
    const { code, out, err } = await at.call('check', at.write('in.csv', shifted));
    expect(code).toBe(0);
    expect(out).toMatch(/warning: postalCode: .*US \(POSTAL_CODE_SHAPE\): 9 rows, lines 2, 3, 4, \.\.\.\n/);
    expect(out).toContain('9 fit to be sent (9 of them with a warning)');
    expect(err).toMatch(/columns look shifted from line 2/);
    expect(err).toMatch(/the last line \(10\) has no line end/);
  });

  it('works beside a configuration that is not complete, and uses its input settings', async () => {
    const at = await openHarness();
    const config = at.write('half.yaml', 'input:\n  columns: { Card: pan }\nsending: { batchSize: 7 }\n');
    const file = at.write('in.csv', cardholders(8).replace('pan', 'Card'));
    expect(await at.call('--config', config, 'check', file)).toMatchObject({
      code: 0,
      out: expect.stringContaining('at least 4 requests'),
    });
    const wrong = at.write('wrong.yaml', 'input:\n  format: xml\n');
    expect(await at.call('--config', wrong, 'check', file)).toMatchObject({
      code: 2,
      err: expect.stringContaining('wrong.yaml:2: input.format'),
    });
  });
});

describe('enrollkit sample, init, demo', () => {
  it('the same seed makes the same sample, all of it fit', async () => {
    const at = await openHarness();
    for (const name of ['a.csv', 'b.csv'])
      expect(await at.enrollkit('sample', '-n', '500', '-o', name)).toMatchObject({ code: 0 });
    expect(readFileSync(at.path('a.csv'))).toEqual(readFileSync(at.path('b.csv')));
    expect(await at.enrollkit('check', 'a.csv')).toMatchObject({ code: 0 });
    expect(await at.enrollkit('sample', '-n', '5', '-o', 'a.xlsx')).toMatchObject({
      code: 2,
      err: expect.stringContaining('hint: '),
    });
  });

  it('init writes a file that is complete but for the secrets, and never over another', async () => {
    const at = await openHarness();
    const { code, err } = await at.enrollkit('--config', 'new.yaml', 'init');
    expect(code).toBe(0);
    expect(err).toContain('signing.consumerKey');
    expect(statSync(at.path('new.yaml')).mode & 0o777).toBe(0o600);
    const before = readFileSync(at.path('new.yaml'));
    expect(await at.enrollkit('--config', 'new.yaml', 'init')).toMatchObject({ code: 2 });
    expect(readFileSync(at.path('new.yaml'))).toEqual(before);
  });

  it('a demo that is killed continues when it is started again', async () => {
    const at = await openHarness();
    const first = at.start('demo', '--records', '3000');
    await waitFor(
      'the first batches to be settled',
      () => /"settled"/.test(readQuietly(at.path('enrollkit-demo/enrollkit.log'))),
      30_000,
    );
    first.process.kill('SIGKILL');
    await first.ended;
    const second = await at.enrollkit('demo', '--records', '3000');
    expect(second.code).toBe(0);
    expect(second.err).toContain('continuing the demo');
    expect(second.err).toContain('3,000 records enrolled once, 0 more than once');
    expect(second.out).toMatch(/enrolled +3,000\n/);
  });
});

describe('enrollkit run, from standard input and with bad rows', () => {
  it('writes the rejected rows beside the input, sends the others, and takes duplicates out of their batches', async () => {
    const at = await openHarness();
    const rows = cardholders(600).trim().split('\n');
    const file = at.write('in.csv', [...rows, rows[1], rows[300]?.replace('12/39', '12/19'), ''].join('\n'));
    const { code, out, err } = await at.enrollkit(
      '--set',
      'sending.requestsPerSecond=100',
      '--set',
      'sending.poll.firstMs=40',
      'run',
      file,
    );
    expect(code).toBe(3);
    expect(out).toMatch(/rejected before sending +2\n/);
    expect(err).toContain('2 rejected rows are in');
    expect(readFileSync(at.path('in.rejections.csv'), 'utf8')).toContain('DUPLICATE_RECORD');
    expect(at.simulator.world()).toMatchObject({ enrolled: 600, enrolledMoreThanOnce: 0 });
  });

  it('reads standard input once, and asks for the file when it needs the clear data again', async () => {
    const at = await openHarness();
    const text = cardholders(40, ['5204739990000040']);
    const running = at.start('--set', 'sending.poll.firstMs=40', 'run', '-');
    running.process.stdin?.end(text);
    expect(await running.ended).toMatchObject({ code: 3 });
    expect(at.simulator.world()).toMatchObject({ enrolled: 39 });
    expect(await at.enrollkit('retry')).toMatchObject({ code: 2, err: expect.stringContaining('--file') });
    expect(
      await at.enrollkit('--set', 'sending.poll.firstMs=40', 'retry', '--file', at.write('in.csv', text)),
    ).toMatchObject({ code: 3 });
  });
});

function readQuietly(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
