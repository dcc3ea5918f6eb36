import type { RecordState } from '@enrollkit/enrollment';
import { defined } from '@enrollkit/base';
import type { Ledger } from '../port/ledger.ts';
import type { FormerRecord, LedgerRecord, RecordRow } from '../port/records.ts';
import type { ProviderReason } from '@enrollkit/enrollment';
import { storedRecords } from './batches.ts';
import { intakeById } from './intakes.ts';
import { pages } from './pages.ts';
import { outcomeProperties, unpackOutcomes, unpackRecords, type StoredOutcome } from './record-codec.ts';
import { toRejection } from './rows.ts';
import type { Store } from './store.ts';
import type { BatchSelected, Db } from './tables.ts';
import { tally } from './tally.ts';

/** Batches per page of a stream: some megabytes at the largest. */
const batchesPerPage = 20;

type RecordMethods = Pick<Ledger, 'recordsOf' | 'formerRecordsOf' | 'tally' | 'records' | 'rejections'>;

/** Reading records and rejections: nothing here needs the lock. */
export function recordRepository(store: Store): RecordMethods {
  return {
    recordsOf: (batchId) => store.read((db) => recordsOf(db, batchId)),
    formerRecordsOf: (batchId) =>
      store.read(async (db) => {
        const { records, outcomes } = await storedRecords(db, batchId);
        return records.flatMap((record, index) => former(record, outcomes[index] ?? null)).sort(byLine);
      }),
    tally: (intakeId) => store.read((db) => tally(db, intakeId)),
    records: (intakeId, state) => records(store, intakeId, state),
    rejections: (intakeId) => rejections(store, intakeId),
  };
}

type BatchOfRecords = Pick<BatchSelected, 'id' | 'generation' | 'state' | 'external_batch_id' | 'reason'>;

/** The records that are still in the batch, in row order; none when there is no such batch. */
export async function recordsOf(db: Db, batchId: number): Promise<readonly RecordRow[]> {
  const batch = await db.selectFrom('batch').selectAll().where('id', '=', batchId).executeTakeFirst();
  if (batch === undefined) return [];
  const { records, outcomes } = await storedRecords(db, batchId);
  return records
    .flatMap((record, index) => present(record, outcomes[index] ?? null, batch) ?? [])
    .sort((a, b) => a.place.row - b.place.row);
}

/** A record as it stands in its batch; undefined when it has left it. */
export function present(
  record: LedgerRecord,
  outcome: StoredOutcome,
  batch: BatchOfRecords,
): RecordRow | undefined {
  if (outcome?.[0] === 'moved') return undefined;
  return {
    ...record,
    ...(outcome === null ? asBatch(batch) : outcomeProperties(outcome)),
    batchId: batch.id,
    generation: batch.generation,
    batchState: batch.state,
    externalBatchId: batch.external_batch_id,
  };
}

/** What the state of a batch says of its records. */
function asBatch({ state, reason }: BatchOfRecords): Pick<RecordRow, 'state' | 'code' | 'message'> {
  if (state === 'abandoned') return { state };
  if (state !== 'refused') return { state: 'batched' };
  const { code, message } = JSON.parse(reason ?? '{}') as Partial<ProviderReason>;
  return defined<Pick<RecordRow, 'state' | 'code' | 'message'>>({ state, code, message });
}

function former(record: LedgerRecord, outcome: StoredOutcome): readonly FormerRecord[] {
  if (outcome?.[0] !== 'moved') return [];
  const { externalConsumerId, externalCardId, place } = record;
  return [
    defined<FormerRecord>({
      externalConsumerId,
      externalCardId,
      line: place.line,
      code: outcome[3] ?? undefined,
    }),
  ];
}

function byLine(a: FormerRecord, b: FormerRecord): number {
  return a.line - b.line;
}

/**
 * The batches of the first generation hold every row of the input in order; a record that moved is read where
 * it went.
 */
async function* records(
  store: Store,
  intakeId: string,
  state: RecordState | undefined,
): AsyncIterable<RecordRow> {
  const intake = await store.read((db) => intakeById(db, intakeId));
  const page = (after: number, limit: number) =>
    store.read((db) =>
      db
        .selectFrom('batch')
        .innerJoin('batch_record', 'batch_record.batch', 'batch.id')
        .selectAll()
        .where('intake', '=', intake.number)
        .where('generation', '=', 1)
        .where('position', '>', after)
        .orderBy('position')
        .limit(limit)
        .execute(),
    );
  const later = new LaterRecords(store);
  for await (const batch of pages(page, ({ position }) => position, batchesPerPage)) {
    if (!mayHave(batch, state)) continue;
    const sealed = unpackRecords(batch);
    const outcomes = unpackOutcomes(batch.outcomes, sealed.length);
    const rows = await Promise.all(
      sealed.map(async (record, index) => {
        const outcome = outcomes[index] ?? null;
        return outcome?.[0] === 'moved' ? later.find(outcome[1], record) : present(record, outcome, batch);
      }),
    );
    for (const row of rows.sort((a, b) => (a?.place.row ?? 0) - (b?.place.row ?? 0)))
      if (row !== undefined && (state === undefined || row.state === state)) yield row;
  }
}

/** Whether the batch can have records in that state: what surely has none is not unpacked. */
export function mayHave(batch: BatchSelected, state: RecordState | undefined): boolean {
  if (state === undefined || batch.moved > 0) return true;
  if (state === 'enrolled') return batch.enrolled > 0;
  if (state === 'refused') return batch.refused > 0;
  if (state === 'abandoned') return batch.state === 'abandoned';
  return batch.state !== 'abandoned' && batch.state !== 'settled' && batch.state !== 'refused';
}

/** Batches of later generations, the last few of them kept. */
class LaterRecords {
  readonly #store: Store;
  readonly #batches = new Map<
    number,
    Promise<{ readonly batch: BatchSelected } & Awaited<ReturnType<typeof storedRecords>>>
  >();

  constructor(store: Store) {
    this.#store = store;
  }

  /** The record where it went to, and from there where it went next. */
  async find(batchId: number, wanted: LedgerRecord): Promise<RecordRow | undefined> {
    const { batch, records: sealed, outcomes } = await this.#read(batchId);
    const index = sealed.findIndex(({ place }) => place.row === wanted.place.row);
    const record = sealed[index];
    if (record === undefined) return undefined;
    const outcome = outcomes[index] ?? null;
    return outcome?.[0] === 'moved' ? this.find(outcome[1], wanted) : present(record, outcome, batch);
  }

  #read(batchId: number) {
    const known = this.#batches.get(batchId);
    if (known !== undefined) return known;
    const read = this.#store.read(async (db) => ({
      batch: await db.selectFrom('batch').selectAll().where('id', '=', batchId).executeTakeFirstOrThrow(),
      ...(await storedRecords(db, batchId)),
    }));
    this.#batches.set(batchId, read);
    const [oldest] = this.#batches.keys();
    if (this.#batches.size > batchesPerPage && oldest !== undefined) this.#batches.delete(oldest);
    return read;
  }
}

async function* rejections(store: Store, intakeId: string) {
  const intake = await store.read((db) => intakeById(db, intakeId));
  const page = (after: number, limit: number) =>
    store.read((db) =>
      db
        .selectFrom('rejection')
        .selectAll()
        .where('intake', '=', intake.number)
        .where('row_no', '>', after)
        .orderBy('row_no')
        .limit(limit)
        .execute(),
    );
  for await (const row of pages(page, (last) => last.row_no)) yield toRejection(row);
}
