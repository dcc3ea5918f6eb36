import type { BatchState, ProviderReason, RecordOutcome, SealedBody } from '@enrollkit/enrollment';
import type { LedgerRecord } from './records.ts';
import type { RecordDigests } from './digests.ts';

/** A batch on its way into the ledger. */
export interface SealedBatch {
  readonly generation: number;
  readonly position: number;
  readonly body: SealedBody;
  readonly records: readonly LedgerRecord[];
  /** What the register needs of them, in the same order. */
  readonly register: RecordDigests;
}

/** Who recorded the last intent of a batch. */
export interface Sender {
  readonly host: string;
  readonly pid: number;
  /** Random, for two processes of one host name and pid. */
  readonly processId: string;
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
  /** Polls made since it was submitted. */
  readonly polls: number;
  /** Of these, answered as finished without naming every record. */
  readonly incomplete: number;
  /** Not to be sent or polled before. */
  readonly notBefore: Date;
  /** When the last attempt to submit began. */
  readonly submittedAt?: Date;
  /** Who recorded the last intent. */
  readonly sender?: Sender;
  readonly reason?: ProviderReason;
}

/** A batch with the bytes to send. */
export interface SendableBatch extends BatchRow {
  readonly body: SealedBody;
}

/** How the outcomes of a batch met its records, counted by key. */
export interface Settlement {
  /** Whether the batch is settled now; false only with `onMissing: 'wait'`. */
  readonly settled: boolean;
  /** Records without an outcome. */
  readonly missing: number;
  /** Outcomes of records that were never in the batch. */
  readonly unmatched: number;
}

/** Batches: sent, polled and brought to one of their three ends. */
export interface BatchesPort {
  /** Sealed batches due now, in order, at most `limit`. */
  sendable(intakeId: string, now: Date, limit: number): Promise<readonly SendableBatch[]>;
  /** `sealed | unknown -> submitting`, before the network call. Counts the attempt. */
  recordIntent(batchId: number, at: Date): Promise<void>;
  /** `submitting | unknown -> submitted`. */
  recordReceipt(batchId: number, providerBatchId: string, pollAt: Date): Promise<void>;
  /** `submitting -> sealed`: surely not taken. */
  returnToSealed(batchId: number, notBefore: Date, reason: ProviderReason): Promise<void>;
  /** `submitting -> unknown`. */
  markUnknown(batchId: number, reason: ProviderReason): Promise<void>;
  /** `submitting -> unknown` for every batch that a dead process left behind; returns how many. */
  recoverInterrupted(intakeId: string): Promise<number>;
  /**
   * Whether the process that recorded the last intent still runs: `unknown` on another machine that does not
   * work on this ledger now.
   */
  senderAlive(batchId: number): Promise<'alive' | 'dead' | 'unknown'>;
  /** `unknown -> sealed`: policy `resend`, or a person said it was not sent. */
  releaseUnknown(batchId: number, notBefore: Date): Promise<void>;
  /** `submitting | submitted -> refused`; its records are refused with the reason. */
  refuseBatch(batchId: number, reason: ProviderReason): Promise<void>;
  /** Not yet settled -> abandoned; its records too. */
  abandonBatch(batchId: number): Promise<void>;

  /** Submitted batches due to be polled, longest waiting first, at most `limit`. */
  duePolls(intakeId: string, now: Date, limit: number): Promise<readonly BatchRow[]>;
  /** Counts a poll, and its answer if that was finished and `incomplete`, and schedules the next one. */
  postpone(batchId: number, notBefore: Date, answer?: 'incomplete'): Promise<void>;
  /**
   * `submitting | submitted -> settled`: writes each outcome on its record, by key, and drops the sealed
   * body. Outcomes without a record are counted and change nothing. Records without an outcome are refused
   * with `RESULT_MISSING`; with `onMissing: 'wait'` nothing is written while there are any. Of two outcomes
   * with one key `enrolled` wins.
   */
  settle(
    batchId: number,
    outcomes: readonly RecordOutcome[],
    onMissing?: 'refuse' | 'wait',
  ): Promise<Settlement>;

  /** The highest generation that has a batch; 0 when there is none yet. */
  lastGeneration(intakeId: string): Promise<number>;
  /**
   * Adds a batch of a later generation: its records, which must be refused, leave their old batches; a
   * settled intake is ready again.
   */
  commitRetry(intakeId: string, batch: SealedBatch): Promise<void>;
  /** Replaces the body of a batch that was never accepted (the provider's key changed). */
  replaceBody(batchId: number, body: SealedBody): Promise<void>;

  /** When the next sealed or submitted batch is due; undefined when none is left. */
  nextDue(intakeId: string): Promise<Date | undefined>;
  /** By our external id, else by the provider's, else by the ledger's number. */
  findBatch(intakeId: string, reference: string): Promise<BatchRow | undefined>;
  batchesIn(intakeId: string, state: BatchState): Promise<readonly BatchRow[]>;
}
