import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '@enrollkit/testkit';
import { openInput, openReader } from '@enrollkit/pipeline';
import { goodCells, header } from './reading.ts';

const whole = `${[header, ...[1, 2].map((number) => goodCells(number).join(','))].join('\n')}\n`;

describe('input.open', () => {
  it('reads what a program makes of the file, and obeys its exit code', async () => {
    using folder = temporaryFolder();
    writeFileSync(folder.file('in.csv'), whole);
    execFileSync('gzip', [folder.file('in.csv')]);
    const path = folder.file('in.csv.gz');
    const input = await openInput(path, { decoding: { open: ['gzip', '-dc'] } });
    const rows = (await Array.fromAsync((await openReader(input)).rows())).flat();
    expect(rows).toHaveLength(2);
    await input.close();
    await expect(
      openInput(path, { decoding: { open: ['sh', '-c', `cat "$0"; exit 3`] } }),
    ).rejects.toMatchObject({
      code: 'open-failed',
      message: expect.stringContaining('ended with 3'),
    });
    await expect(openInput(path, { decoding: { open: ['no-such-program'] } })).rejects.toMatchObject({
      code: 'open-failed',
    });
  });
});

describe('what a file is said to have', () => {
  it('is compared before and while it is read', async () => {
    using folder = temporaryFolder();
    const path = folder.file('in.csv');
    writeFileSync(path, whole);
    await expect(openInput(path, { expected: { sha256: 'ab'.repeat(32) } })).rejects.toMatchObject({
      code: 'digest-differs',
    });
    const input = await openInput(path, { expected: { rows: 3 } });
    await expect(Array.fromAsync((await openReader(input)).rows())).rejects.toMatchObject({
      code: 'rows-differ',
    });
    await input.close();
  });
});
