import { sql } from 'kysely';
import { LedgerConflictError } from '../../errors.ts';
import { type RegisterPort } from '../../port/register.ts';
import { DIGEST_BYTES, KEY_BYTES, TWIN_BYTES } from '../../port/digests.ts';
import { storedRecords } from '../batches.ts';
import { present } from '../records.ts';
import type { Store } from '../store.ts';
import { batchById } from '../transitions.ts';
import { keyColumn } from './columns.ts';
import { SortedKeys } from './sorted-keys.ts';
import { SLOTS } from '../store.ts';

/** Batches from before there was a register: they get their keys from whoever holds the secret. */
export function backlogRepository(store: Store): Pick<RegisterPort, 'nextUnregistered' | 'registerBatch'> {
  return {
    nextUnregistered: () =>
      store.read(async (db) => {
        const { rows } = await sql<{ readonly id: number }>`select batch.id from batch
          join batch_record on batch_record.batch = batch.id left join twin on twin.batch = batch.id
          where merged_epoch is null and twin.batch is null order by batch.id limit 1`.execute(db);
        const [next] = rows;
        if (next === undefined) return undefined;
        const batch = await batchById(db, next.id);
        const { records, outcomes } = await storedRecords(db, next.id);
        // Also those that have left it: the keys are as many as the slots.
        return {
          batchId: next.id,
          records: records.map((record, index) => {
            const outcome = outcomes[index] ?? null;
            return present(record, outcome?.[0] === 'moved' ? null : outcome, batch) ?? never();
          }),
        };
      }),
    registerBatch: (batchId, keys) =>
      store.write(async (db) => {
        const batch = await batchById(db, batchId);
        const { records } = await storedRecords(db, batchId);
        if (keys.length !== records.length * KEY_BYTES)
          throw new LedgerConflictError(
            `batch ${batchId} has ${records.length} records, ${keys.length / KEY_BYTES} keys were given`,
          );
        await db
          .insertInto('twin')
          .values({ batch: batchId, keys, hashes: new Uint8Array(records.length * TWIN_BYTES) })
          .execute();
        await db
          .insertInto('batch_digest')
          .values({ batch: batchId, digests: new Uint8Array(records.length * DIGEST_BYTES) })
          .execute();
        const sorted = new SortedKeys();
        sorted.add(batchId, keys, { pass: 0, passes: 1 });
        sorted.sort();
        // Whoever has them in flight already keeps them: before there was a register, two intakes could have
        // one card.
        for (let at = 0; at < sorted.length; at += SLOTS) {
          const count = Math.min(SLOTS, sorted.length - at);
          await sql`insert into claim (k, intake) select slot.k, cast(${batch.intake} as bigint)
            from ${store.dialect.slots(count, [keyColumn(sorted.keys(at, count))])} where true order by slot.i
            on conflict (k) do nothing`.execute(db);
        }
      }),
  };
}

function never(): never {
  throw new Error('a record that has not left its batch is present in it');
}
