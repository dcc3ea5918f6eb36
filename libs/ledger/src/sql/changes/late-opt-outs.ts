import { sql } from 'kysely';
import { KEY_BYTES } from '../../port/digests.ts';
import { intakeById } from '../intakes.ts';
import { pages } from '../pages.ts';
import { consumerRange } from '../register/consumer-range.ts';
import { entryStates } from '../register/states.ts';
import { SLOTS, type Dialect, type Store } from '../store.ts';
import type { Db, IntakeSelected } from '../tables.ts';
import { bytesOf } from './key-bytes.ts';
import { optedOut } from './opt-outs.ts';
import { seenKeys } from './removals.ts';
import { consumerTarget } from './rows.ts';

/** Whether anybody opted out since an intake was begun that is not settled yet. */
export async function hasLateOptOuts(db: Db, intakeId: string): Promise<boolean> {
  const { created_at: begun, state } = await intakeById(db, intakeId);
  if (state !== 'ready') return false;
  const { rows } = await sql`select 1 from opt_out where at >= ${begun} limit 1`.execute(db);
  return rows.length > 0;
}

/**
 * Has the cards of an intake deleted that are enrolled although they, or their consumers, opted out while
 * it was on its way; answers how many. With the last card of a consumer goes the profile.
 */
export async function removeOptedOut(store: Store, intakeId: string): Promise<number> {
  const intake = await store.read((db) => intakeById(db, intakeId));
  let removed = 0;
  for await (const keys of keysOf(store, intake.number))
    for (let from = 0; from < keys.length; from += SLOTS * KEY_BYTES) {
      const portion = keys.subarray(from, from + SLOTS * KEY_BYTES);
      const gone = await store.read((db) =>
        optedOut(db, store.dialect, { keys: portion, count: portion.length / KEY_BYTES }),
      );
      for (const index of gone) {
        const key = portion.subarray(index * KEY_BYTES, (index + 1) * KEY_BYTES);
        removed += await store.write((db) => addDeletion(db, store.dialect, { intake, key }));
      }
    }
  return removed;
}

/** The keys of all rows of an intake, whatever became of them, and of the cards that it changes. */
async function* keysOf(store: Store, intake: number): AsyncGenerator<Uint8Array> {
  yield* seenKeys(store, intake);
  const changes = (after: number, limit: number) =>
    store.read((db) =>
      db
        .selectFrom('change')
        .select(['id', 'k'])
        .where('intake', '=', intake)
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute(),
    );
  for await (const { k } of pages(changes, ({ id }) => Number(id), SLOTS)) yield bytesOf(k);
}

/** Unless it was made before. Answers how many were made: 1 or 0. */
async function addDeletion(
  db: Db,
  dialect: Dialect,
  { intake, key }: { readonly intake: IntakeSelected; readonly key: Uint8Array },
): Promise<number> {
  const consumer = consumerTarget(key);
  const { rows: left } = await sql`select 1 from register where ${consumerRange(dialect, key)}
    and state = ${sql.lit(entryStates.enrolled)} and not exists (select 1 from opt_out
    where opt_out.k in (register.k, ${dialect.key(consumer)})) limit 1`.execute(db);
  const [kind, target] =
    left.length === 0 ? (['delete-profile', consumer] as const) : (['delete-card', key] as const);
  const { numAffectedRows = 0n } =
    await sql`insert into change (intake, kind, target, k, batch, place, agreed)
    select cast(${intake.number} as bigint), cast(${kind} as text), ${dialect.key(target)}, register.k,
    register.batch, register.place, 0
    from register where k = ${dialect.key(key)} and state = ${sql.lit(entryStates.enrolled)} and batch > 0
    and not exists (select 1 from change where intake = ${intake.number} and change.k = register.k
      and kind in ('delete-card', 'delete-profile'))`.execute(db);
  return Number(numAffectedRows);
}
