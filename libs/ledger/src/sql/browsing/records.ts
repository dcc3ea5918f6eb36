import type { RecordState } from '@enrollkit/enrollment';
import type { BrowsingPort, CountedCode, Page, RecordFilter, RecordPlace } from '../../port/browsing.ts';
import type { RecordRow } from '../../port/records.ts';
import { intakeById } from '../intakes.ts';
import { pages } from '../pages.ts';
import { unpackOutcomes, unpackRecords } from '../record-codec.ts';
import { mayHave, present } from '../records.ts';
import type { Store } from '../store.ts';
import type { BatchSelected, Db } from '../tables.ts';

/** Batches that are unpacked for one page at most: some megabytes, some tens of milliseconds. */
const BATCHES_PER_PAGE = 40;
/** Batches that are read at once. */
const BATCHES_AT_ONCE = 10;

/** The records of an intake, each in the batch where it is now. */
export function recordBrowsing(store: Store): Pick<BrowsingPort, 'recordPage' | 'refusalCodes'> {
  return {
    recordPage: async (intakeId, { from, limit, ...filter }) => {
      const intake = await store.read((db) => intakeById(db, intakeId));
      const found = new RecordCollector(filter, limit);
      const start = from ?? { batch: filter.batchId ?? 0, place: 0 };
      let next: RecordPlace | undefined = start;
      for (let read = 0; read < BATCHES_PER_PAGE && next !== undefined; read += BATCHES_AT_ONCE) {
        const at: RecordPlace = next;
        const batches = await store.read((db) => batchesFrom(db, intake.number, at.batch));
        next = found.add(batches, at);
      }
      return { items: found.items, ...(next !== undefined && { next }) } satisfies Page<
        RecordRow,
        RecordPlace
      >;
    },
    refusalCodes: async (intakeId) => {
      const intake = await store.read((db) => intakeById(db, intakeId));
      const counts = new Map<string, number>();
      const page = (after: number) => store.read((db) => batchesFrom(db, intake.number, after + 1));
      for await (const batch of pages(page, ({ id }) => id, BATCHES_AT_ONCE)) {
        if (!mayHave(batch, 'refused')) continue;
        for (const { state, code = 'UNSPECIFIED' } of recordsIn(batch))
          if (state === 'refused') counts.set(code, (counts.get(code) ?? 0) + 1);
      }
      return ranked(counts);
    },
  };
}

type WholeBatch = BatchSelected & {
  readonly packed: Uint8Array;
  readonly fingerprints: Uint8Array;
  readonly outcomes: Uint8Array | null;
};

/** The next batches of an intake, with their records. */
function batchesFrom(db: Db, intake: number, from: number): Promise<readonly WholeBatch[]> {
  return db
    .selectFrom('batch')
    .innerJoin('batch_record', 'batch_record.batch', 'batch.id')
    .selectAll()
    .where('intake', '=', intake)
    .where('id', '>=', from)
    .orderBy('id')
    .limit(BATCHES_AT_ONCE)
    .execute();
}

/** Every record of the batch by its place in it; those that have left it are not there. */
function* placed(batch: WholeBatch): Generator<readonly [place: number, row: RecordRow]> {
  const sealed = unpackRecords(batch);
  const outcomes = unpackOutcomes(batch.outcomes, sealed.length);
  for (const [place, record] of sealed.entries()) {
    const row = present(record, outcomes[place] ?? null, batch);
    if (row !== undefined) yield [place, row];
  }
}

function* recordsIn(batch: WholeBatch): Generator<RecordRow> {
  for (const [, row] of placed(batch)) yield row;
}

class RecordCollector {
  readonly items: RecordRow[] = [];
  readonly #filter: RecordFilter;
  readonly #limit: number;

  constructor(filter: RecordFilter, limit: number) {
    this.#filter = filter;
    this.#limit = limit;
  }

  /** Takes what fits, from the place on; answers where to go on, or undefined at the end. */
  add(batches: readonly WholeBatch[], { batch: first, place: from }: RecordPlace): RecordPlace | undefined {
    const { batchId } = this.#filter;
    for (const batch of batches) {
      if (batchId !== undefined && batch.id !== batchId) return undefined;
      if (!mayHave(batch, this.#state())) continue;
      for (const [place, row] of placed(batch)) {
        if ((batch.id === first && place < from) || !this.#fits(row)) continue;
        if (this.items.length === this.#limit) return { batch: batch.id, place };
        this.items.push(row);
      }
    }
    const last = batches.at(-1);
    return last === undefined || batches.length < BATCHES_AT_ONCE
      ? undefined
      : { batch: last.id + 1, place: 0 };
  }

  #fits({ state, code = 'UNSPECIFIED' }: RecordRow): boolean {
    const wanted = this.#state();
    return (
      (wanted === undefined || state === wanted) &&
      (this.#filter.code === undefined || code === this.#filter.code)
    );
  }

  /** A code is one of a refusal. */
  #state(): RecordState | undefined {
    return this.#filter.state ?? (this.#filter.code === undefined ? undefined : 'refused');
  }
}

function ranked(counts: ReadonlyMap<string, number>): readonly CountedCode[] {
  return [...counts]
    .map(([code, count]) => ({ code, count }))
    .sort((a, b) => b.count - a.count || a.code.localeCompare(b.code));
}
