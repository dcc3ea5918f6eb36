import type { IntakeState, Rejection, SealedBody } from '@enrollkit/enrollment';
import type { SealedBatch } from './batches.ts';
import type { NewChange } from './changes.ts';
import type { LoadingFindings, LoadingRules, UnsentRow, Withdrawal } from './verdicts.ts';

/**
 * What makes an intake: one input under one environment and programme, compared with one state of the
 * register.
 */
export interface IntakeIdentity {
  /** Hex, derived from digest, environment, programme and the register's epoch. */
  readonly id: string;
  /** SHA-256 of the input's bytes, hex. */
  readonly digest: string;
  /** `srcClientId` + `serviceId`, or `directoryId`. */
  readonly programme: string;
  /** Base URL of the provider's API; absent in intakes of older ledgers. */
  readonly environment?: string;
  /** Path as given, for a person; `-` for standard input. */
  readonly source: string;
  readonly bytes: number;
  readonly format: 'csv' | 'ndjson';
  /** Records per batch; fixed once it is ready, because batches are derived from it. */
  readonly batchSize: number;
  /** Digest of every setting that decides how a row is read; fixed likewise. */
  readonly readingDigest: string;
  /** Under which rules it is read, where they are not the plain ones; another text makes another intake. */
  readonly variant?: string;
}

/** How an intake is read, so far as its batches follow from it; fixed as soon as it is ready. */
export type IntakeReading = Pick<IntakeIdentity, 'format' | 'batchSize' | 'readingDigest'>;

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
  /** The register's epoch when its reading began. */
  readonly epoch: number;
  /** When its rows were purged; only its sums remain. */
  readonly purgedAt?: Date;
}

/**
 * One step of reading: a batch (or none), the rows before `position` that are not sent, and the position; one
 * transaction.
 */
export interface ReadStep {
  readonly intakeId: string;
  readonly batch?: SealedBatch;
  readonly rejections: readonly Rejection[];
  /** Rows that the register says must not be sent. */
  readonly unsent?: readonly UnsentRow[];
  /**
   * What brings changed rows to the provider: those of `unsent` that are `applied`, and records that replace
   * a card.
   */
  readonly changes?: readonly NewChange[];
  /** How many rows are enrolled and unchanged, by the intake that enrolled them. */
  readonly unchanged?: Readonly<Record<string, number>>;
  /** Keys of all rows of this step in row order, `KEY_BYTES` each; zeroes for a row without a valid key. */
  readonly keys: Uint8Array;
  /**
   * What each of these rows says of its consumer, as a keyed hash of `HASH_BYTES`; zeroes where it is not
   * known.
   */
  readonly identities: Uint8Array;
  /** Lines of the same rows. */
  readonly lines: Uint32Array;
  readonly position: ReadPosition;
}

/** Intakes: made once, read step by step, cleared of duplicates, and moved `reading -> ready -> settled`. */
export interface IntakesPort {
  /**
   * Finds the intake by id, or makes it. Throws `LedgerConflictError` when it is another input's, or when it
   * was read to its end with another batch size or other reading settings.
   */
  openIntake(identity: IntakeIdentity): Promise<Intake>;
  findIntake(id: string): Promise<Intake | undefined>;
  /** Newest first. */
  listIntakes(): Promise<readonly Intake[]>;

  /**
   * Writes one reading step. It must continue what is there: `position.rows` less its own rows is what the
   * intake holds. The bytes of the body are the ledger's from then on.
   */
  commitRead(step: ReadStep): Promise<void>;
  /**
   * Ends the loading, set-wise: keys that occur twice in the input, consumers with two identities, contacts
   * and card numbers under several consumers, in the input and against the register. Safe to call again.
   */
  finishLoading(intakeId: string, rules?: LoadingRules): Promise<LoadingFindings>;
  /** Rows that must leave the first batch that has any (bounded); empty when none are left. */
  nextWithdrawals(intakeId: string): Promise<readonly Withdrawal[]>;
  /** Takes rows out of those whose changes are applied: they are rejected, and nothing of them is changed. */
  dropChanges(intakeId: string, rejections: readonly Rejection[]): Promise<void>;
  /**
   * Takes rows out of a sealed batch, as rejections or as rows not sent, and gives it the body made of the
   * rest; without a body the batch is empty and is removed.
   */
  dropRecords(
    batchId: number,
    out: { readonly rejections?: readonly Rejection[]; readonly unsent?: readonly UnsentRow[] },
    body?: SealedBody,
  ): Promise<void>;
  /**
   * The intake is read, sealed, free of withdrawals and claimed: it may be sent. Requires `finishLoading`
   * after the last row. What an earlier request about the same consumer could still undo is held back until
   * that request cannot arrive any more; answers until when the last of it waits. With `deletesFirst`, a
   * batch with a card that takes the place of another one is held back until that one's deletion has ended.
   */
  markReady(intakeId: string, how?: { readonly deletesFirst?: boolean }): Promise<Date | undefined>;
  /** Every batch has ended: `ready -> settled`. */
  settleIntake(intakeId: string): Promise<void>;
}
