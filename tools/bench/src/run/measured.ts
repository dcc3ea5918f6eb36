import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a process took, from its start to its end. */
export interface Measured {
  readonly code: number;
  readonly out: string;
  readonly wallSeconds: number;
  /** User and system, all threads. */
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
}

/** Runs before the program that is measured, and adds next to nothing to it. */
const writeUsage = `data:text/javascript,${encodeURIComponent(`import { writeFileSync } from 'node:fs';
process.on('exit', () => writeFileSync(process.env.BENCH_USAGE_FILE, JSON.stringify(process.resourceUsage())));`)}`;

/** The flags of node that make a program write what it took into `BENCH_USAGE_FILE` as it ends. */
export const usageFlags: readonly string[] = ['--import', writeUsage];

/** The flags of node that the first line of a built program asks for. */
export function flagsOf(file: string): readonly string[] {
  return /^#!.* node (.+)/.exec(readFileSync(file, 'utf8'))?.[1]?.split(' ') ?? [];
}

/**
 * Runs a built program as a process of its own, with the flags that its first line asks for, and with a
 * folder for its state that belongs to the folder it runs in. No contender starts another process: its CPU is
 * that of the whole tree.
 */
export async function measured(file: string, argv: readonly string[], folder: string): Promise<Measured> {
  const usage = join(folder, 'usage.json');
  const started = performance.now();
  const child = spawn(process.execPath, [...flagsOf(file), ...usageFlags, file, ...argv], {
    cwd: folder,
    env: { ...process.env, XDG_STATE_HOME: join(folder, 'state'), BENCH_USAGE_FILE: usage },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  const [code] = (await once(child, 'close')) as [number];
  const wallSeconds = (performance.now() - started) / 1000;
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(
    readFileSync(usage, 'utf8'),
  ) as NodeJS.ResourceUsage;
  return {
    code,
    out,
    wallSeconds,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    peakMegabytes: maxRSS / 1024,
  };
}
