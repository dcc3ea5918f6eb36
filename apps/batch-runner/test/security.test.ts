import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseFaults } from '@enrollkit/provider-simulator';
import { waitFor } from '@enrollkit/testkit';
import { describe, it, type TestContext } from 'vitest';
import { csvLine } from '../src/terminal/csv.ts';
import { Harness, type Ended } from './harness.ts';
import { cardholders } from './cardholders.ts';

const settings = `sending:
  batchSize: 5
  requestsPerSecond: 200
  poll: { firstMs: 40, maxMs: 200 }
`;

async function harnessWith({ onTestFinished }: TestContext, faults = '', more = ''): Promise<Harness> {
  const harness = await Harness.open(
    { faults: parseFaults(faults), verify: more === '' ? 'all' : 'none' },
    settings,
  );
  onTestFinished(() => harness.close());
  return harness;
}

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe.concurrent('what a run leaves on the disk', { timeout: 180_000 }, () => {
  it('can be read by its owner only, whatever the umask', async (test) => {
    const { expect } = test;
    const harness = await harnessWith(test);
    const written = { 'output.logFile': 'run.log', 'output.metricsFile': 'run.prom' };
    const flags = Object.entries(written).flatMap(([name, file]) => ['--set', `${name}=${file}`]);
    const given = new Set(readdirSync(harness.folder));
    const input = harness.write(
      'in.csv',
      `${cardholders(10)}${cardholders(1).split('\n')[1]?.replace('12/39', '13/39').replaceAll('-0', '-bad') ?? ''}\n`,
    );
    const running = harness.startIn(
      { under: ['sh', '-c', 'umask 0; exec "$@"', '--'] },
      ...flags,
      'run',
      input,
    );
    expect(await running.ended).toMatchObject({ code: 3 });
    expect(
      await harness.startIn(
        { under: ['sh', '-c', 'umask 0; exec "$@"', '--'] },
        'ledger',
        'backup',
        'copy.db',
      ).ended,
    ).toMatchObject({ code: 0 });
    const made = readdirSync(harness.folder).filter((name) => !given.has(name) && name !== 'in.csv');
    expect(made).toEqual(
      expect.arrayContaining([
        'enrollkit.ledger.db',
        'enrollkit.fingerprint.key',
        'in.rejections.csv',
        'run.log',
        'run.prom',
        'copy.db',
      ]),
    );
    const everything = made.flatMap((name) => [
      name,
      ...(statSync(harness.path(name)).isDirectory()
        ? readdirSync(harness.path(name), { recursive: true, encoding: 'utf8' }).map((inner) =>
            join(name, inner),
          )
        : []),
    ]);
    const othersMayLook = (name: string): boolean =>
      modeOf(harness.path(name)) !== (statSync(harness.path(name)).isDirectory() ? '700' : '600');
    expect(everything.filter(othersMayLook)).toEqual([]);
    expect(
      await harness.startIn(
        { under: ['sh', '-c', 'umask 0; exec "$@"', '--'] },
        '--config',
        'new.yaml',
        'init',
      ).ended,
    ).toMatchObject({ code: expect.any(Number) as number });
    expect(modeOf(harness.path('new.yaml'))).toBe('600');
  });
});

describe.concurrent('a secret', { timeout: 180_000 }, () => {
  it('a secret stands in a file that others can read', async (test) => {
    const { expect } = test;
    const harness = await harnessWith(test);
    harness.write('secret', `${'ab'.repeat(32)}\n`);
    chmodSync(harness.path('secret'), 0o640);
    chmodSync(harness.path('signing-key.pem'), 0o604);
    const input = harness.write('in.csv', cardholders(1));
    const refused = async (...set: string[]) =>
      await harness.enrollkit(...set.flatMap((each) => ['--set', each]), 'run', input);
    expect(await refused()).toMatchObject({
      code: 2,
      err: expect.stringMatching(/signing-key\.pem.*\nhint: .*chmod 600 /),
    });
    chmodSync(harness.path('signing-key.pem'), 0o600);
    chmodSync(harness.path('enrollkit.yaml'), 0o644);
    expect(await refused()).toMatchObject({
      code: 2,
      err: expect.stringMatching(
        /signing\.consumerKey: enrollkit\.yaml can be read by others\nhint: chmod 600 /,
      ),
    });
    chmodSync(harness.path('enrollkit.yaml'), 0o600);
    for (const setting of ['signing.keyPasswordFile', 'ledger.fingerprintKeyFile']) {
      expect(await refused(`${setting}=secret`)).toMatchObject({
        code: 2,
        err: expect.stringMatching(/secret can be read by others\nhint: chmod 600 /),
      });
    }
    expect(await refused('provider.clientKeyFile=secret', 'provider.clientCertFile=secret')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/clientKeyFile: .*others\nhint: chmod 600 /),
    });
    expect(harness.simulator.world().batches).toBe(0);
  });

  it('appears neither in the process list nor in a diagnostic report, and no thread has it in its environment', async (test) => {
    const { expect } = test;
    const harness = await harnessWith(test, 'stuck');
    const config = readFileSync(harness.path('enrollkit.yaml'), 'utf8');
    harness.write('enrollkit.yaml', config.replace(/ {2}consumerKey: .*\n/, ''));
    const { consumerKey } = harness.simulator;
    const running = harness.startIn(
      {
        node: ['--report-on-signal', '--report-signal=SIGUSR2', `--report-directory=${harness.folder}`],
        environment: { ENROLLKIT_SIGNING_CONSUMER_KEY: consumerKey },
      },
      'run',
      harness.write('in.csv', cardholders(10)),
    );
    await waitFor('a batch to arrive', () => harness.simulator.world().batches > 0, 60_000);
    expect(readFileSync(`/proc/${running.process.pid ?? 0}/cmdline`, 'utf8')).not.toContain(consumerKey);
    running.process.kill('SIGUSR2');
    const report = await waitFor(
      'the report',
      () =>
        readdirSync(harness.folder).find(
          (name) => /^report\..*\.json$/.test(name) && statSync(harness.path(name)).size > 1000,
        ),
      60_000,
    );
    expect(readFileSync(harness.path(report), 'utf8')).not.toContain(consumerKey);
    harness.simulator.setFaults([]);
    expect(await running.ended).toMatchObject({ code: 0 });
  });
});

describe.concurrent('a process that dies of a defect', { timeout: 180_000 }, () => {
  async function dies(
    how: string,
    test: TestContext,
  ): Promise<Ended & { readonly shown: readonly string[]; readonly resumed: Ended }> {
    const harness = await harnessWith(test, 'stuck');
    const thrown = `import { existsSync } from 'node:fs';
      const defect = Object.assign(new Error('row 5204731600000007 \\u001b[2J'), { row: { pan: '5204731600000007', firstName: 'Jané' } });
      setInterval(() => { if (existsSync('now')) { ${how}; } }, 20).unref();`;
    const running = harness.startIn(
      { node: ['--import', harness.write('planted.mjs', thrown)] },
      'run',
      harness.write('in.csv', cardholders(10)),
    );
    await waitFor('a batch to arrive', () => harness.simulator.world().batches > 0, 60_000);
    harness.write('now', '');
    const ended = await running.ended;
    harness.simulator.setFaults([]);
    const resumed = await harness.enrollkit('--set', 'sending.onUnknown=resend', 'resume');
    test.expect(harness.simulator.world()).toMatchObject({ enrolled: 10, enrolledMoreThanOnce: 0 });
    return {
      ...ended,
      resumed,
      shown: ['5204731600000007', 'Jané', '\u001b', 'const defect'].filter((secret) =>
        (ended.err + ended.out).includes(secret),
      ),
    };
  }

  it('an exception is not caught', async (test) => {
    const { expect } = test;
    expect(await dies('throw defect', test)).toMatchObject({
      code: 1,
      shown: [],
      err: expect.stringMatching(/error: internal error: [^]*\nhint: this is a defect/),
      resumed: { code: 0, out: expect.stringContaining('the sums add up') },
    });
  });

  it('a promise rejects that nobody awaits', async (test) => {
    const { expect } = test;
    expect(await dies('void Promise.reject(defect)', test)).toMatchObject({
      code: 1,
      shown: [],
      err: expect.stringMatching(/error: internal error: [^]*\nhint: this is a defect/),
      resumed: { code: 0, out: expect.stringContaining('the sums add up') },
    });
  });
});

describe('SECURITY.md', { timeout: 180_000 }, () => {
  it('names tests that exist', ({ expect }) => {
    const root = join(import.meta.dirname, '..', '..', '..');
    const named =
      readFileSync(join(root, 'SECURITY.md'), 'utf8').match(/(?:apps|libs|tools)\/[\w./-]+\.ts/g) ?? [];
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});

describe('a report opened in a spreadsheet', { timeout: 180_000 }, () => {
  it('runs no formula', ({ expect }) => {
    expect(csvLine(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', 'a=b', undefined, 'plain'])).toBe(
      `'=1+1,'+1,'-1,'@SUM(A1),'\tx,"'\rx",a=b,,plain`,
    );
  });

  it('also where an id of the file begins like one', async (test) => {
    const { expect } = test;
    const harness = await harnessWith(test);
    await harness.enrollkit('run', harness.write('in.csv', cardholders(2).replaceAll('consumer-', '-2-3-')));
    const { out } = await harness.enrollkit('report', '--csv');
    expect(out.split('\n')[1]).toMatch(/^2,'-2-3-0,card-0,/);
  });
});
