import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSample } from '@enrollkit/batch-runner';
import { IN_FLIGHT, type BenchJob } from './run/files.ts';
import { runner, startProvider, writeClient } from './run/host.ts';
import { measured, type Measured } from './run/measured.ts';

/** One contender's run. */
export interface RunRow extends Measured {
  readonly contender: 'enrollkit' | 'peer' | 'peer, one request after another';
  readonly records: number;
  readonly recordsPerSecond: number;
}

const peerProgram = join(import.meta.dirname, '..', 'dist', 'run', 'peer.js');

/** Whole runs over the same file and server, ours and the peer's in turn, `rounds` times. */
export async function measureRuns(records: number, rounds: number): Promise<readonly RunRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'enrollkit-bench-'));
  const input = join(folder, 'in.csv');
  await writeSample(input, { records, seed: 1, format: 'csv', multiCard: 0 });
  const { child, url } = await startProvider({ input, folder, url: '', inFlight: 0 });
  try {
    const rows: RunRow[] = [];
    writeClient(folder, { url, requestsPerSecond: 100_000, firstMs: 1 });
    for (let round = 0; round < rounds; round++) {
      for (const name of ['', '-wal', '-shm'])
        rmSync(join(folder, `enrollkit.ledger.db${name}`), { force: true });
      const ours = await measured(runner, ['--json', '--quiet', 'run', input], folder);
      if (!ours.out.includes(`"enrolled":${records}`))
        throw new Error(`the run did not enroll all: exit ${ours.code}: ${ours.out}`);
      rows.push(row('enrollkit', records, ours));
      for (const [contender, inFlight] of [
        ['peer', IN_FLIGHT],
        ['peer, one request after another', 1],
      ] as const) {
        const peer = await measured(
          peerProgram,
          [JSON.stringify({ input, folder, url, inFlight } satisfies BenchJob)],
          folder,
        );
        if (peer.out.trim() !== String(records)) throw new Error(`the peer did not enroll all: ${peer.out}`);
        rows.push(row(contender, records, peer));
      }
    }
    return rows;
  } finally {
    child.kill();
    rmSync(folder, { recursive: true });
  }
}

function row(contender: RunRow['contender'], records: number, taken: Measured): RunRow {
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
