import { sql } from 'kysely';
import { KEY_BYTES, TWIN_BYTES } from '../../port/digests.ts';
import { SLOTS, type Dialect } from '../store.ts';
import type { Db } from '../tables.ts';
import { keyColumn } from './columns.ts';
import { entryStates } from './states.ts';
import { rewriteTwins, type RecordPosition } from './rewrite-twins.ts';

const HASH = TWIN_BYTES / 3;

/** Where cards stand now, and before. */
interface Moved extends RecordPosition {
  readonly by: RecordPosition;
}

/**
 * Cards that were enrolled anew on purpose stand in two batches: the number and the contact that both have is
 * that of the later one from now on, so that nothing of the earlier one is left once the card is removed. To
 * be called before the register points to the later one.
 */
export async function freeFormer(
  db: Db,
  dialect: Dialect,
  { keys, places }: { readonly keys: Uint8Array; readonly places: readonly RecordPosition[] },
): Promise<void> {
  const moved = await movedOf(db, dialect, { keys, places });
  if (moved.length === 0) return;
  const later = new Map<number, Uint8Array | undefined>();
  for (const { by } of moved)
    if (!later.has(by.batch))
      later.set(
        by.batch,
        (await db.selectFrom('twin').select('hashes').where('batch', '=', by.batch).executeTakeFirst())
          ?.hashes,
      );
  await rewriteTwins(db, dialect, {
    positions: moved,
    rewrite: (slot, { by }) => {
      const twin = later.get(by.batch)?.subarray(by.place * TWIN_BYTES, (by.place + 1) * TWIN_BYTES);
      if (twin === undefined) return;
      for (const [from, to] of [
        [0, 2 * HASH],
        [2 * HASH, TWIN_BYTES],
      ] as const)
        if (Buffer.compare(slot.subarray(from, to), twin.subarray(from, to)) === 0) slot.fill(0, from, to);
    },
  });
}

async function movedOf(
  db: Db,
  dialect: Dialect,
  { keys, places }: { readonly keys: Uint8Array; readonly places: readonly RecordPosition[] },
): Promise<readonly Moved[]> {
  const moved: Moved[] = [];
  for (let from = 0; from < places.length; from += SLOTS) {
    const portion = places.slice(from, from + SLOTS);
    const slots = dialect.slots(portion.length, [
      keyColumn(keys.subarray(from * KEY_BYTES, (from + portion.length) * KEY_BYTES)),
    ]);
    const { rows } = await sql<
      RecordPosition & { readonly i: number }
    >`select slot.i, register.batch, register.place
      from ${slots} join register on register.k = slot.k
      where register.state = ${sql.lit(entryStates.enrolled)} and register.batch > 0`.execute(db);
    for (const { i, batch, place } of rows) {
      const by = portion[i];
      if (by !== undefined && by.batch !== Number(batch))
        moved.push({ batch: Number(batch), place: Number(place), by });
    }
  }
  return moved;
}
