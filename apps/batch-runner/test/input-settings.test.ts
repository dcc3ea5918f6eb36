import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cardholders } from './cardholders.ts';
import { Harness } from './harness.ts';
import { runInProcess } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'enrollkit-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Buffer): string {
  writeFileSync(join(folder, name), content, { mode: 0o600 });
  return join(folder, name);
}

/** `enrollkit check` beside a configuration with only these settings. */
function check(config: string, file: string, ...more: string[]): ReturnType<typeof runInProcess> {
  return runInProcess(['--config', write('enrollkit.yaml', config), 'check', file, ...more]);
}

describe('the settings of the input', () => {
  it.each([
    { ends: 'with line ends', cut: (lines: readonly string[]) => lines.join('\n') },
    {
      ends: 'without line ends',
      cut: (lines: readonly string[]) => lines.map((line) => line.padEnd(180)).join(''),
    },
  ])(
    'read a mainframe file of fixed width $ends, with header and trailer, by four lines',
    async ({ cut }) => {
      const at = await Harness.open(
        {},
        'sending: { requestsPerSecond: 200, poll: { firstMs: 40, maxMs: 200 } }\n',
      );
      const rows = cardholders(40).trim().split('\n').slice(1);
      const widths = [16, 16, 19, 5, 10, 10, 24, 16, 2, 2, 20, 20, 5];
      const lines = rows.map((row) =>
        row
          .replace('Jané', 'Jane')
          .replaceAll('12/39', '3912')
          .split(',')
          .map((cell, index) => cell.padEnd(widths[index] ?? 0))
          .join(''),
      );
      const text = cut(['HDR20261126', ...lines, 'TRL0000040']);
      const config = at.read('enrollkit.yaml');
      at.write(
        'enrollkit.yaml',
        `${config}input:
  encoding: IBM037
  layout: { externalConsumerId: 1-16, externalCardId: 17-32, pan: 33-51, expiry: 52-56, firstName: 57-66, lastName: 67-76, email: 77-100, mobile: 101-116, country: 117-118, language: 119-120, addressLine1: 121-140, city: 141-160, postalCode: 161-165 }
  trailer: { starts: TRL, count: 4-10 }
  expiry: YYMM
`,
      );
      const file = at.path('in.dat');
      writeFileSync(file, ebcdic(text));
      const ended = await at.call('run', file);
      const world = at.simulator.world();
      await at.close();
      expect({ code: ended.code, err: ended.code === 0 ? '' : ended.err }).toEqual({ code: 0, err: '' });
      expect(ended.err).toContain('line 1 is a header record and was passed over');
      expect(world).toMatchObject({ enrolled: 40, enrolledMoreThanOnce: 0 });
    },
  );

  it('can all be given as flags and variables, the mappings too', async () => {
    const file = write(
      'in.csv',
      cardholders(3).replace('pan,', 'Card No.,').replace(',language', ',').replaceAll(',US,en,', ',us,,'),
    );
    const flags = [
      '--set',
      'input.columns.Card No.=pan',
      '--set',
      'input.columns={"#10": "language", "Card No.": "pan"}',
      '--set',
      'input.defaults.language=en',
    ];
    const environment = { ENROLLKIT_INPUT_CONVERT: '{ country: upperCase }' };
    expect(
      await runInProcess(['--config', join(folder, 'none.yaml'), ...flags, 'check', file], environment),
    ).toMatchObject({
      code: 0,
      out: expect.stringContaining('3 rows read, 0 rejected'),
    });
  });

  it('are refused where they name nothing, with the place', async () => {
    const file = write('in.csv', cardholders(1));
    expect(await check('input:\n  expiry: MONTH\n', file)).toMatchObject({
      code: 2,
      err: expect.stringContaining('enrollkit.yaml:2: input.expiry'),
    });
    expect(await check('input:\n  layout: { surname: 1-9 }\n', file)).toMatchObject({
      code: 2,
      err: expect.stringContaining('input.layout'),
    });
    const named = await runInProcess(['check', file], { ENROLLKIT_SENDING_BATCHSIZE: '7' });
    expect(named).toMatchObject({
      code: 2,
      err: expect.stringContaining(
        'environment variable ENROLLKIT_SENDING_BATCHSIZE: there is no such setting',
      ),
    });
  });

  it('are refused when their aliases unfold to more than memory holds', async () => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `a${level + 1}: &a${level + 1} [${Array(9).fill(`*a${level}`).join(', ')}]`,
    );
    const config = ['a0: &a0 [x, x, x, x, x, x, x, x, x]', ...levels, ''].join('\n');
    expect(await check(config, write('in.csv', cardholders(1)))).toMatchObject({
      code: 2,
      err: expect.stringMatching(/alias/i),
    });
  });
});

describe('what a file is said to have', () => {
  const text = cardholders(3);
  it('is compared by --expect-rows and --expect-digest', async () => {
    const file = write('in.csv', text);
    expect(await check('', file, '--expect-rows', '4')).toMatchObject({
      code: 2,
      err: expect.stringContaining('has 3 rows, and 4 were expected'),
    });
    const sha256 = createHash('sha256').update(text).digest('hex');
    expect(await check('', file, '--expect-rows', '3', '--expect-digest', sha256)).toMatchObject({ code: 0 });
    const md5 = createHash('md5').update(`${text}x`).digest('hex');
    expect(await check('', file, '--expect-digest', md5)).toMatchObject({
      code: 2,
      err: expect.stringContaining('The md5 of the file begins with'),
    });
  });

  it('is compared with the file beside it', async () => {
    const file = write('side.csv', text);
    const config = (kind: string): string => `input: { sidecar: ${kind} }\n`;
    expect(await check(config('ctl'), file)).toMatchObject({
      code: 2,
      err: expect.stringContaining('side.csv.ctl'),
    });
    write('side.csv.ctl', 'FILE=side.csv\nRECORDS=9\n');
    expect(await check(config('ctl'), file)).toMatchObject({
      code: 2,
      err: expect.stringContaining('9 were expected'),
    });
    write('side.csv.ctl', 'FILE=side.csv\nRECORDS=3\n');
    expect(await check(config('ctl'), file)).toMatchObject({ code: 0 });
    write('side.csv.sha256', `${'0'.repeat(64)}  side.csv\n`);
    expect(await check(config('sha256'), file)).toMatchObject({
      code: 2,
      err: expect.stringContaining('begins with'),
    });
    write('side.csv.md5', `${createHash('md5').update(text).digest('hex')} *side.csv\n`);
    expect(await check(config('md5'), file)).toMatchObject({ code: 0 });
  });
});

/** The text in IBM037, which has ASCII's letters and digits at other places. */
function ebcdic(text: string): Buffer {
  const places: readonly (readonly [string, number])[] = [
    ['abcdefghi', 0x81],
    ['jklmnopqr', 0x91],
    ['stuvwxyz', 0xa2],
    ['ABCDEFGHI', 0xc1],
    ['JKLMNOPQR', 0xd1],
    ['STUVWXYZ', 0xe2],
    ['0123456789', 0xf0],
    [' ', 0x40],
    ['.', 0x4b],
    ['+', 0x4e],
    ['-', 0x60],
    ['/', 0x61],
    ['@', 0x7c],
    ['\n', 0x15],
  ];
  const codes = new Map(
    places.flatMap(([characters, first]) =>
      [...characters].map((one, index) => [one, first + index] as const),
    ),
  );
  return Buffer.from([...text].map((character) => codes.get(character) ?? 0x6f));
}
