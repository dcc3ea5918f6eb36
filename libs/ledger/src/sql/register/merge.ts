import { sql } from 'kysely';
import { DIGEST_BYTES, KEY_BYTES, type RegisterPort } from '../../port/register.ts';
import { unpackOutcomes, type StoredOutcome } from '../record-codec.ts';
import { DIGITS, SLOTS, type Dialect, type Store } from '../store.ts';
import type { BatchSelected, Db } from '../tables.ts';
import { digestColumn, keyColumn } from './lookup.ts';
import { SortedKeys } from './sorted-keys.ts';
import { entryStates } from './states.ts';

/** Records merged in one transaction: nobody waits for long. */
const MERGED_AT_ONCE = 10_000;

/** Bringing outcomes into the register. */
export interface Merger extends Pick<RegisterPort, 'mergeSettled'> {
  /** Hears that so many records have ended; merges when enough have come together. */
  ended(records: number): Promise<void>;
}

/** The merger of a store: ended batches wait until they fill a transaction. */
export function createMerger(store: Store): Merger {
  let waiting = 0;
  const mergeSettled = async (): Promise<number> => {
    waiting = 0;
    let merged = 0;
    for (let portion = -1; portion !== 0; merged += portion)
      portion = await store.write((db) => mergePortion(db, store.dialect));
    return merged;
  };
  return {
    mergeSettled,
    async ended(records) {
      waiting += records;
      if (waiting >= MERGED_AT_ONCE) await mergeSettled();
    },
  };
}

type Mergeable = BatchSelected & {
  readonly keys: Uint8Array;
  readonly digests: Uint8Array;
  readonly outcomes: Uint8Array | null;
};

/** Merges the next ended batches, and with them go their claims; answers how many records. The marker is in the same transaction. */
async function mergePortion(db: Db, dialect: Dialect): Promise<number> {
  const batches = await nextBatches(db, dialect);
  if (batches.length === 0) return 0;
  const entries = new Entries();
  for (const batch of batches) entries.add(batch);
  await entries.write(db, dialect);
  const { epoch } = await db
    .updateTable('register_head')
    .set((eb) => ({ epoch: eb('epoch', '+', 1) }))
    .returning('epoch')
    .executeTakeFirstOrThrow();
  const ids = batches.map(({ id }) => id);
  await db.updateTable('batch').set({ merged_epoch: epoch }).where('id', 'in', ids).execute();
  await db.deleteFrom('batch_digest').where('batch', 'in', ids).execute();
  return entries.records;
}

async function nextBatches(db: Db, dialect: Dialect): Promise<readonly Mergeable[]> {
  const found = await db
    .selectFrom('batch')
    .innerJoin('twin', 'twin.batch', 'batch.id')
    .innerJoin('batch_digest', 'batch_digest.batch', 'batch.id')
    .leftJoin('batch_record', 'batch_record.batch', 'batch.id')
    .selectAll('batch')
    .select(['twin.keys', 'batch_digest.digests', 'batch_record.outcomes'])
    .where('merged_epoch', 'is', null)
    .where('state', 'in', ['settled', 'refused', 'abandoned'])
    .orderBy('batch.id')
    .limit(100)
    .modifyEnd(dialect.forUpdate.skipping('batch'))
    .execute();
  let records = 0;
  return found.filter((batch, index) => {
    records += batch.keys.length / KEY_BYTES;
    return index === 0 || records <= MERGED_AT_ONCE;
  });
}

/** So many entries from a rank on. */
interface Portion {
  readonly at: number;
  readonly count: number;
}

/** Entries of several batches, to be written in the order of their keys. */
class Entries {
  readonly #sorted = new SortedKeys();
  readonly #batches = new Map<
    number,
    { readonly batch: Mergeable; readonly outcomes: readonly StoredOutcome[] }
  >();

  get records(): number {
    return this.#sorted.length;
  }

  add(batch: Mergeable): void {
    const outcomes = unpackOutcomes(batch.outcomes, batch.keys.length / KEY_BYTES);
    this.#batches.set(batch.id, { batch, outcomes });
    this.#sorted.add(batch.id, batch.keys, { pass: 0, passes: 1 });
  }

  async write(db: Db, dialect: Dialect): Promise<void> {
    this.#sorted.sort();
    for (let at = 0; at < this.#sorted.length; at += SLOTS) {
      const count = Math.min(SLOTS, this.#sorted.length - at);
      await this.#upsert(db, dialect, { at, count });
      await this.#release(db, dialect, { at, count });
    }
  }

  async #upsert(db: Db, dialect: Dialect, { at, count }: Portion): Promise<void> {
    const keys: Uint8Array[] = [];
    const digests: Uint8Array[] = [];
    let meta = '';
    const sorted = this.#sorted.keys(at, count);
    for (let slot = 0; slot < count; slot++) {
      const { batch: id, index } = this.#sorted.place(at + slot);
      const known = this.#batches.get(id);
      const state = known && entryState(known.batch, known.outcomes[index] ?? null);
      if (known === undefined || state === undefined) continue;
      keys.push(sorted.subarray(slot * KEY_BYTES, (slot + 1) * KEY_BYTES));
      digests.push(known.batch.digests.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES));
      meta += `${digits(id)}${digits(index)}${digits(state)}`;
    }
    if (keys.length === 0) return;
    const numbers = Buffer.from(meta, 'latin1');
    const slots = dialect.slots(keys.length, [
      keyColumn(Buffer.concat(keys)),
      digestColumn(Buffer.concat(digests)),
      { names: ['batch', 'place', 'state'], bytes: numbers, type: 'numbers' },
    ]);
    // What was agreed stays agreed, whatever was refused later; and what may be enrolled does not become refused.
    await sql`insert into register (k, batch, place, state, d) select slot.k, slot.batch, slot.place, slot.state, slot.d from ${slots} where true
      on conflict (k) do update set batch = excluded.batch, place = excluded.place, state = excluded.state, d = excluded.d
      where excluded.state = ${sql.lit(entryStates.enrolled)} or register.state = ${sql.lit(entryStates.refused)}`.execute(
      db,
    );
  }

  async #release(db: Db, dialect: Dialect, { at, count }: Portion): Promise<void> {
    const claims = Map.groupBy(
      Array.from({ length: count }, (_, slot) => slot),
      (slot) => this.#batches.get(this.#sorted.place(at + slot).batch)?.batch.intake ?? 0,
    );
    const sorted = this.#sorted.keys(at, count);
    for (const [intake, of] of claims) {
      const keys = Buffer.concat(of.map((slot) => sorted.subarray(slot * KEY_BYTES, (slot + 1) * KEY_BYTES)));
      await sql`delete from claim where intake = ${intake} and k in (select slot.k from ${dialect.slots(of.length, [keyColumn(keys)])})`.execute(
        db,
      );
    }
  }
}

function digits(value: number): string {
  return String(value).padStart(DIGITS, '0');
}

/** What an outcome says of the card; undefined when it says nothing: it never left, or went on in a later generation. */
function entryState(batch: BatchSelected, outcome: StoredOutcome): number | undefined {
  if (outcome?.[0] === 'moved') return undefined;
  if (outcome?.[0] === 'enrolled') return entryStates.enrolled;
  if (outcome?.[0] === 'refused')
    return outcome[3] === 'RESULT_MISSING' ? entryStates.unresolved : entryStates.refused;
  if (batch.state === 'refused') return entryStates.refused;
  return batch.attempts > 0 ? entryStates.unresolved : undefined;
}
