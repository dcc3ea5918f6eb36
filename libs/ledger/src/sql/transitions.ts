import type { batchMoves, BatchState } from '@enrollkit/enrollment';
import { sql } from 'kysely';
import { LedgerConflictError } from '../errors.ts';
import type { Outbox } from './outbox.ts';
import { prepared, type Prepared } from './prepared.ts';
import type { BatchSelected, Db } from './tables.ts';

/**
 * The states from which the moves table allows to reach `To`: a method that names another does not compile.
 */
type Before<To extends BatchState> = {
  [From in BatchState]: To extends (typeof batchMoves)[From][number] ? From : never;
}[BatchState];

/** One move of one batch. */
export interface Move<To extends BatchState> {
  readonly to: To;
  /** The states this method starts from; never empty. */
  readonly from: readonly Before<To>[];
  /** What else changes with it. */
  readonly set?: Partial<MovedColumns>;
  /** Whether the move counts as an attempt to send. */
  readonly countsAttempt?: true;
  /** Whether all records of the batch are refused with it. */
  readonly refusesAll?: true;
}

type MovedColumns = Pick<
  BatchSelected,
  | 'provider_batch_id'
  | 'not_before'
  | 'reason'
  | 'submitted_at'
  | 'sender'
  | 'enrolled'
  | 'refused'
  | 'ended_at'
>;

/** What a move answers of the batch. */
export type MovedBatch = Pick<BatchSelected, 'id' | 'intake' | 'state' | 'not_before' | 'records'>;

/**
 * Moves the batch if its state allows it, or throws `LedgerConflictError`; answers the batch after the move.
 */
export type MoveBatch = <To extends BatchState>(id: number, move: Move<To>) => Promise<MovedBatch>;

/** The only function that changes the state of a batch; in the same transaction the outbox learns of it. */
export async function moveBatch<To extends BatchState>(
  { db, outbox }: { readonly db: Db; readonly outbox: Outbox },
  id: number,
  move: Move<To>,
): Promise<MovedBatch> {
  const update = updateOf(move)(db, { ...move.set, id }).then(({ rows }) => rows[0]);
  const moved = await outbox.moving(db, { id, state: move.to }, update);
  if (moved === undefined) return refuse(db, id, `become ${move.to}, which takes ${move.from.join(' or ')}`);
  return moved;
}

type Update = Prepared<Partial<MovedColumns> & { readonly id: number }, MovedBatch>;

/** Some ten, by what is the same in all moves of one kind. */
const updates = new Map<string, Update>();

function updateOf<To extends BatchState>({
  to,
  from,
  set = {},
  countsAttempt,
  refusesAll,
}: Move<To>): Update {
  const columns = Object.keys(set) as (keyof MovedColumns)[];
  const kind = [to, ...from, ...columns, countsAttempt, refusesAll].join();
  const known = updates.get(kind);
  if (known !== undefined) return known;
  const update: Update = prepared((db, given) =>
    db
      .updateTable('batch')
      .set({
        ...(Object.fromEntries(columns.map((column) => [column, given(column)])) as Partial<MovedColumns>),
        ...(countsAttempt && { attempts: sql<number>`attempts + 1` }),
        ...(refusesAll && { refused: sql<number>`records` }),
        state: to,
      })
      .where('id', '=', given('id'))
      .where('state', 'in', from)
      .returning(['id', 'intake', 'state', 'not_before', 'records']),
  );
  updates.set(kind, update);
  return update;
}

/** A batch by its number; throws `LedgerConflictError` when there is none. */
export async function batchById(db: Db, id: number): Promise<BatchSelected> {
  const row = await db.selectFrom('batch').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new LedgerConflictError(`batch ${id} is not in the ledger`);
  return row;
}

/** Says why a batch cannot do what was asked. */
export async function refuse(db: Db, id: number, asked: string): Promise<never> {
  const { state, external_batch_id: external } = await batchById(db, id);
  throw new LedgerConflictError(`batch ${id} (${external}) cannot ${asked}; it is ${state}`);
}
