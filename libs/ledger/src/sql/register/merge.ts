import { sql } from 'kysely';
import { type RegisterPort } from '../../port/register.ts';
import { DIGEST_BYTES, KEY_BYTES } from '../../port/digests.ts';
import { unpackOutcomes, type StoredOutcome } from '../record-codec.ts';
import { DIGITS, SLOTS, type Dialect, type Store } from '../store.ts';
import type { BatchSelected, Db } from '../tables.ts';
import { digestColumn, keyColumn } from './columns.ts';
import { SortedKeys, type Pass } from './sorted-keys.ts';
import { entryStates } from './states.ts';

/** Records in one transaction: nobody waits for long. */
const MERGED_AT_ONCE = 10 * SLOTS;
/** Records of one sorted pass: 16 MB. */
const RECORDS_PER_PASS = 250_000;
/** Ended records that are merged before their intake is settled. */
const MERGED_EARLY = 1_000_000;
/** Batches read or marked in one statement. */
const BATCHES = 50;

/** Bringing outcomes into the register. */
export interface Merger extends Pick<RegisterPort, 'mergeSettled'> {
  /** Hears that so many records have ended; merges when very many have come together. */
  ended(records: number): Promise<void>;
}

/**
 * The merger of a store. What ended waits for the end of its intake: sorted together it touches each page of
 * the register once.
 */
export function createMerger(store: Store, mergedAtOnce: number = MERGED_AT_ONCE): Merger {
  let waiting = 0;
  const mergeSettled = (): Promise<number> => {
    waiting = 0;
    return merge(store, mergedAtOnce);
  };
  return {
    mergeSettled,
    async ended(records) {
      waiting += records;
      if (waiting >= MERGED_EARLY) await mergeSettled();
    },
  };
}

/**
 * Merges every ended batch that still has its digests, in the order of the keys, chunk by chunk; each chunk
 * takes its claims with it. The batches have the new epoch before the first chunk, and lose their digests
 * after the last one: after a crash in between all of it is done again, and changes nothing that a later
 * batch has written since.
 */
async function merge(store: Store, mergedAtOnce: number): Promise<number> {
  const batches = await store.write(begin);
  if (batches.length === 0) return 0;
  const records = batches.reduce((sum, batch) => sum + batch.records + batch.moved, 0);
  const passes = Math.max(1, Math.ceil(records / RECORDS_PER_PASS));
  for (let pass = 0; pass < passes; pass++) {
    const entries = new Entries();
    for (let from = 0; from < batches.length; from += BATCHES) {
      const ids = batches.slice(from, from + BATCHES).map(({ id }) => id);
      for (const batch of await store.read((db) => mergeable(db, ids))) entries.add(batch, { pass, passes });
    }
    entries.sort();
    for (let at = 0; at < entries.length; at += mergedAtOnce) {
      const to = Math.min(entries.length, at + mergedAtOnce);
      const isOurs = await store.write(async (db) => {
        if (!(await stillOurs(db, store.dialect, batches))) return false;
        await entries.write(db, store.dialect, { at, to });
        return true;
      });
      if (!isOurs) return 0;
    }
  }
  for (let from = 0; from < batches.length; from += BATCHES) {
    const ids = batches.slice(from, from + BATCHES).map(({ id }) => id);
    await store.write((db) => db.deleteFrom('batch_digest').where('batch', 'in', ids).execute());
  }
  return records;
}

type Ended = Pick<BatchSelected, 'id' | 'records' | 'moved' | 'merged_epoch'>;

/**
 * Whether nobody else has begun to merge the same batches. Who comes later takes all of it over, and this one
 * must not go on: the claims that it would give up may belong to a retry by then.
 */
async function stillOurs(db: Db, dialect: Dialect, [first]: readonly Ended[]): Promise<boolean> {
  const { rows } =
    await sql`select id from batch where id = ${first?.id ?? 0} and merged_epoch = ${first?.merged_epoch ?? 0} ${dialect.forUpdate.shared}`.execute(
      db,
    );
  return rows.length === 1;
}

/**
 * Raises the epoch and marks what is to be merged with it: from now on an intake that was read before knows
 * of it.
 */
async function begin(db: Db): Promise<readonly Ended[]> {
  // In this order: few batches have digests.
  const { rows } = await sql<Ended>`select batch.id, batch.records, batch.moved, batch.merged_epoch
    from batch_digest cross join batch where batch.id = batch_digest.batch
    and batch.state in ('settled', 'refused', 'abandoned') order by batch_digest.batch`.execute(db);
  if (rows.length === 0) return [];
  const { epoch } = await db
    .updateTable('register_head')
    .set((eb) => ({ epoch: eb('epoch', '+', 1) }))
    .returning('epoch')
    .executeTakeFirstOrThrow();
  for (let from = 0; from < rows.length; from += BATCHES) {
    const ids = rows.slice(from, from + BATCHES).map(({ id }) => id);
    await db.updateTable('batch').set({ merged_epoch: epoch }).where('id', 'in', ids).execute();
  }
  return rows.map((row) => ({ ...row, merged_epoch: epoch }));
}

type Mergeable = BatchSelected & {
  readonly keys: Uint8Array;
  readonly digests: Uint8Array;
  readonly outcomes: Uint8Array | null;
};

function mergeable(db: Db, ids: readonly number[]): Promise<readonly Mergeable[]> {
  return db
    .selectFrom('batch')
    .innerJoin('twin', 'twin.batch', 'batch.id')
    .innerJoin('batch_digest', 'batch_digest.batch', 'batch.id')
    .leftJoin('batch_record', 'batch_record.batch', 'batch.id')
    .selectAll('batch')
    .select(['twin.keys', 'batch_digest.digests', 'batch_record.outcomes'])
    .where('batch.id', 'in', ids)
    .execute();
}

/** Entries from one rank to before another. */
interface Portion {
  readonly at: number;
  readonly to: number;
}

/** Entries of several batches, to be written in the order of their keys. */
class Entries {
  readonly #sorted = new SortedKeys();
  /** By the number of the entry, like the states. */
  #digests = new Uint8Array(1024 * DIGEST_BYTES);
  /** 0: the outcome says nothing of the card. */
  readonly #states: number[] = [];
  readonly #intakes = new Map<number, number>();

  get length(): number {
    return this.#sorted.length;
  }

  add(batch: Mergeable, pass: Pass): void {
    const count = batch.keys.length / KEY_BYTES;
    // Most batches: their outcomes need not be taken apart to know it.
    const isAllEnrolled = batch.enrolled === count;
    const outcomes = isAllEnrolled ? [] : unpackOutcomes(batch.outcomes, count);
    this.#intakes.set(batch.id, batch.intake);
    for (const index of this.#sorted.add(batch.id, batch.keys, pass)) {
      const entry = this.#states.length;
      if ((entry + 1) * DIGEST_BYTES > this.#digests.length) this.#grow();
      copySlot(batch.digests, index, { into: this.#digests, slot: entry });
      const state = isAllEnrolled ? entryStates.enrolled : entryState(batch, outcomes[index] ?? null);
      this.#states.push(state ?? 0);
    }
  }

  sort(): void {
    this.#sorted.sort();
  }

  /** Writes a portion and gives up its claims, in the order of the keys. */
  async write(db: Db, dialect: Dialect, { at, to }: Portion): Promise<void> {
    for (let from = at; from < to; from += SLOTS) {
      const portion = { at: from, to: Math.min(to, from + SLOTS) };
      await this.#upsert(db, dialect, portion);
      await this.#release(db, dialect, portion);
    }
  }

  async #upsert(db: Db, dialect: Dialect, portion: Portion): Promise<void> {
    const { keys, digests, numbers } = this.#slots(portion);
    if (numbers.length === 0) return;
    const slots = dialect.slots(numbers.length, [
      keyColumn(keys),
      digestColumn(digests),
      {
        names: ['batch', 'place', 'state'],
        bytes: Buffer.from(numbers.join(''), 'latin1'),
        type: 'numbers',
      },
    ]);
    // What was agreed stays agreed, whatever was refused later; what may be enrolled does not become refused;
    // and nothing that a later batch has written is undone.
    await sql`insert into register (k, batch, place, state, d)
      select slot.k, slot.batch, slot.place, slot.state, slot.d from ${slots} where true
      on conflict (k) do update set batch = excluded.batch, place = excluded.place, state = excluded.state, d = excluded.d
      where (excluded.state = ${sql.lit(entryStates.enrolled)} and (register.state not in (${sql.lit(entryStates.enrolled)}, ${sql.lit(entryStates.removed)})
          or excluded.batch > register.batch or (excluded.batch = register.batch and register.state = ${sql.lit(entryStates.enrolled)})))
        or (register.state = ${sql.lit(entryStates.refused)} and excluded.batch >= register.batch)`.execute(
      db,
    );
  }

  /**
   * The entries of a portion as slots. A key that stands twice among them, in an intake and its retry, has
   * one slot: it could not be changed twice in one statement.
   */
  #slots({ at, to }: Portion): { keys: Uint8Array; digests: Uint8Array; numbers: readonly string[] } {
    const keys = new Uint8Array((to - at) * KEY_BYTES);
    const digests = new Uint8Array((to - at) * DIGEST_BYTES);
    const numbers: string[] = [];
    let last = -1;
    for (let rank = at; rank < to; rank++) {
      const entry = this.#sorted.entry(rank);
      const state = this.#states[entry] ?? 0;
      if (state === 0) continue;
      const isSame = last >= at && this.#sorted.isSame(last, rank);
      if (isSame && !this.#isLater(rank, last)) continue;
      const slot = isSame ? numbers.length - 1 : numbers.length;
      const { batch, index } = this.#sorted.place(rank);
      this.#sorted.copyKey(rank, keys, slot);
      copySlot(this.#digests, entry, { into: digests, slot });
      numbers[slot] = `${digits(batch)}${digits(index)}${digits(state)}`;
      last = rank;
    }
    return { keys, digests, numbers };
  }

  /**
   * Whether the outcome at a rank is the one that counts beside another of the same card: what was agreed,
   * then the later.
   */
  #isLater(rank: number, other: number): boolean {
    const isAgreed = (of: number) => this.#states[this.#sorted.entry(of)] === entryStates.enrolled;
    if (isAgreed(rank) !== isAgreed(other)) return isAgreed(rank);
    return this.#sorted.place(rank).batch > this.#sorted.place(other).batch;
  }

  async #release(db: Db, dialect: Dialect, { at, to }: Portion): Promise<void> {
    const ranksOf = new Map<number, number[]>();
    for (let rank = at; rank < to; rank++) {
      const intake = this.#intakes.get(this.#sorted.place(rank).batch) ?? 0;
      const ranks = ranksOf.get(intake);
      if (ranks === undefined) ranksOf.set(intake, [rank]);
      else ranks.push(rank);
    }
    for (const [intake, ranks] of ranksOf) {
      const keys = new Uint8Array(ranks.length * KEY_BYTES);
      for (const [slot, rank] of ranks.entries()) this.#sorted.copyKey(rank, keys, slot);
      await sql`delete from claim where intake = ${intake} and k in (select slot.k from ${dialect.slots(ranks.length, [keyColumn(keys)])})`.execute(
        db,
      );
    }
  }

  #grow(): void {
    const digests = new Uint8Array(this.#digests.length * 2);
    digests.set(this.#digests);
    this.#digests = digests;
  }
}

/** Copies the digests in one slot to another. */
function copySlot(
  from: Uint8Array,
  index: number,
  { into, slot }: { readonly into: Uint8Array; readonly slot: number },
): void {
  const [at, to] = [index * DIGEST_BYTES, slot * DIGEST_BYTES];
  for (let byte = 0; byte < DIGEST_BYTES; byte++) into[to + byte] = from[at + byte] ?? 0;
}

function digits(value: number): string {
  return String(value).padStart(DIGITS, '0');
}

/**
 * What an outcome says of the card; undefined when it says nothing: it never left, or went on in a later
 * generation.
 */
function entryState(batch: BatchSelected, outcome: StoredOutcome): number | undefined {
  if (outcome?.[0] === 'moved') return undefined;
  if (outcome?.[0] === 'enrolled') return entryStates.enrolled;
  if (outcome?.[0] === 'refused')
    return outcome[3] === 'RESULT_MISSING' ? entryStates.unresolved : entryStates.refused;
  if (batch.state === 'refused') return entryStates.refused;
  return batch.attempts > 0 ? entryStates.unresolved : undefined;
}
