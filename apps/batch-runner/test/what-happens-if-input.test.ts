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
import { gzipSync } from 'node:zlib';
import { openSqliteLedgerView, type LedgerView } from '@enrollkit/ledger';
import { parseFaults } from '@enrollkit/provider-simulator';
import { temporaryFolder, waitFor, type TemporaryFolder } from '@enrollkit/testkit';
import { describe, it, type TestContext } from 'vitest';
import { Harness } from './harness.ts';
import { cardholders, panOf } from './cardholders.ts';
import { exitCodes, type ExitName } from '../src/exit-codes.ts';
import { startCommand } from './process.ts';

/** A file of three good rows, bent; what `enrollkit check` must end with, and say. */
interface Case {
  readonly bytes: Buffer | string;
  readonly exit: ExitName;
  readonly says: RegExp;
}

const good = cardholders(3);
const [header = '', first = '', second = '', third = ''] = good.split('\n');

/** Lines of docs/what-happens-if.md about a file that `check` looks at. */
const cases: Readonly<Record<string, Case>> = {
  'the file is empty': { bytes: '', exit: 'usage', says: /is empty\nhint: / },
  'the file holds a header and no row': {
    bytes: `${header}\n`,
    exit: 'usage',
    says: /Line 1: The input has a header and no row\nhint: /,
  },
  'a column stands twice in the header': {
    bytes: good.replace('city', 'pan'),
    exit: 'usage',
    says: /Line 1: Columns 3 and 12 both stand for "pan"\nhint: /,
  },
  'a column of the header is not known': {
    bytes: good.replace('pan', 'PAN'),
    exit: 'usage',
    says: /Line 1: .* "PAN"\nhint: Did you mean pan\?/,
  },
  'the file is UTF-16 with a byte order mark': {
    bytes: Buffer.from(`\ufeff${good}`, 'utf16le').swap16(),
    exit: 'usage',
    says: /UTF-16BE.*\nhint: .*iconv -f UTF-16BE -t UTF-8/,
  },
  'the file is UTF-16 without a byte order mark': {
    bytes: Buffer.from(good, 'utf16le'),
    exit: 'usage',
    says: /UTF-16LE.*\nhint: .*iconv -f UTF-16LE -t UTF-8/,
  },
  'a zero byte stands in a row': {
    bytes: good.replace('consumer-1', 'consu\0mer'),
    exit: 'someFailed',
    says: /:3: externalConsumerId: .*\n3 rows read, 1 rejected, 2 fit/,
  },
  'the lines end in CR alone': {
    bytes: good.replaceAll('\n', '\r'),
    exit: 'usage',
    says: /Line 1: .*carriage return.*\nhint: .*LF or CRLF/,
  },
  'the lines end in LF and in CRLF': {
    bytes: [header, first, second].join('\r\n') + `\n${third}\r\n`,
    exit: 'allEnrolled',
    says: /3 rows read, 0 rejected/,
  },
  'the byte order mark stands there twice': {
    bytes: `\ufeff\ufeff${good}`,
    exit: 'allEnrolled',
    says: /3 rows read, 0 rejected/,
  },
  'a quote is never closed': {
    bytes: `${good}"consumer-4,card\n${third}\n`,
    exit: 'usage',
    says: /Line 5: .*double quote.*\nhint: /,
  },
  'the file is compressed': {
    bytes: gzipSync(good),
    exit: 'usage',
    says: /is gzip, not text\nhint: .*gzip -dc FILE \| enrollkit run -/,
  },
  'the file is a workbook': {
    bytes: Buffer.from('PK\u0003\u0004 [Content_Types].xml', 'latin1'),
    exit: 'usage',
    says: /Excel workbook, not text\nhint: .*CSV UTF-8/,
  },
  'the file is a web page': {
    bytes: '<!DOCTYPE html><title>Please sign in</title>',
    exit: 'usage',
    says: /web page, not text\nhint: .*in place of the file/,
  },
};

/** A row that is to be rejected, and as what. */
interface BadRow {
  readonly bytes: Buffer | string;
  readonly field: string;
  readonly code: string;
  readonly reason: string;
}

const bad: readonly BadRow[] = [
  {
    bytes: Buffer.from(first.replaceAll('-0', '-l1'), 'latin1'),
    field: 'row',
    code: 'ROW_ENCODING',
    reason: 'not valid UTF-8, from byte ',
  },
  {
    bytes: first.replaceAll('-0', '-\0'),
    field: 'externalConsumerId | externalCardId',
    code: 'ID_CHARACTERS | ID_CHARACTERS',
    reason: 'character 10 is another',
  },
  { bytes: 'x,y', field: 'row', code: 'ROW_COLUMNS', reason: '13 columns; this row has 2,' },
  { bytes: `${first},more`, field: 'row', code: 'ROW_COLUMNS', reason: '13 columns; this row has 14,' },
  { bytes: ',,,,', field: 'row', code: 'ROW_BLANK', reason: 'Every cell of the row is empty' },
  { bytes: '""', field: 'row', code: 'ROW_BLANK', reason: 'Every cell of the row is empty' },
  { bytes: '=1+1,"",@x', field: 'row', code: 'ROW_COLUMNS', reason: '13 columns; this row has 3,' },
  {
    bytes: '\u001b[2J\u001b]0;x\u0007',
    field: 'row',
    code: 'ROW_COLUMNS',
    reason: '13 columns; this row has 1,',
  },
  {
    bytes: first.replaceAll('-0', '-p').replace(panOf(0), '5204731600000000'),
    field: 'pan',
    code: 'PAN_LUHN',
    reason: 'fails the Luhn check',
  },
  {
    bytes: first,
    field: 'externalCardId',
    code: 'DUPLICATE_RECORD',
    reason: 'already stand on line 2; this is line ',
  },
  { bytes: '\ufffd'.repeat(1000), field: 'row', code: 'ROW_COLUMNS', reason: '13 columns; this row has 1,' },
  { bytes: '  \t', field: 'row', code: 'ROW_BLANK', reason: 'Every cell of the row is empty' },
];

/** They come round again and again. */
function badRow(index: number): BadRow {
  return bad[index % bad.length] ?? { bytes: '', field: '', code: '', reason: '' };
}

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

async function bankFor(onTestFinished: TestContext['onTestFinished']): Promise<Harness> {
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
    // The last row begins in UTF-8: of its bytes there are more than characters.
    const mixed = Buffer.concat([
      Buffer.from(first.replaceAll('-0', '-8').replace(/Springfield.*/, 'Z')),
      Buffer.from('ürich,12345\n', 'latin1'),
    ]);
    const bytes = Buffer.concat([Buffer.from(`${good}${ascii}\n`, 'latin1'), mixed]);
    const wrong = [...bytes.keys()].filter((at) => bytes[at] === 0xe9 || bytes[at] === 0xfc);
    writeFileSync(folder.file('in.csv'), bytes);
    const { code, out } = await startCommand({ folder: folder.path }, ['--json', 'check', 'in.csv']).ended;
    const told: unknown[] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const rejected = [2, 3, 4, 6].map((line, index) => ({
      line,
      field: 'row',
      code: 'ROW_ENCODING',
      message: expect.stringContaining(`not valid UTF-8, from byte ${wrong[index]} of the file`),
      hint: expect.stringContaining('iconv -f WINDOWS-1252 -t UTF-8 FILE'),
    }));
    expect({ code, told }).toEqual({ code: 3, told: [...rejected, { rows: 5, rejected: 4, fit: 1 }] });
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
    const harness = await bankFor(onTestFinished);
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
    const harness = await bankFor(onTestFinished);
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
    const harness = await bankFor(onTestFinished);
    const file = harness.write('in.csv', cardholders(100));
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
    const harness = await bankFor(onTestFinished);
    const [file, kept, cut] = [
      harness.write('in.csv', cardholders(10_000)),
      harness.path('kept.csv'),
      harness.write('cut.csv', cardholders(10_000)),
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
    expect(harness.simulator.world()).toMatchObject({ enrolled: 10_000, enrolledMoreThanOnce: 0 });
  });

  it('good rows stand among bad ones of every kind', async ({ expect, onTestFinished }) => {
    const harness = await bankFor(onTestFinished);
    const rows = cardholders(90).trim().split('\n').slice(1);
    const lines = rows.flatMap((row, index) => [
      Buffer.from(`${row}\n`),
      ...(index % 6 === 5
        ? [Buffer.concat([Buffer.from(badRow((index - 5) / 6).bytes), Buffer.from('\r\n')])]
        : []),
    ]);
    writeFileSync(harness.path('in.csv'), Buffer.concat([Buffer.from(`${header}\n`), ...lines]));
    expect(await harness.enrollkit('run', 'in.csv')).toMatchObject({
      code: 3,
      out: expect.stringMatching(
        /rows read +105\n.*rejected before sending +15\n[^]*enrolled +90\n[^]*the sums add up/,
      ),
    });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 90, enrolledMoreThanOnce: 0 });
    const told = readFileSync(harness.path('in.rejections.csv'), 'utf8')
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((line) => /,(\d+),([A-Za-z |]+),([A-Z_ |]+),(.+)$/.exec(line)?.slice(1));
    expect(told).toEqual(
      Array.from({ length: 15 }, (_, index) => [
        String(8 + 7 * index),
        badRow(index).field,
        badRow(index).code,
        expect.stringContaining(badRow(index).reason),
      ]),
    );
  });
});
