import type { BatchState, RecordKey, RecordState, Rejection, SourcePlace } from '@enrollkit/enrollment';
import type { ChangeTally } from './changes.ts';
import type { UnsentReason } from './verdicts.ts';

/** What the ledger keeps of a record: no PAN, a masked number and a keyed fingerprint. */
export interface LedgerRecord extends RecordKey {
  readonly place: SourcePlace;
  /** First six and last four digits, the rest masked. */
  readonly maskedPan: string;
  /** Keyed hash of the PAN, 64 hex digits; the key lives outside the ledger. */
  readonly fingerprint: string;
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
  /** Of a refusal: whether sending it again could succeed, as the provider said. */
  readonly recoverable?: boolean;
}

/** A record that was refused in a batch and has left it for a later generation. */
export interface FormerRecord extends RecordKey {
  readonly line: number;
  /** Why it was refused there. */
  readonly code?: string;
}

/** Sums that must add up: rows = rejected + records + the sum of unsent, records = the sum of the rest. */
export interface Tally {
  readonly rows: number;
  readonly rejected: number;
  /** Rows not sent because of the register, by reason. */
  readonly unsent: Readonly<Record<UnsentReason, number>>;
  /** Of the unchanged ones, how many each earlier intake enrolled; the empty text stands for an import. */
  readonly unchangedBy: Readonly<Record<string, number>>;
  /** Single requests that change what is enrolled. */
  readonly changes: ChangeTally;
  /** Cards of the register that a full extract does not have; 0 of any other file. */
  readonly missing: number;
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

/** Records, as they are read. */
export interface RecordsPort {
  /** The records of one batch, in order (a batch is bounded). */
  recordsOf(batchId: number): Promise<readonly RecordRow[]>;
  /** The records that have left the batch for a later generation, in order. */
  formerRecordsOf(batchId: number): Promise<readonly FormerRecord[]>;
  tally(intakeId: string): Promise<Tally>;
  /** Streams in row order; memory does not grow. */
  records(intakeId: string, state?: RecordState): AsyncIterable<RecordRow>;
  rejections(intakeId: string): AsyncIterable<Rejection>;
}
