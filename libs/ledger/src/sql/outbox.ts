import type { BatchSelected, Db } from './tables.ts';

/** What other hosts need to know of a batch. */
export type OutboxBatch = Pick<BatchSelected, 'id' | 'state' | 'not_before'>;

/**
 * Announces to other hosts what is to be done with a batch, in the very transaction that changed it: either
 * both are there or neither. Where one runner looks for its work itself (SQLite), the outbox is empty.
 */
export interface Outbox {
  /**
   * A batch moves to a state by `update`, which answers it, or undefined when it could not: says so beside
   * it, and answers the same. Throws to undo a move that another attempt owns.
   */
  moving<Moved extends OutboxBatch>(
    db: Db,
    move: Pick<OutboxBatch, 'id' | 'state'>,
    update: Promise<Moved | undefined>,
  ): Promise<Moved | undefined>;
  /** The time of a batch has changed, or it is new. */
  due(db: Db, batch: OutboxBatch): Promise<void>;
  /** Forgets which attempt sends the batch: that attempt is over. */
  takenOver(db: Db, batchId: number): Promise<void>;
  /** The sealed batches of this intake may be sent from now on. */
  ready(db: Db, intake: number): Promise<void>;
}

/** One runner, and nobody beside it. */
export const noOutbox: Outbox = {
  moving: (_db, _move, update) => update,
  due: () => Promise.resolve(),
  takenOver: () => Promise.resolve(),
  ready: () => Promise.resolve(),
};
