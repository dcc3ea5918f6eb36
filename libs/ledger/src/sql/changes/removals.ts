import { sql } from 'kysely';
import { LedgerConflictError } from '../../errors.ts';
import type { EnrolledCard, EnrolledKeys, MissingCards } from '../../port/changes.ts';
import { CONSUMER_KEY_BYTES, KEY_BYTES } from '../../port/digests.ts';
import type { Ledger } from '../../port/ledger.ts';
import { intakeById } from '../intakes.ts';
import { pages } from '../pages.ts';
import { keyColumn } from '../register/columns.ts';
import { SortedKeys, type Pass } from '../register/sorted-keys.ts';
import { entryStates } from '../register/states.ts';
import { bytesOf } from './key-bytes.ts';
import { addressOf } from './rows.ts';
import { SLOTS, type Dialect, type Store } from '../store.ts';
import type { Db, IntakeSelected } from '../tables.ts';

/** Keys of one sorted pass: 6 MB. */
const KEYS_PER_PASS = 250_000;
/** Entries of the register read at once. */
const ENTRIES = 10_000;
/** The same where many portions wait for whoever reads them. */
const ENTRIES_AT_ONCE = 500;

/** What a full extract does not have. */
export function removalRepository(
  store: Store,
): Pick<Ledger, 'removeMissing' | 'enrolledKeys' | 'enrolledSize' | 'enrolledCards' | 'addressOf'> {
  return {
    removeMissing: (intakeId, given) => removeMissing(store, intakeId, given),
    enrolledKeys: () => enrolledKeys(store),
    addressOf: (origin) => store.read((db) => addressOf(db, origin)),
    enrolledCards: (consumers) => store.read((db) => enrolledCards(db, store.dialect, consumers)),
    enrolledSize: () =>
      store.read(async (db) => {
        const { rows } = await sql<{ readonly n: number }>`select count(*) as n from register
          where state = ${sql.lit(entryStates.enrolled)}`.execute(db);
        return Number(rows[0]?.n ?? 0);
      }),
  };
}

async function* enrolledKeys(store: Store): AsyncGenerator<EnrolledKeys> {
  for await (const entries of entriesOf(store, { pass: 0, passes: 1 }, ENTRIES_AT_ONCE))
    yield {
      keys: Uint8Array.from(Buffer.concat(entries.map(({ k }) => bytesOf(k)))),
      withoutIds: Uint8Array.from(entries, ({ batch }) => (Number(batch) === 0 ? 1 : 0)),
    };
}

async function enrolledCards(
  db: Db,
  dialect: Dialect,
  consumers: Uint8Array,
): Promise<readonly EnrolledCard[]> {
  const cards: EnrolledCard[] = [];
  for (let from = 0; from < consumers.length; from += SLOTS * KEY_BYTES) {
    const first = consumers.subarray(from, from + SLOTS * KEY_BYTES);
    // The keys of a consumer's cards stand side by side.
    const last = Uint8Array.from(first, (byte, at) => (at % KEY_BYTES < CONSUMER_KEY_BYTES ? byte : 255));
    const slots = dialect.slots(first.length / KEY_BYTES, [
      keyColumn(first),
      { ...keyColumn(last), name: 'e' },
    ]);
    const { rows } = await sql<Entry & { readonly i: number; readonly place: number }>`
      select slot.i, register.k, register.batch, register.place from ${slots}
      join register on register.k between slot.k and slot.e
      where register.state = ${sql.lit(entryStates.enrolled)} order by slot.i, register.k`.execute(db);
    for (const { i, k, batch, place } of rows)
      cards.push({
        index: from / KEY_BYTES + i,
        key: Uint8Array.from(bytesOf(k)),
        origin: { batch: Number(batch), place: Number(place) },
      });
  }
  return cards;
}

async function removeMissing(
  store: Store,
  intakeId: string,
  { present, most }: Parameters<Ledger['removeMissing']>[1],
): Promise<MissingCards> {
  // In a write: who has lost the ledger learns that first.
  const intake = await store.write(async (db) => {
    const found = await intakeById(db, intakeId);
    if (found.state !== 'reading')
      throw new LedgerConflictError(`intake ${intakeId} can remove nothing more: it is ${found.state}`);
    await db.deleteFrom('change').where('intake', '=', found.number).where('row_no', 'is', null).execute();
    return found;
  });
  const given: PresentKeys = {
    count: intake.rows_read,
    async *read() {
      yield present;
      yield* seenKeys(store, intake.number);
    },
  };
  const { missing, withoutIds } = await scan(store, given, () => Promise.resolve());
  await store.write(async (db) => {
    await db.updateTable('intake').set({ missing }).where('number', '=', intake.number).execute();
  });
  if (missing > most) return { missing, removed: 0, withoutIds };
  await scan(store, given, (keys) => store.write((db) => addRemovals(db, store, { intake, keys })));
  return { missing, removed: missing - withoutIds, withoutIds };
}

/** The keys of all rows of an intake, step by step. */
export async function* seenKeys(store: Store, intake: number): AsyncGenerator<Uint8Array> {
  const page = (after: number, limit: number) =>
    store.read((db) =>
      db
        .selectFrom('seen')
        .select(['step', 'keys'])
        .where('intake', '=', intake)
        .where('step', '>', after)
        .orderBy('step')
        .limit(limit)
        .execute(),
    );
  for await (const { keys } of pages(page, ({ step }) => step, 100)) yield keys;
}

/** A card is deleted; its consumer's profile stays, for it may have other cards in it. */
async function addRemovals(
  db: Db,
  store: Store,
  { intake, keys }: { readonly intake: IntakeSelected; readonly keys: Uint8Array },
): Promise<void> {
  const slots = store.dialect.slots(keys.length / KEY_BYTES, [keyColumn(keys)]);
  await sql`insert into change (intake, kind, target, k, batch, place, agreed)
    select cast(${intake.number} as bigint), 'delete-card', register.k, register.k, register.batch,
    register.place, 0
    from ${slots} join register on register.k = slot.k where register.batch > 0 order by slot.k`.execute(db);
}

interface Entry {
  readonly k: unknown;
  readonly batch: number;
}

/** The keys of a full extract, in any order: read once for each pass. */
interface PresentKeys {
  /** About how many there are. */
  readonly count: number;
  readonly read: () => AsyncIterable<Uint8Array>;
}

/**
 * Walks over the enrolled entries of the register in the order of their keys, beside the sorted keys that are
 * present; hands over those that are not, at most `SLOTS` at once.
 */
async function scan(
  store: Store,
  { count, read }: PresentKeys,
  onMissing: (keys: Uint8Array) => Promise<void>,
): Promise<{ readonly missing: number; readonly withoutIds: number }> {
  const passes = Math.max(1, Math.ceil(count / KEYS_PER_PASS));
  const found = { missing: 0, withoutIds: 0 };
  for (let pass = 0; pass < passes; pass++) {
    const sorted = new SortedKeys();
    for await (const keys of read()) sorted.add(0, keys, { pass, passes });
    sorted.sort();
    const keys = Buffer.from(sorted.keys(0, sorted.length).buffer);
    let rank = 0;
    for await (const entries of entriesOf(store, { pass, passes })) {
      const missing: Buffer[] = [];
      for (const { k, batch } of entries) {
        const key = bytesOf(k);
        while (rank < keys.length && keys.compare(key, 0, KEY_BYTES, rank, rank + KEY_BYTES) < 0)
          rank += KEY_BYTES;
        if (rank < keys.length && keys.compare(key, 0, KEY_BYTES, rank, rank + KEY_BYTES) === 0) continue;
        found.missing += 1;
        if (Number(batch) === 0) found.withoutIds += 1;
        missing.push(key);
      }
      for (let from = 0; from < missing.length; from += SLOTS)
        await onMissing(Buffer.concat(missing.slice(from, from + SLOTS)));
    }
  }
  return found;
}

/** The enrolled entries whose keys fall into the pass, in order. */
async function* entriesOf(
  store: Store,
  { pass, passes }: Pass,
  limit: number = ENTRIES,
): AsyncGenerator<readonly Entry[]> {
  const { dialect } = store;
  // The first two bytes decide, as for the sorted keys.
  const border = (of: number) => {
    const key = Buffer.alloc(KEY_BYTES);
    const prefix = Math.ceil((of * 65_536) / passes);
    if (prefix > 65_535) return key.fill(255);
    key.writeUInt16BE(prefix);
    return key;
  };
  const last = border(pass + 1);
  const isLastPass = pass + 1 === passes;
  let after = border(pass);
  let inclusive = true;
  for (;;) {
    const from = inclusive ? sql`k >= ${dialect.key(after)}` : sql`k > ${dialect.key(after)}`;
    const until = isLastPass ? sql`k <= ${dialect.key(last)}` : sql`k < ${dialect.key(last)}`;
    const rows = await store.read(async (db) => {
      const entries = await sql<Entry & { readonly state: number }>`select k, batch, state from register
        where ${from} and ${until} order by k limit ${sql.lit(limit)}`.execute(db);
      return entries.rows;
    });
    yield rows.filter(({ state }) => Number(state) === entryStates.enrolled);
    const end = rows.at(-1);
    if (end === undefined || rows.length < limit) return;
    after = Buffer.from(bytesOf(end.k));
    inclusive = false;
  }
}
