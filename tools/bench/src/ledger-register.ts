import { hash, randomBytes } from 'node:crypto';
import type { EnrollmentRecord } from '@enrollkit/enrollment';
import {
  DIGEST_BYTES,
  HASH_BYTES,
  KEY_BYTES,
  TWIN_BYTES,
  type Ledger,
  type LedgerRecord,
  type ReadStep,
} from '@enrollkit/ledger';
import { Digests } from '@enrollkit/pipeline';
import { canRunPostgres } from '@enrollkit/testkit/cluster';
import { newPlace, type LedgerKind } from './ledger-register/places.ts';

/** Microseconds a row: of CPU in this process, which a busy machine changes least, and of time. */
export interface Cost {
  readonly cpu: number;
  readonly time: number;
}

/** What the register costs where it has so many entries already. */
export interface RegisterRow {
  readonly kind: LedgerKind;
  readonly entries: number;
  /** Bytes of the file, or of the table with its index, for each of them. */
  readonly bytesAnEntry: number;
  readonly rows: number;
  /** Looking up rows that are all new, and rows that are all enrolled and unchanged. */
  readonly lookUpNew: Cost;
  readonly lookUpUnchanged: Cost;
  /** Making the key, the digests and the twins of a row. */
  readonly digests: Cost;
  /** Committing batches without bodies, keys, digests and twins and all. */
  readonly commit: Cost;
  /**
   * Searching for duplicates, twins and conflicts among the rows, and against the entries that have twins.
   */
  readonly search: Cost;
  readonly claim: Cost;
  /** Merging their outcomes, claims and all. */
  readonly merge: Cost;
  /** What a run does with rows that are all new: all of the above but `lookUpUnchanged`. */
  readonly all: Cost;
}

const batchSize = 250;
const windowSize = 1000;
/** Keys of one import. */
const portion = 100_000;

/** Fills a register and sends an intake of so many rows through it. */
export async function measureRegister(kind: LedgerKind, entries: number, rows: number): Promise<RegisterRow> {
  await using place = await newPlace(kind);
  const { ledger, bytes } = place;
  await ledger.lock('bench');
  const empty = await bytes();
  for (let from = 0; from < entries; from += portion)
    await ledger.importEntries(sortedKeys(Math.min(portion, entries - from)));
  const bytesAnEntry = entries === 0 ? 0 : ((await bytes()) - empty) / entries;
  const each = ({ cpu, time }: Cost): Cost => ({ cpu: rounded(cpu / rows), time: rounded(time / rows) });

  await open(ledger, 'bench', rows);
  const lookUpNew = each(await lookUpAll(ledger, rows));
  const commit = each(await commitAll(ledger, rows));
  const search = each(await timed(() => ledger.finishLoading('bench')));
  const claim = each(await timed(() => ledger.claimRecords('bench')));
  await ledger.markReady('bench');
  const merge = each(await end(ledger));
  const lookUpUnchanged = each(await lookUpAll(ledger, rows));
  const digests = each(await digestAll(rows));
  const parts = [lookUpNew, digests, commit, search, claim, merge];
  return {
    kind,
    entries,
    bytesAnEntry: Math.round(bytesAnEntry * 10) / 10,
    rows,
    lookUpNew,
    lookUpUnchanged,
    digests,
    commit,
    search,
    claim,
    merge,
    all: parts.reduce((sum, part) => plus(sum, part), nothing),
  };
}

/** Microseconds that the work takes. */
async function timed(work: () => unknown): Promise<Cost> {
  const before = process.cpuUsage();
  const begun = performance.now();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { cpu: user + system, time: (performance.now() - begun) * 1000 };
}

const nothing: Cost = { cpu: 0, time: 0 };

function plus(one: Cost, two: Cost): Cost {
  return { cpu: rounded(one.cpu + two.cpu), time: rounded(one.time + two.time) };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

async function open(ledger: Ledger, id: string, rows: number): Promise<void> {
  await ledger.openIntake({
    id,
    digest: id,
    programme: 'p',
    source: '-',
    bytes: rows * 150,
    format: 'csv',
    batchSize,
    readingDigest: 'r',
  });
}

/** Asks the register about every row, and times that alone. */
async function lookUpAll(ledger: Ledger, rows: number): Promise<Cost> {
  let all = nothing;
  for (let first = 0; first < rows; first += windowSize) {
    const { keys, digests } = digestsOf(first, Math.min(windowSize, rows - first));
    all = plus(all, await timed(() => ledger.lookUp({ keys, digests })));
  }
  return all;
}

/** Commits every batch, and times that alone. */
async function commitAll(ledger: Ledger, rows: number): Promise<Cost> {
  let all = nothing;
  for (let first = 0; first < rows; first += batchSize) {
    const read = step(first);
    all = plus(all, await timed(() => ledger.commitRead(read)));
  }
  return all;
}

function step(first: number): ReadStep {
  const last = first + batchSize;
  const register = digestsOf(first, batchSize);
  return {
    intakeId: 'bench',
    batch: {
      generation: 1,
      position: first / batchSize,
      body: { externalBatchId: `${first}`, bytes: new Uint8Array(0), kid: 'k' },
      records: Array.from({ length: batchSize }, (_, index) => record(first + index)),
      register,
    },
    rejections: [],
    keys: register.keys,
    identities: new Uint8Array(batchSize * HASH_BYTES),
    lines: Uint32Array.from({ length: batchSize }, (_, index) => first + index + 2),
    position: { offset: last * 150, line: last + 2, rows: last, batches: last / batchSize },
  };
}

/** Digests a record as often as there are rows. */
function digestAll(rows: number): Promise<Cost> {
  const digests = new Digests({
    fingerprintKey: randomBytes(32),
    environment: 'https://provider.example',
    programme: 'programme',
  });
  const window = {
    keys: Buffer.alloc(windowSize * KEY_BYTES),
    digests: Buffer.alloc(windowSize * DIGEST_BYTES),
    twins: Buffer.alloc(windowSize * TWIN_BYTES),
    identities: Buffer.alloc(windowSize * HASH_BYTES),
  };
  return timed(() => {
    for (let row = 0; row < rows; row++)
      digests.write({ window, index: row % windowSize }, { ...cardholder, externalCardId: `card-${row}` });
  });
}

const cardholder: EnrollmentRecord = {
  externalConsumerId: 'consumer-1',
  externalCardId: 'card-1',
  consumer: {
    firstName: 'Ada',
    lastName: 'Lovelace',
    email: 'ada.lovelace@example.com',
    mobile: { countryCode: '44', number: '7700900123' },
    countryCode: 'GB',
    languageCode: 'en',
  },
  card: {
    pan: '5555555555554444',
    expiryMonth: '12',
    expiryYear: '2030',
    cardholderName: 'Ada Lovelace',
    billingAddress: {
      line1: '12 St James Square',
      city: 'London',
      postalCode: 'SW1Y 4JH',
      countryCode: 'GB',
    },
  },
};

/** Brings every batch to an end and merges; answers what the merging alone takes. */
async function end(ledger: Ledger): Promise<Cost> {
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
function digestsOf(first: number, count: number) {
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
  const [rows = '100000', kind, ...entries] = process.argv.slice(2);
  const kinds: readonly LedgerKind[] =
    kind === 'sqlite' || kind === 'postgres' ? [kind] : canRunPostgres ? ['sqlite', 'postgres'] : ['sqlite'];
  for (const ledger of kinds)
    for (const each of entries.length === 0 ? ['0', '1000000'] : entries)
      console.log(JSON.stringify(await measureRegister(ledger, Number(each), Number(rows)), undefined, 2));
}
