import { describe, expect, it } from 'vitest';
import type { JudgedSlice, SliceJudgePlan } from '../src/load/check/slice-judge.ts';
import { SliceThreads } from '../src/load/slices/threads.ts';
import { checked, inSlices, onOneThread, onThreads } from './checked.ts';
import { generatedFiles } from './generated-files.ts';

describe('a check finds the same, to the letter and in the same order,', () => {
  const files = generatedFiles(50, 16);

  it('whether a file is read in one piece or in slices that end where rows do', async () => {
    const outcomes = new Set<string>();
    for (const file of files) {
      const whole = await checked(file, onOneThread);
      expect(await checked(file, inSlices), file.name).toBe(whole);
      for (const [, code = ''] of whole.matchAll(/"code": "([^"]+)"/g)) outcomes.add(code);
    }
    // The files are worth the comparison: they hold what one row, other rows and the whole file can have.
    expect([...outcomes]).toEqual(
      expect.arrayContaining([
        'PAN_LUHN',
        'ROW_COLUMNS',
        'ROW_NOT_JSON',
        'ROW_SHORT',
        'CONSUMER_CONFLICT',
        'DUPLICATE_RECORD',
        'CARD_SHARED',
        'quote-broken',
        'trailer-count',
        'header-repeated',
        'input-encoding',
      ]),
    );
  });

  it.each(files.slice(0, 3))('on one thread and on several: $name', async (file) => {
    expect(await checked(file, onThreads)).toBe(await checked(file, onOneThread));
  });
});

it('a thread is given a copy of bytes whose memory is shared with others', async () => {
  const data: SliceJudgePlan = {
    reading: {
      settings: {},
      format: 'ndjson',
      layout: { names: [], targets: [] },
      begin: { offset: 0, line: 1, rows: 0 },
    },
    today: new Date('2026-11-22'),
    seed: [1, 2],
  };
  const module = new URL('../src/load/check/thread.ts', import.meta.url);
  const threads = new SliceThreads<JudgedSlice>(1, { module, data, name: 'check' });
  await threads.started;
  // The first piece of a pool begins where its memory does, as memory of its own would.
  let bytes = Buffer.from('{}\n');
  while (bytes.byteOffset !== 0) bytes = Buffer.from('{}\n');
  expect(await threads.work({ bytes, offset: 0 })).toMatchObject({ extent: { rows: 1, lines: 1 } });
  expect(bytes.toString()).toBe('{}\n');
  await threads.end();
});
