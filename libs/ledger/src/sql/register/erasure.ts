import { sql } from 'kysely';
import { LedgerConflictError } from '../../errors.ts';
import { type RegisterPort } from '../../port/register.ts';
import { CONSUMER_KEY_BYTES, DIGEST_BYTES, KEY_BYTES, TWIN_BYTES } from '../../port/digests.ts';
import { storedRecords } from '../batches.ts';
import { packIds, packRecords, unpackIds } from '../record-codec.ts';
import { SLOTS, type Dialect, type Store } from '../store.ts';
import type { BatchSelected, Db } from '../tables.ts';
import { consumerRange } from './consumer-range.ts';
import { raiseEpoch } from './epoch.ts';
import { keyColumn } from './columns.ts';
import { unknownDigests } from './lookup.ts';
import { entryStates } from './states.ts';

type Consumer = Parameters<RegisterPort['forget']>[0];

/** Changes of the register that no batch makes: an erasure, an import. */
export function erasureRepository(store: Store): Pick<RegisterPort, 'forget' | 'importEntries'> {
  return {
    forget: async (consumer) => {
      const counts = await store.write((db) => forget(db, store.dialect, consumer));
      await store.read((db) => store.dialect.eraseDeleted(db));
      return counts;
    },
    importEntries: async (keys) => {
      let added = 0;
      for (let from = 0; from < keys.length; from += SLOTS * KEY_BYTES) {
        const portion = keys.subarray(from, from + SLOTS * KEY_BYTES);
        added += await store.write(async (db) => {
          const slots = store.dialect.slots(portion.length / KEY_BYTES, [keyColumn(portion)]);
          const { numAffectedRows = 0n } = await sql`insert into register (k, batch, place, state, d)
            select slot.k, 0, 0, ${sql.lit(entryStates.enrolled)}, ${unknownDigests} from ${slots} where true
            order by slot.k on conflict (k) do nothing`.execute(db);
          if (numAffectedRows > 0n) await raiseEpoch(db);
          return Number(numAffectedRows);
        });
      }
      return added;
    },
  };
}

async function forget(
  db: Db,
  dialect: Dialect,
  { externalConsumerId, consumerKey }: Consumer,
): Promise<{ readonly entries: number; readonly rows: number }> {
  const text = Buffer.from(JSON.stringify(externalConsumerId));
  const { rows: batches } =
    await sql<BatchSelected>`select batch.* from batch_record join batch on batch.id = batch_record.batch
    where ${dialect.contains(sql`batch_record.packed`, text)} order by batch.id`.execute(db);
  let rows = 0;
  for (const batch of batches) rows += await blankRecords(db, batch, externalConsumerId);
  for (const table of ['rejection', 'unsent'] as const) {
    const { numAffectedRows = 0n } = await sql`update ${sql.table(table)}
      set external_consumer_id = '', external_card_id = ''
      where external_consumer_id = ${externalConsumerId}`.execute(db);
    rows += Number(numAffectedRows);
  }
  rows += await blankKeptIds(db, dialect, externalConsumerId);
  await blankTwins(db, dialect, consumerKey);
  const { numAffectedRows: entries = 0n } = await sql`update register
    set batch = 0, place = 0, state = ${sql.lit(entryStates.erased)}, d = ${new Uint8Array(DIGEST_BYTES)}
    where ${consumerRange(dialect, consumerKey)}`.execute(db);
  await raiseEpoch(db);
  return { entries: Number(entries), rows };
}

/** Blanks the consumer's records of a batch; answers how many. */
async function blankRecords(db: Db, batch: BatchSelected, externalConsumerId: string): Promise<number> {
  const { records } = await storedRecords(db, batch.id);
  const mine = records.filter((record) => record.externalConsumerId === externalConsumerId).length;
  if (mine === 0) return 0;
  if (!['settled', 'refused', 'abandoned'].includes(batch.state))
    throw new LedgerConflictError(
      `batch ${batch.external_batch_id} holds records of this consumer and is ${batch.state}; it must end before they can be erased`,
    );
  const unmerged = await db
    .selectFrom('batch_digest')
    .select('batch')
    .where('batch', '=', batch.id)
    .executeTakeFirst();
  if (unmerged !== undefined)
    throw new LedgerConflictError(
      `batch ${batch.external_batch_id} holds records of this consumer and is not in the register yet`,
    );
  const blank = { externalConsumerId: '', externalCardId: '', maskedPan: '', fingerprint: '0'.repeat(64) };
  const { packed, fingerprints } = packRecords(
    records.map((record) =>
      record.externalConsumerId === externalConsumerId ? { ...record, ...blank } : record,
    ),
  );
  await db.updateTable('batch_record').set({ packed, fingerprints }).where('batch', '=', batch.id).execute();
  return mine;
}

/** Blanks what a purge has left of the consumer's cards; answers how many. */
async function blankKeptIds(db: Db, dialect: Dialect, externalConsumerId: string): Promise<number> {
  const text = Buffer.from(JSON.stringify(externalConsumerId));
  const { rows } = await sql<{
    readonly batch: number;
    readonly ids: Uint8Array;
  }>`select batch, ids from kept_ids
    where ${dialect.contains(sql`ids`, text)}`.execute(db);
  let blanked = 0;
  for (const { batch, ids } of rows) {
    const before = unpackIds(ids);
    const after = before.map((of) => (of?.[0] === externalConsumerId ? null : of));
    blanked += after.filter((of, index) => of !== before[index]).length;
    await db
      .updateTable('kept_ids')
      .set({ ids: packIds(after) })
      .where('batch', '=', batch)
      .execute();
  }
  return blanked;
}

/** Blanks the hashes of the consumer's records wherever they are. */
async function blankTwins(db: Db, dialect: Dialect, consumerKey: Uint8Array): Promise<void> {
  const consumer = consumerKey.subarray(0, CONSUMER_KEY_BYTES);
  const { rows } = await sql<{
    readonly batch: number;
    readonly keys: Uint8Array;
    readonly hashes: Uint8Array;
  }>`
    select batch, keys, hashes from twin where ${dialect.contains(sql`keys`, consumer)}`.execute(db);
  for (const { batch, keys, hashes } of rows) {
    const blanked = Uint8Array.from(hashes);
    for (let index = 0; index * KEY_BYTES < keys.length; index++) {
      const own = keys.subarray(index * KEY_BYTES, index * KEY_BYTES + CONSUMER_KEY_BYTES);
      if (Buffer.compare(own, consumer) === 0) blanked.fill(0, index * TWIN_BYTES, (index + 1) * TWIN_BYTES);
    }
    await db.updateTable('twin').set({ hashes: blanked }).where('batch', '=', batch).execute();
  }
}
