import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { writeSample } from '@enrollkit/batch-runner';
import type { ViewersJob } from './console/viewers.ts';
import { runner, startProvider, writeClient } from './run/host.ts';
import { flagsOf, measured, usageFlags, type Measured } from './run/measured.ts';

/** One run, and what the console took beside it. */
export interface ConsoleRow extends Measured {
  readonly viewers: number;
  readonly recordsPerSecond: number;
  /** Of the server of the console, from its start to its end; 0 without it. */
  readonly serverCpuSeconds: number;
  /** Events that all viewers together were sent. */
  readonly events: number;
}

const users = ['one', 'two', 'three'] as const;
const password = '50 people watch what the runner does';

/**
 * Runs over one file, in turn without the console and with a console that so many watch, `rounds` times.
 * Server and viewers are processes beside the runner, on the same machine.
 */
export async function measureConsole(
  records: number,
  { rounds, viewers }: { readonly rounds: number; readonly viewers: number },
): Promise<readonly ConsoleRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'enrollkit-bench-'));
  const input = join(folder, 'in.csv');
  await writeSample(input, { records, seed: 1, format: 'csv', multiCard: 0 });
  const { child, url } = await startProvider({ input, folder, url: '', inFlight: 0 });
  try {
    const rows: ConsoleRow[] = [];
    for (let round = 0; round < rounds; round++)
      for (const watching of [0, viewers]) {
        const own = mkdtempSync(join(folder, 'run-'));
        writeClient(own, { url, requestsPerSecond: 100_000, firstMs: 1 });
        rows.push(await watchedRun({ own, input, records, viewers: watching }));
        rmSync(own, { recursive: true });
      }
    return rows;
  } finally {
    child.kill();
    rmSync(folder, { recursive: true });
  }
}

interface WatchedRun {
  readonly own: string;
  readonly input: string;
  readonly records: number;
  readonly viewers: number;
}

async function watchedRun({ own, input, records, viewers }: WatchedRun): Promise<ConsoleRow> {
  const console = viewers === 0 ? undefined : await openConsole(own, viewers);
  const ours = await measured(runner, ['--json', '--quiet', 'run', input], own);
  if (!ours.out.includes(`"enrolled":${records}`))
    throw new Error(`the run did not enroll all: exit ${ours.code}: ${ours.out}`);
  const watched = (await console?.close()) ?? { serverCpuSeconds: 0, events: 0 };
  return { viewers, recordsPerSecond: records / ours.wallSeconds, ...ours, ...watched };
}

interface OpenConsole {
  close(): Promise<Pick<ConsoleRow, 'serverCpuSeconds' | 'events'>>;
}

/** Serves the console over the ledger of a folder, watched by so many. */
async function openConsole(folder: string, viewers: number): Promise<OpenConsole> {
  for (const user of users) {
    const made = spawnSync(
      process.execPath,
      [...flagsOf(runner), runner, 'users', 'set', user, '--role', 'viewer'],
      {
        cwd: folder,
        input: `${password}\n`,
        encoding: 'utf8',
        env: { ...process.env, XDG_STATE_HOME: join(folder, 'state') },
      },
    );
    if (made.status !== 0) throw new Error(`no account: ${made.stderr}`);
  }
  const usage = join(folder, 'server-usage.json');
  const server = spawn(
    process.execPath,
    [...flagsOf(runner), ...usageFlags, runner, '--quiet', 'serve', '--set', 'serve.port=0'],
    {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, XDG_STATE_HOME: join(folder, 'state'), BENCH_USAGE_FILE: usage },
    },
  );
  const origin = /http:\/\/[^"#\s]+/.exec(await firstLine(server))?.[0] ?? '';
  const job: ViewersJob = { origin, users, password, viewers };
  const program = join(import.meta.dirname, 'console', 'viewers.ts');
  const watchers = spawn(process.execPath, [program, JSON.stringify(job)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await firstLine(watchers);
  return {
    async close() {
      watchers.stdin.end();
      const events = Number(await text(watchers.stdout));
      server.kill('SIGTERM');
      await once(server, 'close');
      const { userCPUTime, systemCPUTime } = JSON.parse(readFileSync(usage, 'utf8')) as NodeJS.ResourceUsage;
      return { serverCpuSeconds: (userCPUTime + systemCPUTime) / 1e6, events };
    },
  };
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('no output to read');
  const [line] = (await once(stdout, 'data')) as [Buffer];
  return line.toString();
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

if (import.meta.main) {
  const [records = '100000', rounds = '3', viewers = '50'] = process.argv.slice(2);
  const built = spawnSync('npm', ['run', '--silent', 'build', '-w', '@enrollkit/console'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (built.status !== 0) process.exit(1);
  const rows = await measureConsole(Number(records), { rounds: Number(rounds), viewers: Number(viewers) });
  for (const row of rows)
    console.log(
      `${String(row.viewers).padStart(3)} viewers: ${row.wallSeconds.toFixed(1)} s, ${Math.round(row.recordsPerSecond).toLocaleString('en-US')} records/s, ${row.cpuSeconds.toFixed(1)} s CPU of the runner, ${row.serverCpuSeconds.toFixed(1)} s of the server, ${row.events} events`,
    );
  const [without, watched] = [false, true].map((seen) => rows.filter((row) => row.viewers > 0 === seen));
  const ratio = (of: (row: ConsoleRow) => number): string =>
    (median((watched ?? []).map(of)) / median((without ?? []).map(of))).toFixed(2);
  console.log(
    `with the console over without, medians: records/s ${ratio((row) => row.recordsPerSecond)}, CPU of the runner ${ratio((row) => row.cpuSeconds)}`,
  );
}
