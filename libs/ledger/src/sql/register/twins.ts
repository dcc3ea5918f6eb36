import { sql } from 'kysely';
import { KEY_BYTES, TWIN_BYTES } from '../../port/digests.ts';
import type { RegisterPort } from '../../port/register.ts';
import { withoutSlots } from '../batches.ts';
import { pages } from '../pages.ts';
import { unpackOutcomes, type StoredOutcome } from '../record-codec.ts';
import type { Store } from '../store.ts';
import type { BatchSelected, Db } from '../tables.ts';
import { openContacts } from './contacts.ts';
import { wordsOf } from './words.ts';

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

/**
 * Records of another intake that are enrolled or on their way, or whose consumers are to have another
 * contact.
 */
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
          await sql<TwinBatch>`select batch.id, batch.intake, batch.state, batch.attempts, twin.keys,
            twin.hashes, batch_record.outcomes
            from twin join batch on batch.id = twin.batch left
            join batch_record on batch_record.batch = twin.batch
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
  for await (const { places, keys, hashes } of openContacts(store, intake))
    yield { intake: places[0]?.intake ?? noIntake, keys, hashes, stands: () => true };
}

/** Whether any other intake has twins: a first load meets none. */
export async function hasEarlierTwins(db: Db, intake: number): Promise<boolean> {
  const { rows } = await sql`select 1 from twin join batch on batch.id = twin.batch
      where batch.intake <> ${intake} limit 1`.execute(db);
  return rows.length > 0;
}

/** Keys and hashes of a batch as words. */
export function wordsOfTwins({ keys, hashes }: { readonly keys: Uint8Array; readonly hashes: Uint8Array }) {
  return { keys: wordsOf(keys), hashes: wordsOf(hashes) };
}
