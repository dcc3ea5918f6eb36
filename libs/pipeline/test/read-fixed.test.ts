import { writeFileSync } from 'node:fs';
import { temporaryFolder } from '@enrollkit/testkit';
import { describe, expect, it } from 'vitest';
import { openInput, openReader, type ReadingSettings } from '../src/index.ts';

const layout = { externalConsumerId: '1-8', pan: '9-24', email: '25-44', city: '45-54' } as const;

const row = (number: number): string =>
  `c-${number}`.padEnd(8) + '5204731600014784' + `z${number}@example.com`.padEnd(20) + 'Town'.padEnd(10);

/** Lines of the rows that are read, and of a header record that is passed over. */
async function read(content: string, settings: ReadingSettings = {}) {
  using folder = temporaryFolder();
  const path = folder.file('in.txt');
  writeFileSync(path, content);
  const reading = { layout, ...settings };
  const input = await openInput(path, { decoding: { layout } });
  try {
    const reader = await openReader(input, reading);
    const lines: number[] = [];
    for await (const portion of reader.rows()) lines.push(...portion.map(({ place }) => place.line));
    return { lines, header: reader.headerRecord };
  } finally {
    await input.close();
  }
}

describe('the header record of a file of fixed width', () => {
  it.each(['HDR20261127', 'HEADER', '00 20261127', '01BANK', 'H'])(
    'is found and passed over: %s',
    async (first) => {
      expect(await read(`${first}\n${row(1)}\n${row(2)}\n`)).toEqual({ lines: [2, 3], header: 1 });
    },
  );

  it('is none when it could be a row of somebody, or is said to be a row', async () => {
    const damaged = `HDR-1`.padEnd(8) + 'XXXXXXXXXXXXXXXX' + 'a@example.com'.padEnd(20) + 'Town';
    const masked = `HDR-1`.padEnd(8) + ''.padEnd(16) + 'a@example.com'.padEnd(20) + 'Town';
    for (const first of [row(0), damaged, masked, 'HEIDI   ', 'c-0'])
      expect((await read(`${first}\n${row(1)}\n`)).lines, first).toEqual([1, 2]);
    expect((await read(`HDR\n${row(1)}\n`, { skipFirst: 0 })).lines).toEqual([1, 2]);
  });
});

describe('the records of a file of fixed width without line ends', () => {
  it.each([54, 60, 200])('are found by the card numbers at their place, %i bytes each', async (length) => {
    const records = ['HDR', row(1), row(2), row(3), row(4)].map((text) => text.padEnd(length));
    expect(await read(records.join(''))).toEqual({ lines: [2, 3, 4, 5], header: 1 });
  });

  it('are not found when the file is cut off: it is refused, and nothing is guessed', async () => {
    const records = [row(1), row(2), row(3)].map((text) => text.padEnd(60)).join('');
    await expect(read(records.slice(0, -7))).rejects.toMatchObject({ code: 'layout-unfit' });
  });
});
