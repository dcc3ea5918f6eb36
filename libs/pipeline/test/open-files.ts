import promises, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { afterAll, beforeAll, expect } from 'vitest';

interface Opened {
  readonly handle: FileHandle;
  readonly where: string;
}

const { open } = promises;
let opened: Opened[] = [];

// A file that is left to the garbage collector ends the process, at some time, in some other test.
beforeAll(() => {
  opened = [];
  promises.open = async (...given) => {
    const test = expect.getState().currentTestName ?? 'no test';
    const { stack = '' } = new Error(`${String(given[0])} was opened in: ${test}`);
    const handle = await open(...given);
    opened.push({ handle, where: stack });
    return handle;
  };
  syncBuiltinESMExports();
});

afterAll(() => {
  promises.open = open;
  syncBuiltinESMExports();
  const left = opened.filter(({ handle }) => handle.fd >= 0).map(({ where }) => where);
  if (left.length > 0) throw new Error(`Files were not closed:\n${left.join('\n')}`);
});
