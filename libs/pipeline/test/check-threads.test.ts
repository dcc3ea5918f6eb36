import { describe, expect, it } from 'vitest';
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
