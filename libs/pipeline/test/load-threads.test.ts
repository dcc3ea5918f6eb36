import { describe, expect, it } from 'vitest';
import { inSlices, onOneThread, onThreads } from './checked.ts';
import { generatedFiles } from './generated-files.ts';
import { loaded } from './loaded.ts';

describe('a load leaves the same in the ledger, and says the same, to the letter,', () => {
  const files = generatedFiles(6, 23);

  it.each(files)(
    'whether a file is read in one piece or in slices that end where rows do: $name',
    async (file) => {
      const whole = await loaded(file, { threads: onOneThread });
      expect(await loaded(file, { threads: inSlices })).toBe(whole);
      expect(whole).toContain('"bodies"');
    },
  );

  it.each(files.slice(0, 2))('on one thread and on several: $name', async (file) => {
    expect(await loaded(file, { threads: onThreads })).toBe(await loaded(file, { threads: onOneThread }));
  });

  it.each(files.slice(0, 2))('in one go or stopped at every step: $name', async (file) => {
    const whole = await loaded(file, { threads: onOneThread });
    const inSteps = JSON.parse(await loaded(file, { threads: inSlices, inSteps: true })) as object;
    expect({ ...inSteps, heard: [] }).toEqual({ ...(JSON.parse(whole) as object), heard: [] });
  });
});
