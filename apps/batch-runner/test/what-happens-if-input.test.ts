import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  createWriteStream,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { openSqliteLedgerView, type LedgerView } from '@enrollkit/ledger';
import { parseFaults } from '@enrollkit/provider-simulator';
import { temporaryFolder, waitFor, type TemporaryFolder } from '@enrollkit/testkit';
import { describe, it, type TestContext } from 'vitest';
import { Harness } from './harness.ts';
import { cardholders, panOf } from './cardholders.ts';
import { exitCodes } from '../src/exit-codes.ts';
import { startCommand } from './process.ts';
import { badRow, cases, good, header, first } from './input-file-cases.ts';

/** Makes the process say at its end how much memory it held at most, and how much it read. */
const probe = [
  '--import',
  `data:text/javascript,${encodeURIComponent(`
  import { readFileSync } from 'node:fs';
  process.on('exit', () => process.stderr.write('maxRSS ' + process.resourceUsage().maxRSS + ' KiB, ' + readFileSync('/proc/self/io')));
`)}`,
];

/** MiB held and read, as the probe told them. */
function measured(err: string): { readonly heldMiB: number; readonly readMiB: number } {
  return { heldMiB: Number(/maxRSS (\d+)/.exec(err)?.[1]) / 2 ** 10, readMiB: mebibytesIn(err) };
}

const mebibytesIn = (io: string): number => Number(/rchar: (\d+)/.exec(io)?.[1]) / 2 ** 20;
const readMiB = (file: string): number => mebibytesIn(readFileSync(file, 'utf8'));

/** What a process holds in a file under that name, which need not have one any more. */
function heldAs(name: string, pid: number | undefined): Buffer | undefined {
  const opened = readdirSync(`/proc/${pid}/fd`).map((number) => `/proc/${pid}/fd/${number}`);
  const found = opened.find((path) => readlinkSync(path).replace(' (deleted)', '').endsWith(`/${name}`));
  return found === undefined ? undefined : readFileSync(found);
}

function folderFor(onTestFinished: TestContext['onTestFinished']): TemporaryFolder {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  return folder;
}

async function harnessFor(onTestFinished: TestContext['onTestFinished']): Promise<Harness> {
  const harness = await Harness.open(
    { onDuplicate: 'duplicate' },
    'sending:\n  batchSize: 100\n  requestsPerSecond: 500\n  poll: { firstMs: 40, maxMs: 200 }\n',
  );
  onTestFinished(() => harness.close());
  return harness;
}

/** Asks the bank's ledger, as soon as there is one; undefined before. */
async function looking<T>(
  harness: Harness,
  question: (ledger: LedgerView) => Promise<T>,
): Promise<T | undefined> {
  const ledger = await openSqliteLedgerView(harness.path('enrollkit.ledger.db')).catch(() => undefined);
  if (ledger === undefined) return undefined;
  try {
    return await question(ledger);
  } finally {
    await ledger.close();
  }
}

const isReading = (harness: Harness) =>
  looking(harness, async (ledger) => (await ledger.listIntakes()).some(({ state }) => state === 'reading'));

describe.concurrent('what happens if', { timeout: 180_000 }, () => {
  it.for(Object.entries(cases))('%s', async ([, { bytes, exit, says }], { expect, onTestFinished }) => {
    const folder = folderFor(onTestFinished);
    writeFileSync(folder.file('in.csv'), bytes);
    const { code, out, err } = await startCommand({ folder: folder.path }, ['check', 'in.csv']).ended;
    expect({ code, said: out + err }).toEqual({
      code: exitCodes[exit].code,
      said: expect.stringMatching(says),
    });
  });

  it('the file is Latin-1', async ({ expect, onTestFinished }) => {
    const folder = folderFor(onTestFinished);
    const ascii = first.replace('Jané', 'Jane').replaceAll('-0', '-9');
    const bytes = Buffer.from(`${ascii}\n${first}\n`, 'latin1');
    const head = Buffer.from(good.slice(0, good.indexOf('\n') + 1));
    writeFileSync(folder.file('in.csv'), Buffer.concat([head, bytes]));
    const wrong = head.length + bytes.indexOf(0xe9);
    const { code, err } = await startCommand({ folder: folder.path }, ['check', 'in.csv']).ended;
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringMatching(
        new RegExp(
          `Line 3: Byte ${wrong} is not UTF-8, but a letter of an older encoding.*\\nhint: .*input.encoding: windows-1252`,
        ),
      ),
    });
  });

  it('one line is two gigabytes long', async ({ expect, onTestFinished }) => {
    const folder = folderFor(onTestFinished);
    writeFileSync(folder.file('in.csv'), `${good}${'x'.repeat(2 ** 21)}`);
    truncateSync(folder.file('in.csv'), 2 * 2 ** 30);
    const { code, err } = await startCommand({ folder: folder.path, node: probe }, ['check', 'in.csv']).ended;
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringMatching(
        new RegExp(`Line 5: .* at byte ${Buffer.byteLength(good)}, is longer than 1048576 bytes\nhint: `),
      ),
    });
    expect(measured(err).readMiB).toBeLessThan(32);
    expect(measured(err).heldMiB).toBeLessThan(256);
  });

  it('the file is 40 GB with a hole in it', async ({ expect, onTestFinished }) => {
    const folder = folderFor(onTestFinished);
    writeFileSync(folder.file('in.csv'), good);
    truncateSync(folder.file('in.csv'), 40 * 2 ** 30);
    const { code, err } = await startCommand({ folder: folder.path, node: probe }, ['check', 'in.csv']).ended;
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringMatching(
        new RegExp(
          `Line 5: .*zero bytes from byte ${Buffer.byteLength(good)} on\nhint: .*make the file anew`,
        ),
      ),
    });
    expect(measured(err).readMiB).toBeLessThan(32);
    expect(measured(err).heldMiB).toBeLessThan(256);
  });

  it('the run of a 40 GB file is interrupted', async ({ expect, onTestFinished }) => {
    const harness = await harnessFor(onTestFinished);
    const file = harness.write('in.csv', good);
    truncateSync(file, 40 * 2 ** 30);
    const running = harness.startIn({ node: probe }, 'run', file);
    await waitFor(
      'the digest to be under way',
      () => readMiB(`/proc/${running.process.pid}/io`) > 500,
      60_000,
    );
    running.process.kill('SIGINT');
    const { code, err } = await running.ended;
    expect({ code, err }).toEqual({ code: 130, err: expect.stringMatching(/nothing was sent.*\nhint: /) });
    expect(measured(err).readMiB).toBeLessThan(5_000);
    expect(await harness.json('status')).toEqual([]);
  });

  it('the input is a folder', async ({ expect, onTestFinished }) => {
    const folder = folderFor(onTestFinished);
    mkdirSync(folder.file('in.csv'));
    expect(await startCommand({ folder: folder.path }, ['check', 'in.csv']).ended).toMatchObject({
      code: 2,
      err: expect.stringMatching(/in\.csv is a folder\nhint: /),
    });
  });

  it('the input may not be read', async ({ expect, onTestFinished }) => {
    const folder = folderFor(onTestFinished);
    chmodSync(folder.path, 0o755);
    writeFileSync(folder.file('in.csv'), good, { mode: 0 });
    const { code, err } = await startCommand({ folder: folder.path, unprivileged: true }, ['check', 'in.csv'])
      .ended;
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringMatching(/in\.csv cannot be opened \(EACCES\)\nhint: Check who may read it/),
    });
  });

  it('the input is a named pipe', async ({ expect, onTestFinished }) => {
    const harness = await harnessFor(onTestFinished);
    execFileSync('mkfifo', [harness.path('in.csv')]);
    harness.simulator.setFaults(parseFaults('stuck'));
    const running = harness.start('run', 'in.csv');
    createWriteStream(harness.path('in.csv')).end(cardholders(100));
    await waitFor('a batch to arrive', () => harness.simulator.world().batches > 0, 60_000);
    const kept = heldAs('input', running.process.pid);
    expect(kept).toHaveLength(Buffer.byteLength(cardholders(100)));
    expect([panOf(0), panOf(99), 'consumer-0'].filter((text) => kept?.includes(text))).toEqual([]);
    harness.simulator.setFaults([]);
    expect(await running.ended).toMatchObject({ code: 0, out: expect.stringContaining('the sums add up') });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 100, enrolledMoreThanOnce: 0 });
  });

  it('the input grows while it is read', async ({ expect, onTestFinished }) => {
    const harness = await harnessFor(onTestFinished);
    // Long enough that rows come while it is read.
    const file = harness.write('in.csv', cardholders(20_000));
    const writer = setInterval(() => appendFileSync(file, `${first.replaceAll('-0', '-20000')}\n`), 1);
    onTestFinished(() => clearInterval(writer));
    const running = harness.start('run', file);
    expect(await running.ended).toMatchObject({
      code: 2,
      err: expect.stringMatching(/changed while it was read\nhint: Wait until it is written completely/),
    });
    expect(harness.simulator.world()).toMatchObject({ batches: 0 });
  });

  it('the input is cut off, or gone, when a run is resumed', async ({ expect, onTestFinished }) => {
    const harness = await harnessFor(onTestFinished);
    // Long enough that the reading is seen before it ends.
    const rows = cardholders(60_000);
    const [file, kept, cut] = [
      harness.write('in.csv', rows),
      harness.path('kept.csv'),
      harness.write('cut.csv', rows),
    ];
    truncateSync(cut, 500_000);
    const running = harness.start('run', file);
    await waitFor('the reading to begin', () => isReading(harness), 60_000);
    running.process.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 143 });
    renameSync(file, kept);
    expect(await harness.enrollkit('resume')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/There is no file .*in\.csv\nhint: /),
    });
    expect(await harness.enrollkit('resume', '--file', cut)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/digest .*\nhint: Give the very file/),
    });
    expect(harness.simulator.world()).toMatchObject({ batches: 0 });
    expect(await harness.enrollkit('resume', '--file', kept)).toMatchObject({
      code: 0,
      out: expect.stringContaining('the sums add up'),
    });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 60_000, enrolledMoreThanOnce: 0 });
  });

  it('good rows stand among bad ones of every kind', async ({ expect, onTestFinished }) => {
    const harness = await harnessFor(onTestFinished);
    const rows = cardholders(90).trim().split('\n').slice(1);
    const lines = rows.flatMap((row, index) => [
      Buffer.from(`${row}\n`),
      ...(index % 6 === 5
        ? [Buffer.concat([Buffer.from(badRow((index - 5) / 6).bytes), Buffer.from('\r\n')])]
        : []),
    ]);
    writeFileSync(harness.path('in.csv'), Buffer.concat([Buffer.from(`${header}\n`), ...lines]));
    expect(await harness.enrollkit('--set', 'limits.toleratedPercent=20', 'run', 'in.csv')).toMatchObject({
      code: 3,
      out: expect.stringMatching(
        /rows read +105\n.*rejected before sending +15\n[^]*enrolled +90\n[^]*the sums add up/,
      ),
    });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 90, enrolledMoreThanOnce: 0 });
    const reported = readFileSync(harness.path('in.rejections.csv'), 'utf8')
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((line) => /,(\d+),([A-Za-z |]+),([A-Z_ |]+),(.+)$/.exec(line)?.slice(1));
    expect(reported).toEqual(
      Array.from({ length: 15 }, (_, index) => [
        String(8 + 7 * index),
        badRow(index).field,
        badRow(index).code,
        expect.stringContaining(badRow(index).reason),
      ]),
    );
  });
});
