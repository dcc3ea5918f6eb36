import type {
  BatchState,
  IntakeState,
  ProviderReason,
  RecordKey,
  RecordOutcome,
  RecordState,
  Rejection,
  SealedBody,
  SourcePlace,
} from '@enrollkit/enrollment';
import type { Instruction, LedgerLock, LockOwner, LockRole } from './lock.ts';

export type { Claim, Instruction, LedgerLock, LockOwner, LockRole, Terms } from './lock.ts';

/** What makes an intake: one input under one programme. The same file twice is the same intake. */
export interface IntakeIdentity {
  /** Hex, derived from digest and programme. */
  readonly id: string;
  /** SHA-256 of the input's bytes, hex. */
  readonly digest: string;
  /** `srcClientId` + `serviceId`, or `directoryId`. */
  readonly programme: string;
  /** Path as given, for a person; `-` for standard input. */
  readonly source: string;
  readonly bytes: number;
  readonly format: 'csv' | 'ndjson';
  /** Records per batch; frozen at the first reading, because batches are derived from it. */
  readonly batchSize: number;
  /** Digest of every setting that decides how a row is read; frozen likewise. */
  readonly readingDigest: string;
}

/** How far the reading came: everything before it is in the ledger, nothing after. */
export interface ReadPosition {
  /** Byte offset of the first row not yet in the ledger. */
  readonly offset: number;
  /** Line on which that row starts. */
  readonly line: number;
  /** Rows before it. */
  readonly rows: number;
  /** Batches made so far in generation 1. */
  readonly batches: number;
}

/** An intake as the ledger holds it. */
export interface Intake extends IntakeIdentity {
  readonly state: IntakeState;
  readonly position: ReadPosition;
  readonly createdAt: Date;
  /** When its rows were removed; only its sums are there since. */
  readonly purgedAt?: Date;
}

/** How many rows a purge has removed. */
export interface Purged {
  readonly records: number;
  /** What became of records in batches they had left. */
  readonly attempts: number;
  readonly rejections: number;
  readonly batches: number;
}

/** What the ledger keeps of a record: no PAN, a masked number and a keyed fingerprint. */
export interface LedgerRecord extends RecordKey {
  readonly place: SourcePlace;
  /** First six and last four digits, the rest masked. */
  readonly maskedPan: string;
  /** Keyed hash of the PAN, 64 hex digits; the key lives outside the ledger. */
  readonly fingerprint: string;
}

/** A batch on its way into the ledger. */
export interface SealedBatch {
  readonly generation: number;
  readonly position: number;
  readonly body: SealedBody;
  readonly records: readonly LedgerRecord[];
}

/** One step of reading: a batch (or none), the rejections before `position`, and the position; one transaction. */
export interface ReadStep {
  readonly intakeId: string;
  readonly batch?: SealedBatch;
  readonly rejections: readonly Rejection[];
  readonly position: ReadPosition;
}

/** A batch as the ledger holds it. */
export interface BatchRow {
  /** The ledger's own number for it. */
  readonly id: number;
  readonly intakeId: string;
  readonly generation: number;
  readonly position: number;
  readonly externalBatchId: string;
  readonly state: BatchState;
  readonly providerBatchId?: string;
  readonly kid: string;
  /** Records in it. */
  readonly records: number;
  /** Submit attempts made. */
  readonly attempts: number;
  /** Questions asked about it since it was submitted. */
  readonly polls: number;
  /** Of these, answered as finished without naming every record. */
  readonly incomplete: number;
  /** Not to be sent or asked about before. */
  readonly notBefore: Date;
  /** When the last attempt to submit began. */
  readonly submittedAt?: Date;
  readonly reason?: ProviderReason;
}

/** A batch with the bytes to send. */
export interface SendableBatch extends BatchRow {
  readonly body: SealedBody;
}

/** A record as the ledger holds it, joined with its batch. */
export interface RecordRow extends LedgerRecord {
  readonly batchId: number;
  readonly generation: number;
  readonly state: RecordState;
  readonly batchState: BatchState;
  readonly externalBatchId: string;
  readonly providerConsumerId?: string;
  readonly providerCardId?: string;
  readonly code?: string;
  readonly message?: string;
}

/** A record that was refused in a batch and has left it for a later generation. */
export interface FormerRecord extends RecordKey {
  readonly line: number;
  /** Why it was refused there. */
  readonly code?: string;
}

/** A later row with the key of an earlier one. */
export interface DuplicateRow {
  readonly batchId: number;
  readonly place: SourcePlace;
  readonly firstLine: number;
  readonly key: RecordKey;
}

/** Sums that must add up: rows = rejected + records, records = the sum of the rest. */
export interface Tally {
  readonly rows: number;
  readonly rejected: number;
  readonly records: number;
  readonly enrolled: number;
  readonly refused: number;
  readonly abandoned: number;
  /** Records of batches in `unknown`. */
  readonly unknown: number;
  /** Records of batches not yet submitted. */
  readonly waiting: number;
  /** Records of batches submitted and not settled (or in `submitting`). */
  readonly submitted: number;
  /** Batches per state. */
  readonly batches: Readonly<Record<BatchState, number>>;
}

/** What settling a batch came to. */
export interface Settlement {
  /** Whether the batch is settled now; false only with `onMissing: 'wait'`. */
  readonly settled: boolean;
  /** Records of the batch without an outcome. */
  readonly missing: number;
  /** Outcomes for records that were never in the batch. */
  readonly unmatched: number;
}

/** One line of the append-only audit trail. */
export interface AuditEvent {
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly intakeId?: string;
  readonly batchId?: number;
  readonly detail: Readonly<Record<string, string | number | boolean>>;
}

/** Something in the ledger that should not be. */
export interface LedgerFinding {
  /** What does not hold, or what the database says of its own damage. */
  readonly what: string;
  /** Which intake or batch; for damage, the ledger itself. */
  readonly place: string;
  readonly expected?: number;
  readonly found?: number;
}

/**
 * The exactly-once enrollment ledger in domain verbs; `sqlite/` and `postgres/` implement it.
 *
 * Every method is one durable transaction. A ledger that took the lock writes as long as it holds it, and throws
 * `LedgerLockLostError` after that; one that did not take it writes only while nobody else holds it, and throws
 * `LedgerLockedError` otherwise. Looking, `tell` and `appendEvent` are always possible.
 *
 * Every state change is guarded by the moves table of `@enrollkit/enrollment`; a change that the table does not allow
 * throws `LedgerConflictError` and writes nothing. Whatever fails below is a `LedgerStorageError`.
 *
 * The ledger holds the sealed body, a masked number and a keyed fingerprint; never a PAN.
 */
export interface Ledger {
  /**
   * Takes the lock (alone, if no role is given), or throws `LedgerLockedError` naming the holder, or `LedgerTermsError`
   * naming the setting. A stale holder (heartbeat older than 15 s, or its process gone on this host) is taken over.
   */
  lock(command: string, role?: LockRole): Promise<LedgerLock>;
  /** Who holds the lock now; undefined when nobody living does. */
  owner(): Promise<LockOwner | undefined>;
  /**
   * Tells the holder something, from any process or host; it hears of it within a fifth of a heartbeat (1 s). Answers
   * the holder as it is now told, or undefined when nobody living holds the lock: then nothing was written. What a
   * holder was told is forgotten when the lock changes hands, and `stop` is not taken back.
   */
  instruct(instruction: Instruction): Promise<LockOwner | undefined>;

  /** Finds the intake by id, or makes it. Throws `LedgerConflictError` when batch size or reading settings differ from the first reading. */
  openIntake(identity: IntakeIdentity): Promise<Intake>;
  findIntake(id: string): Promise<Intake | undefined>;
  /** Newest first. */
  listIntakes(): Promise<readonly Intake[]>;

  /** Writes one reading step. It must follow what is there: `position.rows` less its own rows is what the intake holds. */
  commitRead(step: ReadStep): Promise<void>;
  /** Ends the loading: looks for keys that come twice. Safe to call again. */
  finishLoading(intakeId: string): Promise<void>;
  /** Later rows of a key that are not yet taken out, of the first batch that has any (bounded); empty when none are left. */
  nextDuplicates(intakeId: string): Promise<readonly DuplicateRow[]>;
  /** The records of one batch, in order (a batch is bounded). */
  recordsOf(batchId: number): Promise<readonly RecordRow[]>;
  /** The records that have left the batch for a later generation, in order. */
  formerRecordsOf(batchId: number): Promise<readonly FormerRecord[]>;
  /** Takes rows out of a sealed batch as rejections and gives it the body made of the rest; without a body the batch is empty and goes. */
  dropRecords(batchId: number, rejections: readonly Rejection[], body?: SealedBody): Promise<void>;
  /** The intake is read, de-duplicated and sealed: it may be sent. Takes a `finishLoading` after the last row. */
  markReady(intakeId: string): Promise<void>;
  /** The highest generation that has a batch; 0 when there is none yet. */
  lastGeneration(intakeId: string): Promise<number>;
  /** Adds a batch of a later generation: its records, which must be refused, leave their old batches; a settled intake is ready again. */
  commitRetry(intakeId: string, batch: SealedBatch): Promise<void>;
  /** Replaces the body of a batch that was never accepted (the provider's key changed). */
  replaceBody(batchId: number, body: SealedBody): Promise<void>;

  /** Sealed batches due now, in order, at most `limit`. */
  sendable(intakeId: string, now: Date, limit: number): Promise<readonly SendableBatch[]>;
  /** `sealed | unknown -> submitting`, before the network call. Counts the attempt. */
  recordIntent(batchId: number, at: Date): Promise<void>;
  /** `submitting | unknown -> submitted`. */
  recordReceipt(batchId: number, providerBatchId: string, askAt: Date): Promise<void>;
  /** `submitting -> sealed`: surely not taken. */
  returnToSealed(batchId: number, notBefore: Date, reason: ProviderReason): Promise<void>;
  /** `submitting -> unknown`. */
  markUnknown(batchId: number, reason: ProviderReason): Promise<void>;
  /** `submitting -> unknown` for every batch a dead process left behind; answers how many. */
  recoverInterrupted(intakeId: string): Promise<number>;
  /** `unknown -> sealed`: policy `resend`, or a person said it was not sent. */
  releaseUnknown(batchId: number, notBefore: Date): Promise<void>;
  /** `submitting | submitted -> refused`; its records are refused with the reason. */
  refuseBatch(batchId: number, reason: ProviderReason): Promise<void>;
  /** Not yet settled -> abandoned; its records too. */
  abandonBatch(batchId: number): Promise<void>;

  /** Submitted batches due to be asked about, longest waiting first, at most `limit`. */
  duePolls(intakeId: string, now: Date, limit: number): Promise<readonly BatchRow[]>;
  /** Counts the question, and its answer if that was finished and `incomplete`, and sets the next one. */
  postpone(batchId: number, notBefore: Date, answer?: 'incomplete'): Promise<void>;
  /**
   * `submitted -> settled`: each outcome is written on its record, by key, and the sealed body dropped. Outcomes without
   * a record are counted and change nothing; of two outcomes with one key `enrolled` wins. Records without an outcome
   * are refused with `RESULT_MISSING`; with `onMissing: 'wait'` nothing is written while there is any.
   */
  settle(
    batchId: number,
    outcomes: readonly RecordOutcome[],
    onMissing?: 'refuse' | 'wait',
  ): Promise<Settlement>;
  /** Every batch has ended: `ready -> settled`. */
  settleIntake(intakeId: string): Promise<void>;

  /** Milliseconds for which every request to the provider is still held back; also what an earlier run was asked for. */
  pausedForMs(): Promise<number>;
  /** Holds every request back for so many milliseconds, in this run and the next; never shortens what was asked before. */
  pauseFor(forMs: number): Promise<void>;

  /** Settled intakes with which nothing has happened since then, and that still have rows; oldest first. */
  purgeable(quietSince: Date): Promise<readonly Intake[]>;
  /**
   * Removes the records, rejections and batches of a settled intake, portion by portion, each a transaction; call it
   * again after a crash. The intake stays with its sums, so that its file is known and nobody is sent again; the audit
   * trail stays whole. Throws `LedgerConflictError` for an intake that is not settled.
   */
  purge(intakeId: string): Promise<Purged>;

  /** Milliseconds for which every request to the provider is still held back; also what an earlier run was asked for. */
  pausedForMs(): Promise<number>;
  /** Holds every request back for so many milliseconds, in this run and the next; never shortens what was asked before. */
  pauseFor(forMs: number): Promise<void>;

  /** When the next sealed or submitted batch is due; undefined when none is left. */
  nextDue(intakeId: string): Promise<Date | undefined>;
  findBatch(intakeId: string, reference: string): Promise<BatchRow | undefined>;
  batchesIn(intakeId: string, state: BatchState): Promise<readonly BatchRow[]>;
  tally(intakeId: string): Promise<Tally>;
  /** Streams in row order; memory does not grow. */
  records(intakeId: string, state?: RecordState): AsyncIterable<RecordRow>;
  rejections(intakeId: string): AsyncIterable<Rejection>;

  /** Looks whether the database is sound and everything in it adds up, as it is at one moment, beside a runner or not; empty when it is. Reads all of it. */
  verify(): Promise<readonly LedgerFinding[]>;
  appendEvent(event: AuditEvent): Promise<void>;
  events(intakeId?: string): AsyncIterable<AuditEvent>;
  close(): Promise<void>;
}

/** What can be asked beside a running runner. */
export type LedgerView = Pick<
  Ledger,
  | 'owner'
  | 'findIntake'
  | 'listIntakes'
  | 'nextDuplicates'
  | 'recordsOf'
  | 'formerRecordsOf'
  | 'sendable'
  | 'duePolls'
  | 'nextDue'
  | 'findBatch'
  | 'batchesIn'
  | 'lastGeneration'
  | 'tally'
  | 'records'
  | 'rejections'
  | 'events'
  | 'verify'
  | 'close'
>;
