import type { batchMoves, BatchState } from '@enrollkit/enrollment';
import type { UpdateObject } from 'kysely';
import { LedgerConflictError } from '../errors.ts';
import type { Outbox } from './outbox.ts';
import type { BatchSelected, Db, Tables } from './tables.ts';

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
  readonly set?: Omit<UpdateObject<Tables, 'batch'>, 'state'>;
}

/**
 * Moves the batch if its state allows it, or throws `LedgerConflictError`; answers the batch after the move.
 */
export type MoveBatch = <To extends BatchState>(id: number, move: Move<To>) => Promise<BatchSelected>;

/** The only function that changes the state of a batch; in the same transaction the outbox learns of it. */
export async function moveBatch<To extends BatchState>(
  { db, outbox }: { readonly db: Db; readonly outbox: Outbox },
  id: number,
  move: Move<To>,
): Promise<BatchSelected> {
  const [moved] = await db
    .updateTable('batch')
    .set({ ...move.set, state: move.to })
    .where('id', '=', id)
    .where('state', 'in', move.from)
    .returningAll()
    .execute();
  if (moved === undefined) return refuse(db, id, `become ${move.to}, which takes ${move.from.join(' or ')}`);
  await outbox.moved(db, moved);
  return moved;
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
