import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSample } from '@enrollkit/batch-runner';
import { BATCH_SIZE, IN_FLIGHT, PROGRAMME, type BenchJob } from './run/files.ts';
import { measured, type Measured } from './run/measured.ts';

/** One contender's run. */
export interface RunRow extends Measured {
  readonly contender: 'enrollkit' | 'peer' | 'peer, one request after another';
  readonly records: number;
  readonly recordsPerSecond: number;
}

const runner = join(import.meta.dirname, '..', '..', '..', 'apps', 'batch-runner', 'dist', 'main.js');
const peerProgram = join(import.meta.dirname, '..', 'dist', 'run', 'peer.js');

/** Whole runs over the same file and server, ours and the peer's in turn, `rounds` times. */
export async function measureRuns(records: number, rounds: number): Promise<readonly RunRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'enrollkit-bench-'));
  const input = join(folder, 'in.csv');
  await writeSample(input, { records, seed: 1, format: 'csv', multiCard: 0 });
  const { child, url } = await startProvider({ input, folder, url: '', inFlight: 0 });
  try {
    const rows: RunRow[] = [];
    writeClient(folder, url);
    for (let round = 0; round < rounds; round++) {
      for (const name of ['', '-wal', '-shm']) rmSync(join(folder, `enrollkit.ledger.db${name}`), { force: true });
      const ours = await measured(runner, ['--json', '--quiet', 'run', input], folder);
      if (!ours.out.includes(`"enrolled":${records}`)) throw new Error(`the run did not enroll all: exit ${ours.code}: ${ours.out}`);
      rows.push(row('enrollkit', records, ours));
      for (const [contender, inFlight] of [['peer', IN_FLIGHT], ['peer, one request after another', 1]] as const) {
        const peer = await measured(peerProgram, [JSON.stringify({ input, folder, url, inFlight } satisfies BenchJob)], folder);
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

async function startProvider(job: BenchJob): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, ['--conditions=@enrollkit/source', join(import.meta.dirname, 'run', 'provider.ts'), JSON.stringify(job)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  return { child, url: line.trim() };
}

function writeClient(folder: string, url: string): void {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const consumerKey = `${'c'.repeat(48)}!${'0'.repeat(48)}`;
  writeFileSync(join(folder, 'signing-key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  writeFileSync(join(folder, 'consumer-key.txt'), consumerKey);
  writeFileSync(join(folder, 'enrollkit.yaml'), `provider: { baseUrl: "${url}", srcClientId: "${PROGRAMME.srcClientId}", serviceId: "${PROGRAMME.serviceId}" }
signing: { consumerKey: "${consumerKey}", keyFile: signing-key.pem }
encryption: { keySetUrl: "${url}/keys" }
sending: { batchSize: ${BATCH_SIZE}, requestsPerSecond: 100000, inFlight: ${IN_FLIGHT}, poll: { firstMs: 1, maxMs: 1000 } }
`, { mode: 0o600 });
}

if (import.meta.main) {
  const [records = '100000', rounds = '3'] = process.argv.slice(2);
  for (const { contender, recordsPerSecond, wallSeconds, cpuSeconds, peakMegabytes } of await measureRuns(Number(records), Number(rounds))) {
    console.log(`${contender.padEnd(32)} ${Number(records).toLocaleString('en-US').padStart(10)} records: ${wallSeconds.toFixed(1)} s, ${Math.round(recordsPerSecond).toLocaleString('en-US')} records/s, ${cpuSeconds.toFixed(1)} s CPU, ${Math.round(peakMegabytes)} MB peak`);
  }
}
