import { sql } from 'kysely';
import { CONSUMER_KEY_BYTES, KEY_BYTES } from '../../port/digests.ts';
import type { Ledger } from '../../port/ledger.ts';
import { consumerRange } from '../register/consumer-range.ts';
import { raiseEpoch } from '../register/epoch.ts';
import { isEmpty } from '../register/is-empty.ts';
import { keyColumn } from '../register/columns.ts';
import { entryStates } from '../register/states.ts';
import { SLOTS, type Dialect, type Store } from '../store.ts';
import type { Db } from '../tables.ts';
import { consumerTarget } from './rows.ts';

/** Who does not want to be enrolled, and who wants to again. */
export function optOutRepository(store: Store, now: () => number): Pick<Ledger, 'optOut' | 'optIn'> {
  return {
    optOut: async (keys) => {
      let added = 0;
      for (const portion of portionsOf(keys))
        added += await store.write(async (db) => {
          const slots = store.dialect.slots(portion.length / KEY_BYTES, [keyColumn(portion)]);
          const { numAffectedRows = 0n } = await sql`insert into opt_out (k, at)
            select distinct slot.k, cast(${now()} as bigint) from ${slots} where true order by slot.k
            on conflict (k) do nothing`.execute(db);
          if (numAffectedRows > 0n) await raiseEpoch(db);
          return Number(numAffectedRows);
        });
      return added;
    },
    optIn: async (keys) => {
      let removed = 0;
      for (let at = 0; at < keys.length; at += KEY_BYTES) {
        const key = keys.subarray(at, at + KEY_BYTES);
        removed += await store.write((db) => optIn(db, store.dialect, key));
      }
      return removed;
    },
  };
}

function* portionsOf(keys: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < keys.length; from += SLOTS * KEY_BYTES)
    yield keys.subarray(from, from + SLOTS * KEY_BYTES);
}

async function optIn(db: Db, dialect: Dialect, key: Uint8Array): Promise<number> {
  const isConsumer = key.subarray(CONSUMER_KEY_BYTES).every((byte) => byte === 0);
  const { numAffectedRows = 0n } = isConsumer
    ? // The consent of a person is one for each of their cards, too.
      await sql`delete from opt_out where ${consumerRange(dialect, key, sql`opt_out.k`)}`.execute(db)
    : await sql`delete from opt_out where k = ${dialect.key(key)}`.execute(db);
  if (numAffectedRows === 0n) return 0;
  const mine = isConsumer ? consumerRange(dialect, key) : sql`register.k = ${dialect.key(key)}`;
  await sql`delete from register where ${mine} and state = ${sql.lit(entryStates.removed)}`.execute(db);
  await raiseEpoch(db);
  return 1;
}

/** Which slots of a window belong to somebody who opted out, as a consumer or with this card. */
export async function optedOut(
  db: Db,
  dialect: Dialect,
  { keys, count }: { readonly keys: Uint8Array; readonly count: number },
): Promise<readonly number[]> {
  if (await isEmpty(db, 'opt_out')) return [];
  const consumers = new Uint8Array(keys.length);
  for (let at = 0; at < keys.length; at += KEY_BYTES)
    consumers.set(consumerTarget(keys.subarray(at, at + KEY_BYTES)), at);
  const slots = dialect.slots(count, [keyColumn(keys), { ...keyColumn(consumers), name: 'c' }]);
  const { rows } = await sql<{ readonly i: number }>`
    select slot.i from ${slots} join opt_out on opt_out.k = slot.k union select slot.i from ${slots}
    join opt_out on opt_out.k = slot.c`.execute(db);
  return rows.map(({ i }) => i);
}
