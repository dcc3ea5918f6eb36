/** Who holds the ledger. */
export interface LockOwner {
  readonly host: string;
  readonly pid: number;
  /** Random, for two processes of one host name and pid; absent when an older version wrote it. */
  readonly processId?: string;
  readonly command: string;
  readonly since: Date;
  readonly heartbeat: Date;
  /** What a person instructed it to do; absent when it goes on as it is. */
  readonly instruction?: 'pause' | 'stop';
}

/**
 * What a person may instruct the owner of the lock to do: `pause` (no request leaves any more), `go-on` after
 * that, `stop` (end after what is in flight).
 */
export type Instruction = 'pause' | 'go-on' | 'stop';

/**
 * The settings that decide how and to whom is sent: all processes at work on one ledger must agree on them.
 * Nothing in it is secret.
 */
export interface Terms {
  /** The program's version. */
  readonly version: string;
  /** Dotted path of a setting to its value. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
}

/**
 * As whom a process takes the lock. A ledger in a file has one runner, whatever it comes as. One in a
 * database has either one process that is `alone`, or any number of the others: `loader`s, who set the terms,
 * `worker`s, who follow them, and `operator`s, who send nothing.
 */
export type LockRole =
  | { readonly as: 'alone' | 'operator' }
  | { readonly as: 'loader' | 'worker'; readonly terms: Terms };

/** Exclusive right to change what an intake is made of; its batches can be sent meanwhile. */
export interface Claim {
  release(): Promise<void>;
}

/** Held for as long as a runner writes. Lost when the heartbeat cannot be written. */
export interface LedgerLock {
  readonly owner: LockOwner;
  /** Aborts when the lock is lost to another runner. */
  readonly lost: AbortSignal;
  /** Aborts when a person instructs the owner to stop. */
  readonly stopped: AbortSignal;
  /** Whether a person has instructed the owner to pause. */
  paused(): boolean;
  /**
   * Claims an intake, one at a time, before changing what it is made of: loading, retry, a decision. Throws
   * `LedgerLockedError` naming the other process.
   */
  claim(intakeId: string): Promise<Claim>;
  release(): Promise<void>;
}

/** Who writes, what a person instructs it to do, and the provider's request to wait. */
export interface LockPort {
  /**
   * Takes the lock (alone, if no role is given), or throws `LedgerLockedError` naming the owner, or
   * `LedgerTermsError` naming the setting. A stale owner (heartbeat older than 15 s, or its process gone on
   * this host) is taken over.
   */
  lock(command: string, role?: LockRole): Promise<LedgerLock>;
  /** Who holds the lock now; undefined when no living process does. */
  owner(): Promise<LockOwner | undefined>;
  /**
   * Instructs the owner, from any process or host; it hears of it within a fifth of a heartbeat (1 s).
   * Returns the owner with its instruction, or undefined when no living process holds the lock: then nothing
   * was written. An instruction is forgotten when the lock changes hands, and `stop` is not taken back.
   */
  instruct(instruction: Instruction): Promise<LockOwner | undefined>;
  /**
   * Milliseconds for which every request to the provider is still paused, in this run or by an earlier one.
   */
  pausedForMs(): Promise<number>;
  /**
   * Pauses every request for so many milliseconds, in this run and the next; never shortens an earlier pause.
   */
  pauseFor(ms: number): Promise<void>;
}
