import { sql, type RawBuilder } from 'kysely';
import type { DroppedReplacement } from '../../port/changes.ts';
import type { Dialect } from '../store.ts';
import type { Db } from '../tables.ts';
import { bytesOf } from './key-bytes.ts';
import { moveChange } from './moves.ts';
import { consumerTarget } from './rows.ts';

/** Rows of an intake whose records were to take the places of cards. */
interface ReplacingRows {
  readonly intake: number;
  readonly rows: readonly number[];
}

interface Dropped extends DroppedReplacement {
  readonly id: number;
  readonly k: unknown;
}

/**
 * The cards that stayed because the ones that were to take their places were not enrolled. Not those about
 * whose consumers a later intake has something to say: its data are newer.
 */
export async function droppedReplacements(
  db: Db,
  dialect: Dialect,
  { intake, rows }: ReplacingRows,
): Promise<readonly Dropped[]> {
  if (rows.length === 0) return [];
  const { rows: found } = await sql<Dropped>`select id, k, row_no as "row", batch, place from change
    where intake = ${intake} and state = 'dropped' and kind = 'delete-replaced'
    and row_no in (${sql.join(rows)})`.execute(db);
  if (found.length === 0) return [];
  const consumerOf = (k: unknown) => consumerTarget(bytesOf(k));
  const targets = found.flatMap(({ k }) => [bytesOf(k), consumerOf(k)]).map((key) => dialect.key(key));
  const { rows: later } = await sql<{ readonly target: unknown }>`select target from change
    where intake > ${intake} and target in (${sql.join(targets)})`.execute(db);
  const newer = new Set(later.map(({ target }) => consumerOf(target).toString()));
  return found
    .filter(({ k }) => !newer.has(consumerOf(k).toString()))
    .map(({ id, k, row, batch, place }) => ({
      id: Number(id),
      k,
      row: Number(row),
      batch: Number(batch),
      place: Number(place),
    }));
}

/** Has the old cards deleted after all: the records of these rows, which take their places, go out again. */
export async function renewReplacements(db: Db, dialect: Dialect, given: ReplacingRows): Promise<void> {
  for (const { id } of await droppedReplacements(db, dialect, given))
    await moveChange(db, id, {
      to: 'waiting',
      from: ['dropped'],
      set: { not_before: 0, reason: null, ended_at: null },
    });
}

/** Whether the intake will delete the very card of an entry of the register once another takes its place. */
export function isBeingReplaced(intake: number): RawBuilder<boolean> {
  return sql<boolean>`exists (select 1 from change where change.intake = ${intake}
    and change.state = 'waiting' and change.kind = 'delete-replaced' and change.target = register.k
    and change.batch = register.batch and change.place = register.place)`;
}
