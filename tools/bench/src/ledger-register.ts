import { hash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DIGEST_BYTES,
  KEY_BYTES,
  openSqliteLedger,
  TWIN_BYTES,
  type Ledger,
  type LedgerRecord,
  type RecordDigests,
} from '@enrollkit/ledger';

/**
 * What the register costs where it has so many entries already; microseconds of CPU a row, which a busy
 * machine changes least.
 */
export interface RegisterRow {
  readonly entries: number;
  /** Bytes of the ledger's file for each of them. */
  readonly bytesAnEntry: number;
  readonly rows: number;
  /** Looking up rows that are all new, and rows that are all enrolled and unchanged. */
  readonly lookUpNew: number;
  readonly lookUpUnchanged: number;
  /**
   * Searching for duplicates, twins and conflicts among the rows, and against the entries that have twins.
   */
  readonly search: number;
  readonly claim: number;
  /** Merging their outcomes, claims and all. */
  readonly merge: number;
}

const batchSize = 250;
const windowSize = 1000;
/** Keys of one import. */
const portion = 100_000;

/** Fills a register and sends an intake of so many rows through it. */
export async function measureRegister(entries: number, rows: number): Promise<RegisterRow> {
  const folder = mkdtempSync(join(tmpdir(), 'enrollkit-bench-'));
  const path = join(folder, 'ledger');
  try {
    const ledger = await openSqliteLedger(path);
    await ledger.lock('bench');
    const empty = statSync(path).size;
    for (let from = 0; from < entries; from += portion)
      await ledger.importEntries(sortedKeys(Math.min(portion, entries - from)));
    const bytesAnEntry = entries === 0 ? 0 : (statSync(path).size - empty) / entries;
    const each = (ms: number) => Math.round((ms / rows) * 100_000) / 100;

    await open(ledger, rows);
    const lookUpNew = await timed(() => lookUpAll(ledger, rows));
    for (let first = 0; first < rows; first += batchSize) await commit(ledger, first);
    const search = await timed(() => ledger.finishLoading('bench'));
    const claim = await timed(() => ledger.claimRecords('bench'));
    await ledger.markReady('bench');
    const merge = await end(ledger);
    const lookUpUnchanged = await timed(() => lookUpAll(ledger, rows));
    await ledger.close();
    return {
      entries,
      bytesAnEntry: Math.round(bytesAnEntry * 10) / 10,
      rows,
      lookUpNew: each(lookUpNew),
      lookUpUnchanged: each(lookUpUnchanged),
      search: each(search),
      claim: each(claim),
      merge: each(merge),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function open(ledger: Ledger, rows: number): Promise<void> {
  await ledger.openIntake({
    id: 'bench',
    digest: 'd',
    programme: 'p',
    source: '-',
    bytes: rows * 150,
    format: 'csv',
    batchSize,
    readingDigest: 'r',
  });
}

/** What the register says of every row; times the register only. */
async function lookUpAll(ledger: Ledger, rows: number): Promise<void> {
  for (let first = 0; first < rows; first += windowSize) {
    const { keys, digests } = digestsOf(first, Math.min(windowSize, rows - first));
    await ledger.lookUp({ keys, digests });
  }
}

async function commit(ledger: Ledger, first: number): Promise<void> {
  const last = first + batchSize;
  const register = digestsOf(first, batchSize);
  await ledger.commitRead({
    intakeId: 'bench',
    batch: {
      generation: 1,
      position: first / batchSize,
      body: { externalBatchId: `bench-${first}`, bytes: new Uint8Array(0), kid: 'k' },
      records: Array.from({ length: batchSize }, (_, index) => record(first + index)),
      register,
    },
    rejections: [],
    keys: register.keys,
    lines: Uint32Array.from({ length: batchSize }, (_, index) => first + index + 2),
    position: { offset: last * 150, line: last + 2, rows: last, batches: last / batchSize },
  });
}

/** Brings every batch to an end and merges; answers the CPU milliseconds of the merging alone. */
async function end(ledger: Ledger): Promise<number> {
  for (;;) {
    const batches = await ledger.sendable('bench', new Date(), 40);
    if (batches.length === 0) return timed(() => ledger.mergeSettled());
    for (const { id } of batches) {
      await ledger.recordIntent(id, new Date());
      await ledger.recordReceipt(id, `provider-${id}`, new Date(0));
      const outcomes = (await ledger.recordsOf(id)).map(({ externalConsumerId, externalCardId }) => ({
        externalConsumerId,
        externalCardId,
        result: 'enrolled' as const,
      }));
      await ledger.settle(id, outcomes);
    }
  }
}

/** Keys, digests and twins that are the same at every call. */
function digestsOf(first: number, count: number): RecordDigests {
  const wide = Array.from({ length: count }, (_, index) => hash('sha512', `row ${first + index}`, 'buffer'));
  return {
    keys: Buffer.concat(wide.map((bytes) => bytes.subarray(0, KEY_BYTES))),
    digests: Buffer.concat(wide.map((bytes) => bytes.subarray(0, DIGEST_BYTES))),
    twins: Buffer.concat(wide.map((bytes) => bytes.subarray(64 - TWIN_BYTES))),
  };
}

function sortedKeys(count: number): Uint8Array {
  const bytes = randomBytes(count * KEY_BYTES);
  const keys = Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * KEY_BYTES, (index + 1) * KEY_BYTES),
  );
  return Buffer.concat(keys.sort(Buffer.compare));
}

function record(index: number): LedgerRecord {
  const row = index + 1;
  return {
    externalConsumerId: `consumer-${index}`,
    externalCardId: `card-${index}`,
    place: { row, line: row + 1, offset: row * 150, length: 149 },
    maskedPan: '555555******4444',
    fingerprint: '0'.repeat(64),
  };
}

if (import.meta.main) {
  const [rows = '100000', ...entries] = process.argv.slice(2);
  for (const each of entries.length === 0 ? ['0', '1000000'] : entries)
    console.log(JSON.stringify(await measureRegister(Number(each), Number(rows)), undefined, 2));
}
