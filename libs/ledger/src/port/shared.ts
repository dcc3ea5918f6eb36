import type { BatchRow, SendableBatch } from './batches.ts';
import type { Ledger } from './ledger.ts';

/** What is to be done with a batch: send it, ask about it, or see whether its intake has come to its end. */
export type WorkKind = 'submit' | 'poll' | 'reconcile';

/** One piece of work, given to one worker at a time; given again when that one falls silent. */
export interface Work {
  readonly kind: WorkKind;
  readonly batchId: number;
  /** Names this attempt of it, and no other: what a batch is sent under. */
  readonly owner: string;
  /** Whether somebody was given it before, and did not come to its end. */
  readonly again: boolean;
}

/** How a worker takes its work. */
export interface ConsumerOptions {
  /**
   * Pieces of work of one kind that are taken at a time; whoever handles them decides how many are under way.
   */
  readonly concurrency: number;
  /**
   * Seconds that a piece of work lasts at most: longer than any request. After twice as many it is given to
   * another worker, however lively its own.
   */
  readonly timeoutSeconds: number;
  /** Does one piece of work; what it throws puts the work back, to be tried later and later. */
  readonly handle: (work: Work) => Promise<void>;
  /** Told what goes wrong between the queue and its database; the queue goes on by itself. */
  readonly onError: (error: Error) => void;
}

/** A worker that takes work. */
export interface Consumer {
  /** Takes nothing more, and resolves when what it has taken has ended. */
  stop(): Promise<void>;
}

/**
 * A ledger that many hosts share. Whatever changes a batch also says, in the same transaction, what is to be
 * done with it next; workers on any host take that work, and what a silent one had taken is given to another
 * within 15 seconds.
 */
export interface SharedLedger extends Ledger {
  /** Starts to take work. */
  consume(taking: ConsumerOptions): Promise<Consumer>;
  /**
   * The same ledger for one attempt: what it begins to send, only it can end. A later attempt takes over with
   * `takeOver`, and from then on this one's writes about that batch throw `LedgerBatchLostError`.
   */
  forAttempt(owner: string): Ledger;
  /**
   * `submitting -> unknown`, when the batch was left by an earlier attempt of the same work; answers whether
   * it was.
   */
  takeOver(batchId: number, owner: string): Promise<boolean>;
  /**
   * Gives every waiting batch of a ready intake its work again, and takes over what nobody sends any more;
   * answers how many were taken over.
   */
  requeue(intakeId: string): Promise<number>;
  /** Puts work back that was not begun, to be taken up again after so many milliseconds. */
  release(batchId: number, afterMs: number): Promise<void>;

  /** Whether an intake that is being sent has come to its end: no batch and no change of it is open. */
  hasEnded(intakeId: string): Promise<boolean>;
  /** The batch, by the ledger's number; undefined when it is gone. */
  batch(batchId: number): Promise<BatchRow | undefined>;
  /** The batch with the bytes to send, while it is sealed and its intake ready. */
  sendableBatch(batchId: number): Promise<SendableBatch | undefined>;

  /**
   * Takes the next slot of the one request rate of all hosts, as GCRA with a burst of one: answers the
   * milliseconds to wait for it, by the clock of the database; undefined, and none is taken, while every
   * request is held back.
   */
  acquireSlot(requestsPerSecond: number): Promise<number | undefined>;
}
