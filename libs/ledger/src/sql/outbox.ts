import type { BatchSelected, Db } from './tables.ts';

/** What other hosts need to know of a batch. */
export type OutboxBatch = Pick<BatchSelected, 'id' | 'state' | 'not_before'>;

/**
 * Announces to other hosts what is to be done with a batch, in the very transaction that changed it: either
 * both are there or neither. Where one runner looks for its work itself (SQLite), the outbox is empty.
 */
export interface Outbox {
  /**
   * The batch has come to this state, or its time has changed. Throws to undo a move that another attempt
   * owns.
   */
  moved(db: Db, batch: OutboxBatch): Promise<void>;
  /** Forgets which attempt sends the batch: that attempt is over. */
  takenOver(db: Db, batchId: number): Promise<void>;
  /** The sealed batches of this intake may be sent from now on. */
  ready(db: Db, intake: number): Promise<void>;
}

/** One runner, and nobody beside it. */
export const noOutbox: Outbox = {
  moved: () => Promise.resolve(),
  takenOver: () => Promise.resolve(),
  ready: () => Promise.resolve(),
};
