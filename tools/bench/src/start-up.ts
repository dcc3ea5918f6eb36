import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { openSqliteLedger } from '@enrollkit/ledger';
import { temporaryFolder } from '@enrollkit/testkit';

/** CPU of a command that a person or a monitor calls often, in a fresh process of the built program. */
export interface StartUp {
  readonly command: string;
  /** Milliseconds of user and system time: median of fifteen, after one that fills the compile cache. */
  readonly cpuMs: number;
}

const rounds = 15;
const program = join(
  dirname(createRequire(import.meta.url).resolve('@enrollkit/batch-runner/package.json')),
  'dist/main.js',
);

/** Given to node by --import: says at the end what the process took, on its last line. */
const measuring = `process.on('exit', () => { const { user, system } = process.cpuUsage(); process.stderr.write('\\n' + (user + system) / 1000); });`;

/** Measures `--help` and `status` over an empty ledger, in turn. */
export async function measureStartUp(): Promise<readonly StartUp[]> {
  using folder = temporaryFolder();
  await (await openSqliteLedger(folder.file('enrollkit.ledger.db'))).close();
  writeFileSync(folder.file('enrollkit.yaml'), 'provider:\n  baseUrl: https://provider.example\n', {
    mode: 0o600,
  });
  const commands = [['--help'], ['status'], ['--version']];
  const times = commands.map((): number[] => []);
  for (let round = -1; round < rounds; round++)
    for (const [index, argv] of commands.entries()) {
      const cpuMs = cpuOf(argv, dirname(folder.file('enrollkit.yaml')));
      if (round >= 0) times[index]?.push(cpuMs);
    }
  return commands.map((argv, index) => ({ command: argv.join(' '), cpuMs: median(times[index]) }));
}

function cpuOf(argv: readonly string[], cwd: string): number {
  const hook = `data:text/javascript,${encodeURIComponent(measuring)}`;
  const { status, stderr } = spawnSync(process.execPath, ['--import', hook, program, ...argv], {
    cwd,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`enrollkit ${argv.join(' ')} ended with ${status}: ${stderr}`);
  return Number(stderr.trim().split('\n').at(-1));
}

function median(values: readonly number[] = []): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

if (import.meta.main)
  for (const { command, cpuMs } of await measureStartUp())
    console.log(`enrollkit ${command.padEnd(12)} ${cpuMs.toFixed(0).padStart(4)} ms of CPU`);
