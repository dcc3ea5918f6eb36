import type { BatchSelected, Db } from './tables.ts';

/** What others have to be told of a batch. */
export type OutboxBatch = Pick<BatchSelected, 'id' | 'state' | 'not_before'>;

/**
 * Tells other hosts of a batch, in the very transaction that moved it: either both are there or neither. Where one
 * runner looks for its work itself (SQLite), there is nobody to tell.
 */
export interface Outbox {
  /** The batch has come to this state, or its time has changed. Throws to undo a move that was not the teller's to make. */
  moved(db: Db, batch: OutboxBatch): Promise<void>;
  /** The sealed batches of this intake may be sent from now on. */
  ready(db: Db, intake: number): Promise<void>;
}

/** One runner, and nobody beside it. */
export const noOutbox: Outbox = {
  moved: () => Promise.resolve(),
  ready: () => Promise.resolve(),
};
