import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { writeSample } from '@enrollkit/batch-runner';
import { startCluster } from '@enrollkit/testkit/cluster';
import type { Seen } from './run/files.ts';
import { runner, startProvider, writeClient, type Client } from './run/host.ts';
import { flagsOf } from './run/measured.ts';

/** One intake, loaded by one process and sent by it and so many workers. */
export interface ManyHostsRow {
  readonly workers: number;
  readonly seconds: number;
  /** From the first request to the last. */
  readonly requestsPerSecond: number;
  /** In any second, wherever it begins. */
  readonly mostInASecond: number;
  /** The longest for which the provider, who counts, was stalled itself. */
  readonly stalledMs: number;
  /** Batches sent by each process, the loader first. */
  readonly batches: readonly number[];
  readonly repeated: number;
  /** Whether the report is the one that a single host with its ledger in a file makes. */
  readonly sameReport: boolean;
}

interface Bench {
  readonly folder: string;
  readonly input: string;
  readonly records: number;
}

/** Runs the same file on a file's ledger, then on PostgreSQL with each number of workers. */
export async function measureManyHosts(
  records: number,
  perSecond: number,
  counts: readonly number[],
): Promise<readonly ManyHostsRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'enrollkit-bench-'));
  const bench: Bench = { folder, records, input: join(folder, 'in.csv') };
  using cluster = startCluster({ durable: true });
  try {
    await writeSample(bench.input, { records, seed: 1, format: 'csv', multiCard: 0 });
    const alone = await withProvider(bench, (url) =>
      report(host(bench, { url, requestsPerSecond: 100_000, firstMs: 1 }), bench.input),
    );
    const rows: ManyHostsRow[] = [];
    for (const workers of counts) {
      const { address, drop } = await cluster.newDatabase();
      const measure = (url: string) =>
        withWorkers(bench, { url, requestsPerSecond: perSecond, firstMs: 500, ledger: address }, workers);
      const { outcome, ...row } = await withProvider(bench, measure);
      rows.push({ ...row, sameReport: isDeepStrictEqual(outcome, alone) });
      await drop();
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function withProvider<T>({ input, folder }: Bench, use: (url: string) => Promise<T>): Promise<T> {
  const { child, url } = await startProvider({ input, folder, url: '', inFlight: 0 });
  try {
    return await use(url);
  } finally {
    child.kill();
  }
}

async function withWorkers(
  bench: Bench,
  client: Client,
  workers: number,
): Promise<Omit<ManyHostsRow, 'sameReport'> & { readonly outcome: unknown }> {
  const loader = host(bench, client);
  const others = Array.from(
    { length: workers },
    (_, index) => start(host(bench, { ...client, host: index + 1 }), '--quiet', 'worker').child,
  );
  const started = performance.now();
  const outcome = await report(loader, bench.input);
  const seconds = (performance.now() - started) / 1000;
  await Promise.all(
    others.map(async (child) => {
      child.kill('SIGTERM');
      await once(child, 'close');
    }),
  );
  const { arrivals, batchesOf, repeated, stalledMs } = (await (
    await fetch(`${client.url}/seen`)
  ).json()) as Seen;
  const lasted = ((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)) / 1000;
  const batches = Object.entries(batchesOf)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, count]) => count);
  return {
    workers,
    seconds,
    requestsPerSecond: arrivals.length / lasted,
    mostInASecond: mostInASecond(arrivals),
    stalledMs,
    batches,
    repeated,
    outcome,
  };
}

/** A folder with configuration and keys. */
function host(bench: Bench, client: Client): string {
  const folder = mkdtempSync(join(bench.folder, 'host-'));
  writeClient(folder, client);
  return folder;
}

function start(
  folder: string,
  ...argv: readonly string[]
): { readonly child: ChildProcess; readonly said: () => string } {
  let out = '';
  const child = spawn(process.execPath, [...flagsOf(runner), runner, '--json', ...argv], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  return { child, said: () => out };
}

/** Runs the file, and answers what the report says of the records. */
async function report(folder: string, input: string): Promise<unknown> {
  const { child, said } = start(folder, '--quiet', 'run', input);
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`the run ended with exit ${code}: ${said()}`);
  const { tally, addsUp, rejections, refusals } = JSON.parse(
    said().trim().split('\n').at(-1) ?? '',
  ) as Record<string, unknown>;
  return { tally, addsUp, rejections, refusals };
}

function mostInASecond(arrivals: readonly number[]): number {
  let most = 0;
  for (let first = 0, last = 0; last < arrivals.length; last++) {
    while ((arrivals[last] ?? 0) - (arrivals[first] ?? 0) >= 1000) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

if (import.meta.main) {
  const [records = '100000', perSecond = '60', ...counts] = process.argv.slice(2);
  const rows = await measureManyHosts(
    Number(records),
    Number(perSecond),
    counts.length === 0 ? [1, 2, 4] : counts.map(Number),
  );
  for (const row of rows) {
    console.log(
      `loader + ${row.workers} workers, ${Number(records).toLocaleString('en-US')} records, limit ${perSecond}/s: ${row.seconds.toFixed(0)} s, ${row.requestsPerSecond.toFixed(1)} requests/s, at most ${row.mostInASecond} in a second (the provider stalled for ${row.stalledMs.toFixed(0)} ms at most), batches ${row.batches.join(', ')}, ${row.repeated} repeated, report ${row.sameReport ? 'as' : 'NOT as'} on SQLite`,
    );
  }
}
