import { sql } from 'kysely';
import { KEY_BYTES, TWIN_BYTES } from '../../port/digests.ts';
import type { RegisterPort } from '../../port/register.ts';
import { withoutSlots } from '../batches.ts';
import { pages } from '../pages.ts';
import { unpackOutcomes, type StoredOutcome } from '../record-codec.ts';
import type { Dialect, Store } from '../store.ts';
import type { BatchSelected, Db } from '../tables.ts';
import { wordsOf } from './hash-table.ts';

/** What all intakes have enrolled or on its way. */
export function twinsRepository(store: Store): Pick<RegisterPort, 'twins'> {
  return {
    async *twins() {
      for await (const { keys, hashes, stands } of earlierTwins(store, noIntake)) {
        const gone = new Set<number>();
        for (let index = 0; index * KEY_BYTES < keys.byteLength; index++) if (!stands(index)) gone.add(index);
        yield {
          keys: withoutSlots(bytesOf(keys), KEY_BYTES, gone),
          twins: withoutSlots(bytesOf(hashes), TWIN_BYTES, gone),
        };
      }
    },
  };
}

/** No intake has this number. */
const noIntake = 0;

function bytesOf({ buffer, byteOffset, byteLength }: Uint32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** A batch of another intake whose records are enrolled or on their way. */
export interface EarlierTwins {
  readonly intake: number;
  readonly keys: Uint32Array;
  readonly hashes: Uint32Array;
  /** Whether the record is enrolled or may be; looked at for what is met only. */
  readonly stands: (index: number) => boolean;
}

type TwinBatch = Pick<BatchSelected, 'id' | 'intake' | 'state' | 'attempts'> & {
  readonly keys: Uint8Array;
  readonly hashes: Uint8Array;
  readonly outcomes: Uint8Array | null;
};

/** The twins of every other intake: all of them are scanned, which costs less than an index on them would. */
export async function* earlierTwins(store: Store, intake: number): AsyncIterable<EarlierTwins> {
  const page = (after: number, limit: number) =>
    store.read(
      async (db) =>
        (
          await sql<TwinBatch>`select batch.id, batch.intake, batch.state, batch.attempts, twin.keys, twin.hashes, batch_record.outcomes
            from twin join batch on batch.id = twin.batch left join batch_record on batch_record.batch = twin.batch
            where batch.intake <> ${intake} and batch.id > ${after} order by batch.id limit ${limit}`.execute(
            db,
          )
        ).rows,
    );
  for await (const batch of pages(page, ({ id }) => id, 100)) {
    if (batch.state === 'refused' || (batch.state === 'abandoned' && batch.attempts === 0)) continue;
    let outcomes: readonly StoredOutcome[] | undefined;
    yield {
      intake: batch.intake,
      ...wordsOfTwins(batch),
      stands(index) {
        outcomes ??= unpackOutcomes(batch.outcomes, batch.keys.length / KEY_BYTES);
        const state = outcomes[index]?.[0];
        return state !== 'refused' && state !== 'moved';
      },
    };
  }
}

/** Whether any other intake has twins: a first load meets none. */
export async function hasEarlierTwins(db: Db, intake: number): Promise<boolean> {
  const { rows } =
    await sql`select 1 from twin join batch on batch.id = twin.batch where batch.intake <> ${intake} limit 1`.execute(
      db,
    );
  return rows.length > 0;
}

/** Keys and hashes of a batch as words. */
export function wordsOfTwins({ keys, hashes }: { readonly keys: Uint8Array; readonly hashes: Uint8Array }) {
  return { keys: wordsOf(keys), hashes: wordsOf(hashes) };
}

/** A record by its place in its batch. */
export interface RecordPosition {
  readonly batch: number;
  readonly place: number;
}

/**
 * Frees what cards that are no longer at the provider held: others may have their numbers from now on, and
 * their contacts unless another card of the consumer has them.
 */
export async function freeTwins(
  db: Db,
  dialect: Dialect,
  positions: readonly RecordPosition[],
): Promise<void> {
  const byBatch = Map.groupBy(positions, ({ batch }) => batch);
  // In one order, so that no two processes wait for each other.
  for (const [batch, records] of [...byBatch].sort(([one], [other]) => one - other)) {
    const { rows } = await sql<{ readonly hashes: Uint8Array }>`select hashes from twin where batch = ${batch}
      ${dialect.forUpdate.alone}`.execute(db);
    const [twin] = rows;
    if (twin === undefined) continue;
    const hashes = Uint8Array.from(twin.hashes);
    for (const { place } of records) hashes.fill(0, place * TWIN_BYTES, (place + 1) * TWIN_BYTES);
    await db.updateTable('twin').set({ hashes }).where('batch', '=', batch).execute();
  }
}
