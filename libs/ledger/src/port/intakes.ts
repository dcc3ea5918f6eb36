import type { IntakeState, RecordKey, Rejection, SealedBody, SourcePlace } from '@enrollkit/enrollment';
import type { SealedBatch } from './batches.ts';

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
  /** When its rows were purged; only its sums remain. */
  readonly purgedAt?: Date;
}

/** One step of reading: a batch (or none), the rejections before `position`, and the position; one transaction. */
export interface ReadStep {
  readonly intakeId: string;
  readonly batch?: SealedBatch;
  readonly rejections: readonly Rejection[];
  readonly position: ReadPosition;
}

/** A later row with the key of an earlier one. */
export interface DuplicateRow {
  readonly batchId: number;
  readonly place: SourcePlace;
  readonly firstLine: number;
  readonly key: RecordKey;
}

/** Intakes: made once, read step by step, cleared of duplicates, and moved `reading -> ready -> settled`. */
export interface IntakesPort {
  /** Finds the intake by id, or makes it. Throws `LedgerConflictError` when batch size or reading settings differ from the first reading. */
  openIntake(identity: IntakeIdentity): Promise<Intake>;
  findIntake(id: string): Promise<Intake | undefined>;
  /** Newest first. */
  listIntakes(): Promise<readonly Intake[]>;

  /** Writes one reading step. It must continue what is there: `position.rows` less its own rows is what the intake holds. */
  commitRead(step: ReadStep): Promise<void>;
  /** Ends the loading: looks for keys that occur twice. Safe to call again. */
  finishLoading(intakeId: string): Promise<void>;
  /** Later rows of a key that are not yet taken out, of the first batch that has any (bounded); empty when none are left. */
  nextDuplicates(intakeId: string): Promise<readonly DuplicateRow[]>;
  /** Takes rows out of a sealed batch as rejections and gives it the body made of the rest; without a body the batch is empty and is removed. */
  dropRecords(batchId: number, rejections: readonly Rejection[], body?: SealedBody): Promise<void>;
  /** The intake is read, free of duplicates and sealed: it may be sent. Requires `finishLoading` after the last row. */
  markReady(intakeId: string): Promise<void>;
  /** Every batch has ended: `ready -> settled`. */
  settleIntake(intakeId: string): Promise<void>;
}
