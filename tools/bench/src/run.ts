import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSample } from '@enrollkit/batch-runner';
import { IN_FLIGHT, type BenchJob } from './run/files.ts';
import { canRunPostgres, startCluster } from '@enrollkit/testkit/cluster';
import { runner, startProvider, writeClient, type Client } from './run/host.ts';
import { measured, type Measured } from './run/measured.ts';

/** Who runs over the same file and server. */
export type Contender =
  | 'enrollkit'
  | 'enrollkit, PostgreSQL'
  | 'peer'
  | 'peer, a row per record in SQLite'
  | 'peer, one request after another';

/** One contender's run. The CPU is that of its own process; a PostgreSQL server's comes on top. */
export interface RunRow extends Measured {
  readonly contender: Contender;
  readonly records: number;
  readonly recordsPerSecond: number;
}

const peerProgram = join(import.meta.dirname, '..', 'dist', 'run', 'peer.js');

const peers = {
  peer: { inFlight: IN_FLIGHT, durable: false },
  'peer, a row per record in SQLite': { inFlight: IN_FLIGHT, durable: true },
  'peer, one request after another': { inFlight: 1, durable: false },
} as const satisfies Partial<Record<Contender, Pick<BenchJob, 'inFlight' | 'durable'>>>;

/**
 * Whole runs over the same file and server, ours and the peers' in turn, `rounds` times; on PostgreSQL, too,
 * where this machine has one.
 */
export async function measureRuns(records: number, rounds: number): Promise<readonly RunRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'enrollkit-bench-'));
  const input = join(folder, 'in.csv');
  await writeSample(input, { records, seed: 1, format: 'csv', multiCard: 0 });
  const { child, url } = await startProvider({ input, folder, url: '', inFlight: 0 });
  using cluster = canRunPostgres ? startCluster({ durable: true }) : undefined;
  try {
    writeClient(folder, { url, requestsPerSecond: 100_000, firstMs: 1 });
    const rows: RunRow[] = [];
    for (let round = 0; round < rounds; round++) {
      rows.push(row('enrollkit', records, await ourRun({ folder, input, url, records })));
      if (cluster !== undefined) {
        const { address: ledger, drop } = await cluster.newDatabase();
        const ours = await ourRun({ folder, input, url, records, ledger });
        rows.push(row('enrollkit, PostgreSQL', records, ours));
        await drop();
      }
      for (const [contender, options] of Object.entries(peers)) {
        for (const name of ['', '-wal', '-shm']) rmSync(join(folder, `peer.db${name}`), { force: true });
        const job: BenchJob = { input, folder, url, ...options };
        const peer = await measured(peerProgram, [JSON.stringify(job)], folder);
        if (peer.out.trim() !== String(records)) throw new Error(`the peer did not enroll all: ${peer.out}`);
        rows.push(row(contender as keyof typeof peers, records, peer));
      }
    }
    return rows;
  } finally {
    child.kill();
    rmSync(folder, { recursive: true });
  }
}

/** A run of ours with keys, state and a ledger of its own. */
async function ourRun({
  folder,
  input,
  url,
  records,
  ledger,
}: Pick<BenchJob, 'folder' | 'input' | 'url'> & { records: number; ledger?: string }): Promise<Measured> {
  const own = mkdtempSync(join(folder, 'run-'));
  const client: Client = { url, requestsPerSecond: 100_000, firstMs: 1 };
  writeClient(own, ledger === undefined ? client : { ...client, ledger });
  const ours = await measured(runner, ['--json', '--quiet', 'run', input], own);
  if (!ours.out.includes(`"enrolled":${records}`))
    throw new Error(`the run did not enroll all: exit ${ours.code}: ${ours.out}`);
  rmSync(own, { recursive: true });
  return ours;
}

function row(contender: Contender, records: number, taken: Measured): RunRow {
  return { contender, records, recordsPerSecond: records / taken.wallSeconds, ...taken };
}

if (import.meta.main) {
  const [records = '100000', rounds = '3'] = process.argv.slice(2);
  for (const { contender, recordsPerSecond, wallSeconds, cpuSeconds, peakMegabytes } of await measureRuns(
    Number(records),
    Number(rounds),
  )) {
    console.log(
      `${contender.padEnd(32)} ${Number(records).toLocaleString('en-US').padStart(10)} records: ${wallSeconds.toFixed(1)} s, ${Math.round(recordsPerSecond).toLocaleString('en-US')} records/s, ${cpuSeconds.toFixed(1)} s CPU, ${Math.round(peakMegabytes)} MB peak`,
    );
  }
}
