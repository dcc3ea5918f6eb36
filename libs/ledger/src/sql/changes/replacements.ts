import { sql, type RawBuilder } from 'kysely';
import type { DroppedReplacement } from '../../port/changes.ts';
import type { Db } from '../tables.ts';
import { moveChange } from './moves.ts';

/** The cards that stayed because the ones that were to take their places were not enrolled. */
export async function droppedReplacements(
  db: Db,
  { intake, rows }: { readonly intake: number; readonly rows: readonly number[] },
): Promise<readonly (DroppedReplacement & { readonly id: number })[]> {
  if (rows.length === 0) return [];
  const { rows: found } = await sql<DroppedReplacement & { readonly id: number }>`
    select id, row_no as "row", batch, place from change where intake = ${intake}
    and kind = 'delete-replaced' and state = 'dropped'
    and row_no in (${sql.join(rows)}) order by id`.execute(db);
  return found.map(({ id, row, batch, place }) => ({
    id: Number(id),
    row: Number(row),
    batch: Number(batch),
    place: Number(place),
  }));
}

/** Has the old cards deleted after all: the records of these rows, which take their places, go out again. */
export async function renewReplacements(
  db: Db,
  given: { readonly intake: number; readonly rows: readonly number[] },
): Promise<void> {
  for (const { id } of await droppedReplacements(db, given))
    await moveChange(db, id, {
      to: 'waiting',
      from: ['dropped'],
      set: { not_before: 0, reason: null, ended_at: null },
    });
}

/** Of an entry of the register: whether the intake will delete this very card once another takes its place. */
export function isBeingReplaced(intake: number): RawBuilder<boolean> {
  return sql<boolean>`exists (select 1 from change where change.intake = ${intake}
    and change.kind = 'delete-replaced' and change.state = 'waiting' and change.k = register.k
    and change.batch = register.batch and change.place = register.place)`;
}
