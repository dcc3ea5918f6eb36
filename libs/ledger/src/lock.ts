/** Who holds the ledger. */
export interface LockOwner {
  readonly host: string;
  readonly pid: number;
  readonly command: string;
  readonly since: Date;
  readonly heartbeat: Date;
  /** What it was told by a person; absent when it goes on as it is. */
  readonly instruction?: 'pause' | 'stop';
}

/** What a person may tell whoever holds the lock: `pause` (no request leaves any more), `go-on` after that, `stop` (end after what is in flight). */
export type Instruction = 'pause' | 'go-on' | 'stop';

/** What decides how and to whom is sent: whoever works on one ledger must agree in all of it. Nothing in it is secret. */
export interface Terms {
  /** The program's version. */
  readonly version: string;
  /** Dotted path of a setting to its value. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
}

/**
 * As whom a process takes the lock. A ledger in a file has one runner, whatever it comes as. One in a database has either
 * one process that is `alone`, or any number of the others: `loader`s, who set the terms, `worker`s, who follow them, and
 * `operator`s, who send nothing.
 */
export type LockRole =
  | { readonly as: 'alone' | 'operator' }
  | { readonly as: 'loader' | 'worker'; readonly terms: Terms };

/** An intake kept from every other process that would change what it is made of; sending its batches goes on. */
export interface Claim {
  release(): Promise<void>;
}

/** Held for as long as a runner writes. Lost when the heartbeat cannot be written. */
export interface LedgerLock {
  readonly owner: LockOwner;
  /** Aborts when the lock is lost to another runner. */
  readonly lost: AbortSignal;
  /** Aborts when a person tells the holder to stop. */
  readonly stopped: AbortSignal;
  /** Whether a person has told the holder to pause. */
  paused(): boolean;
  /** Claims an intake, one at a time, before its make-up is changed: loading, retry, a decision. Throws `LedgerLockedError` naming the other. */
  claim(intakeId: string): Promise<Claim>;
  release(): Promise<void>;
}
