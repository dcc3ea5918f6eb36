import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder, type TemporaryFolder } from '@enrollkit/testkit';
import { openInput, openReader, type Input } from '@enrollkit/pipeline';
import { errorOf, goodCells, goodFields, header } from './reading.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

async function bytesOf(input: Input, offset?: number): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(input.stream(offset)));
}

const content = Buffer.from(Array.from({ length: 50_000 }, (_, index) => `row ${index} ☃\n`).join(''));
const sha256 = createHash('sha256').update(content).digest('hex');

describe('a file', () => {
  it('is known by its digest, and read from any place', async () => {
    writeFileSync(folder.file('x'), content);
    const input = await openInput(folder.file('x'));
    expect([await input.digest(), input.bytes]).toEqual([sha256, content.length]);
    expect((await bytesOf(input)).equals(content)).toBe(true);
    expect((await bytesOf(input, 12_345)).equals(content.subarray(12_345))).toBe(true);
    expect((await input.read(70_001, 99)).equals(content.subarray(70_001, 70_100))).toBe(true);
    await input.close();
  });

  it.each<[string, (path: string) => void]>([
    ['grows', (path) => appendFileSync(path, 'x')],
    ['is cut', (path) => truncateSync(path, 5)],
    ['is written again', (path) => writeFileSync(path, content)],
    [
      'is replaced',
      (path) => {
        writeFileSync(`${path}.new`, content);
        renameSync(`${path}.new`, path);
      },
    ],
    ['is moved away', (path) => renameSync(path, `${path}.old`)],
  ])('that %s while it is read is refused', async (_name, change) => {
    const path = folder.file('x');
    writeFileSync(path, content);
    const input = await openInput(path);
    await input.assertUnchanged();
    change(path);
    await expect(input.assertUnchanged()).rejects.toMatchObject({ code: 'input-changed' });
    await expect(input.digest()).rejects.toMatchObject({ code: 'input-changed' });
    await input.close();
  });

  it('that changed is noticed at the end of its rows at the latest', async () => {
    const path = folder.file('x.csv');
    writeFileSync(path, `${header}\n${`${goodCells(1).join(',')}\n`.repeat(5000)}`);
    const input = await openInput(path);
    const reader = await openReader(input);
    const reading = async (): Promise<void> => {
      for await (const _ of reader.rows()) appendFileSync(path, 'x');
    };
    await expect(reading()).rejects.toMatchObject({ code: 'input-changed' });
    truncateSync(path, 1000);
    await expect(bytesOf(input)).rejects.toMatchObject({ code: 'input-changed' });
    await input.close();
  });

  it('that is not there, is a folder or is empty is refused', async () => {
    mkdirSync(folder.file('d'));
    writeFileSync(folder.file('empty'), '');
    await expect(openInput(folder.file('none'))).rejects.toMatchObject({
      code: 'input-missing',
      hint: expect.any(String),
    });
    await expect(openInput(folder.file('d'))).rejects.toMatchObject({ code: 'input-is-folder' });
    await expect(openInput(folder.file('empty'))).rejects.toMatchObject({ code: 'input-empty' });
  });

  it('that is no UTF-8 text is refused with what it is', async () => {
    const text = `${header}\n${goodCells(1).join(',')}\n`;
    expect(await errorOf(Buffer.from(text, 'utf16le'))).toMatchObject({
      code: 'input-utf16',
      line: 1,
      hint: 'Set input.encoding: UTF-16LE',
    });
    expect(await errorOf(Buffer.from('PK\u0003\u0004xl/workbook.xml', 'latin1'))).toMatchObject({
      code: 'input-not-text',
      message: expect.stringContaining('Excel'),
    });
    expect(await errorOf(Buffer.from('1f8b0800', 'hex'))).toMatchObject({
      code: 'input-not-text',
      message: expect.stringContaining('gzip'),
    });
    expect(await errorOf('-----BEGIN PGP MESSAGE-----\n')).toMatchObject({
      code: 'input-not-text',
      message: expect.stringContaining('OpenPGP'),
    });
  });
});

describe('the format', () => {
  const csv = `${header}\n${goodCells(1).join(',')}\n`;
  const ndjson = `${JSON.stringify(goodFields(1))}\n`;

  it.each([
    ['data', csv, 'csv'],
    ['data', ndjson, 'ndjson'],
    ['data.json', `\n${ndjson}`, 'ndjson'],
    ['data.TSV', csv, 'csv'],
    ['data.jsonl', ndjson, 'ndjson'],
    ['data.ndjson', `\ufeff\n${ndjson}`, 'ndjson'],
  ] as const)('is known by the name, or by the first bytes (%s)', async (name, text, format) => {
    writeFileSync(folder.file(name), text);
    const input = await openInput(folder.file(name));
    const reader = await openReader(input);
    expect(reader.format).toBe(format);
    expect((await Array.fromAsync(reader.rows())).flat()).toHaveLength(1);
    await input.close();
  });

  it('is what the configuration says', async () => {
    writeFileSync(folder.file('export.dat'), csv);
    const input = await openInput(folder.file('export.dat'));
    await expect(openReader(input, { format: 'ndjson' })).rejects.toMatchObject({ code: 'format-differs' });
    expect((await openReader(input, { format: 'csv' })).format).toBe('csv');
    await input.close();
  });
});

describe('standard input', () => {
  beforeEach(() => {
    vi.stubEnv('TMPDIR', folder.path);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('is known by its digest, and read from any place', async () => {
    const input = await openInput('-', {
      stdin: Readable.from([content.subarray(0, 7), content.subarray(7, 100_000), content.subarray(100_000)]),
    });
    expect([input.source, await input.digest(), input.bytes]).toEqual(['-', sha256, content.length]);
    for (const offset of [0, 1, 15, 16, 17, 65_537, content.length - 1])
      expect((await bytesOf(input, offset)).equals(content.subarray(offset))).toBe(true);
    await input.assertUnchanged();
    await input.close();
  });

  it('that is empty is refused, and leaves nothing', async () => {
    await expect(openInput('-', { stdin: Readable.from([]) })).rejects.toMatchObject({
      code: 'input-empty',
      message: 'Standard input is empty',
    });
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('that cannot be kept is refused with a way out', async () => {
    vi.stubEnv('TMPDIR', folder.file('no such folder'));
    await expect(openInput('-', { stdin: Readable.from(['x']) })).rejects.toMatchObject({
      code: 'spool-failed',
      hint: expect.stringContaining('TMPDIR'),
    });
  });

  it('that breaks is refused, and leaves nothing', async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('x');
        throw new Error('pipe');
      })(),
    );
    await expect(openInput('-', { stdin: broken })).rejects.toMatchObject({ code: 'spool-failed' });
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('rests on disk without a name, and never in clear', async () => {
    // Another process, so that all its open files can be looked at.
    const script = `
      import { openInput } from '@enrollkit/pipeline';
      const input = await openInput('-');
      const staying = setTimeout(() => process.exit(1), 60_000);
      process.once('SIGTERM', () => input.close().then(() => clearTimeout(staying)));
      process.stdout.write('ready');
    `;
    const child = spawn(
      process.execPath,
      ['--conditions=@enrollkit/source', '--input-type=module', '-e', script],
      {
        cwd: import.meta.dirname,
        stdio: ['pipe', 'pipe', 'inherit'],
        env: { ...process.env, TMPDIR: folder.path },
      },
    );
    child.stdin.end(`${header}\n${goodCells(1).join(',')}\n`.repeat(2000));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(readdirSync(folder.path)).toEqual([]);
    const fds = join('/proc', String(child.pid), 'fd');
    const files =
      process.platform === 'linux'
        ? readdirSync(fds)
            .map((fd) => join(fds, fd))
            .filter((fd) => isFile(fd))
        : [];
    const spooled = files.map((fd) => readFileSync(fd));
    expect(process.platform !== 'linux' || spooled.some(({ length }) => length > 100_000)).toBe(true);
    for (const bytes of spooled) expect(bytes.includes('5204731600014784')).toBe(false);
    child.kill('SIGTERM');
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  });

  function isFile(path: string): boolean {
    try {
      return statSync(path).isFile();
    } catch {
      return false;
    }
  }
});

it('a pipe given as a path is read like standard input', async () => {
  const child = spawn('mkfifo', [folder.file('pipe')]);
  await new Promise((resolve) => child.once('close', resolve));
  const writer = spawn('sh', ['-c', `printf 'hello\\n' > "${folder.file('pipe')}"`]);
  const input = await openInput(folder.file('pipe'));
  expect((await bytesOf(input)).toString()).toBe('hello\n');
  await input.close();
  writer.kill();
});
