import { expect, it } from 'vitest';
import { inSlices, onOneThread, onThreads } from './checked.ts';
import { generatedFiles } from './generated-files.ts';
import { loaded } from './loaded.ts';

const found = new Set<string>();

it.each(generatedFiles(50, 24))(
  'a load leaves the same on one thread, in slices and on several threads: $name',
  async (file) => {
    const whole = await loaded(file, { threads: onOneThread });
    expect(await loaded(file, { threads: inSlices })).toBe(whole);
    expect(await loaded(file, { threads: onThreads })).toBe(whole);
    for (const [, code = ''] of whole.matchAll(/"code": "([^"]+)"/g)) found.add(code);
    // No part can be made of it.
    if (whole.includes('k-7')) found.add('k-7');
  },
);

it('the fifty files hold what one row, other rows and the whole file can have', () => {
  expect([...found]).toEqual(
    expect.arrayContaining([
      'PAN_LUHN',
      'ROW_COLUMNS',
      'ROW_NOT_JSON',
      'CONSUMER_CONFLICT',
      'DUPLICATE_RECORD',
      'CARD_SHARED',
      'quote-broken',
      'trailer-count',
      'k-7',
    ]),
  );
});
