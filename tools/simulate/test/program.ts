import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** How the program ended, and what it said. */
export interface Ended {
  readonly code: number;
  readonly out: string;
}

const main = join(import.meta.dirname, '..', 'src', 'main.ts');

/** Runs the program in a process of its own: bugs are mutated into modules as they are loaded. */
export function simulated(...argv: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--conditions=@enrollkit/source', main, ...argv],
      { maxBuffer: 1 << 28 },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), out: stdout + stderr }),
    );
  });
}
