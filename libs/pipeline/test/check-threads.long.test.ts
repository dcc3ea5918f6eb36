import { expect, it } from 'vitest';
import { checked, onOneThread, onThreads } from './checked.ts';
import { generatedFiles } from './generated-files.ts';

it.each(generatedFiles(50, 17))(
  'a check finds the same on one thread and on several: $name',
  async (file) => {
    expect(await checked(file, onThreads)).toBe(await checked(file, onOneThread));
  },
);
