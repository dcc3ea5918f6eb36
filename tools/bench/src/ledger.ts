import { hash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DIGEST_BYTES,
  HASH_BYTES,
  KEY_BYTES,
  openSqliteLedger,
  TWIN_BYTES,
  type Ledger,
  type LedgerRecord,
} from '@enrollkit/ledger';

/**
 * What one ledger does with one intake, every step a durable commit. Rates are records a second of wall time.
 */
export interface LedgerRow {
  readonly records: number;
  /** Bytes of the sealed body of 250 records; 0 shows the ledger alone. */
  readonly bodyBytes: number;
  readonly commitRead: number;
  /** Finding the duplicates of the whole intake, milliseconds. */
  readonly finishLoadingMs: number;
  /** Batches a second through `sendable`, `recordIntent` and `recordReceipt`. */
  readonly sentBatches: number;
  readonly settle: number;
  readonly stream: number;
  readonly tallyMs: number;
  /** CPU microseconds per record of `commitRead` and of `settle`: what a busy machine does not change. */
  readonly cpuMicros: { readonly commitRead: number; readonly settle: number };
  readonly megabytes: number;
  readonly peakRssMegabytes: number;
}

const batchSize = 250;
const intakeId = 'bench';

/** Runs an intake through a ledger of its own. Peak memory is the process's: measure in a fresh one. */
export async function measureLedger(records: number, bodyBytes: number): Promise<LedgerRow> {
  const folder = mkdtempSync(join(tmpdir(), 'enrollkit-bench-'));
  try {
    const ledger = await openSqliteLedger(join(folder, 'ledger'));
    await ledger.lock('bench');
    await ledger.openIntake({
      id: intakeId,
      digest: 'd',
      programme: 'p',
      source: '-',
      bytes: 0,
      format: 'csv',
      batchSize,
      readingDigest: 'r',
    });
    const commitRead = await load(ledger, records, bodyBytes);
    const finishLoading = await timed(() => ledger.finishLoading(intakeId));
    await ledger.claimRecords(intakeId);
    await ledger.markReady(intakeId);
    const sent = await timed(() => send(ledger));
    const settled = await settle(ledger);
    const tally = await timed(() => ledger.tally(intakeId));
    const streamed = await timed(() => drain(ledger.records(intakeId)));
    const megabytes =
      readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) / 1e6;
    await ledger.close();
    const perSecond = (count: number, { ms }: Timing) => Math.round((count / ms) * 1000);
    return {
      records,
      bodyBytes,
      commitRead: perSecond(records, commitRead),
      finishLoadingMs: Math.round(finishLoading.ms),
      sentBatches: perSecond(records / batchSize, sent),
      settle: perSecond(records, settled),
      stream: perSecond(records, streamed),
      tallyMs: Math.round(tally.ms * 10) / 10,
      cpuMicros: {
        commitRead: round(commitRead.cpuMicros / records),
        settle: round(settled.cpuMicros / records),
      },
      megabytes: Math.round(megabytes),
      peakRssMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Timing {
  readonly ms: number;
  readonly cpuMicros: number;
}

async function timed(work: () => Promise<unknown>): Promise<Timing> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  await work();
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuMicros: user + system };
}

/** Times the commits only: making the records is the reader's work. */
async function load(ledger: Ledger, records: number, bodyBytes: number): Promise<Timing> {
  const bytes = randomBytes(bodyBytes);
  let total: Timing = { ms: 0, cpuMicros: 0 };
  for (let position = 0, rows = 0; rows < records; position += 1) {
    const first = rows + 1;
    const keys = keysOf(first);
    const batch = {
      generation: 1,
      position,
      body: { externalBatchId: `bench-${position}`, bytes, kid: 'k' },
      records: Array.from({ length: batchSize }, (_, index) => record(first + index)),
      register: {
        keys,
        digests: new Uint8Array(batchSize * DIGEST_BYTES),
        twins: new Uint8Array(batchSize * TWIN_BYTES),
      },
    };
    rows += batchSize;
    const step = {
      intakeId,
      batch,
      rejections: [],
      keys,
      identities: new Uint8Array(batchSize * HASH_BYTES),
      lines: Uint32Array.from(batch.records, ({ place }) => place.line),
      position: { offset: rows * 150, line: rows + 2, rows, batches: position + 1 },
    };
    total = sum(total, await timed(() => ledger.commitRead(step)));
  }
  return total;
}

async function send(ledger: Ledger): Promise<void> {
  for (;;) {
    const batches = await ledger.sendable(intakeId, new Date(), 4);
    if (batches.length === 0) return;
    for (const { id } of batches) {
      await ledger.recordIntent(id, new Date());
      await ledger.recordReceipt(id, `provider-${id}`, new Date(0));
    }
  }
}

/** Times `settle` only: outcomes come from the wire. */
async function settle(ledger: Ledger): Promise<Timing> {
  let total: Timing = { ms: 0, cpuMicros: 0 };
  for (;;) {
    const batches = await ledger.duePolls(intakeId, new Date(), 4);
    if (batches.length === 0) return total;
    for (const { id } of batches) {
      const outcomes = (await ledger.recordsOf(id)).map(
        ({ externalConsumerId, externalCardId, place: { row } }) => ({
          externalConsumerId,
          externalCardId,
          result: 'enrolled' as const,
          providerConsumerId: `0e9c74ab-${row}`,
          providerCardId: `5b1a9d30-${row}`,
        }),
      );
      total = sum(total, await timed(() => ledger.settle(id, outcomes)));
    }
  }
}

async function drain(stream: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of stream) count += 1;
  return count;
}

function keysOf(first: number): Uint8Array {
  return Buffer.concat(
    Array.from({ length: batchSize }, (_, index) =>
      hash('sha256', `row ${first + index}`, 'buffer').subarray(0, KEY_BYTES),
    ),
  );
}

function record(row: number): LedgerRecord {
  return {
    externalConsumerId: `consumer-${(row * 7919) % 10_000_019}`,
    externalCardId: `card-${row}`,
    place: { row, line: row + 1, offset: row * 150, length: 149 },
    maskedPan: '555555******4444',
    fingerprint: randomBytes(32).toString('hex'),
  };
}

function sum(one: Timing, two: Timing): Timing {
  return { ms: one.ms + two.ms, cpuMicros: one.cpuMicros + two.cpuMicros };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

if (import.meta.main) {
  const [records = '100000', bodyBytes = '150000'] = process.argv.slice(2);
  console.log(JSON.stringify(await measureLedger(Number(records), Number(bodyBytes)), undefined, 2));
}
