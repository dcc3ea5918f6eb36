import { sql } from 'kysely';
import { TWIN_BYTES } from '../../port/digests.ts';
import type { Dialect } from '../store.ts';
import type { Db } from '../tables.ts';

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
  await rewriteTwins(db, dialect, { positions, rewrite: (slot) => void slot.fill(0) });
}

/** Rewrites the hashes of records, `TWIN_BYTES` each. */
export async function rewriteTwins<Position extends RecordPosition>(
  db: Db,
  dialect: Dialect,
  {
    positions,
    rewrite,
  }: {
    readonly positions: readonly Position[];
    readonly rewrite: (slot: Uint8Array, position: Position) => void;
  },
): Promise<void> {
  const byBatch = Map.groupBy(positions, ({ batch }) => batch);
  // In one order, so that no two processes wait for each other.
  for (const [batch, records] of [...byBatch].sort(([one], [other]) => one - other)) {
    const { rows } = await sql<{ readonly hashes: Uint8Array }>`select hashes from twin where batch = ${batch}
      ${dialect.forUpdate.alone}`.execute(db);
    const [twin] = rows;
    if (twin === undefined) continue;
    const hashes = Uint8Array.from(twin.hashes);
    for (const position of records) {
      const at = position.place * TWIN_BYTES;
      rewrite(hashes.subarray(at, at + TWIN_BYTES), position);
    }
    await db.updateTable('twin').set({ hashes }).where('batch', '=', batch).execute();
  }
}
