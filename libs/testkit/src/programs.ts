import { spawnSync } from 'node:child_process';

/**
 * Whether this machine has a program that a test runs. Says so loudly where it has not: what no such program
 * has tried is not tested. `.ci/run` installs all of them.
 */
export function hasProgram(name: string): boolean {
  const has = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name]).status === 0;
  if (!has) process.stderr.write(`There is no ${name} on this machine: tests that need it are skipped.\n`);
  return has;
}
