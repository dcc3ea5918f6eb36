import type { IntakeState, RecordState, Rejection, BatchState } from '@enrollkit/enrollment';
import type { BatchRow } from './batches.ts';
import type { Intake } from './intakes.ts';
import type { LedgerView } from './ledger.ts';
import type { LockPort } from './lock.ts';
import type { AuditEvent } from './maintenance.ts';
import type { RecordRow } from './records.ts';

/** Some of a list. */
export interface Page<Item, Place = number> {
  readonly items: readonly Item[];
  /**
   * Where the next page begins; absent at the end. A page may be empty and have a next one, where few of many
   * fit.
   */
  readonly next?: Place;
}

/** Where a page of a list begins, and how long it may be. */
export interface PageRequest<Place = number> {
  /** `next` of the page before. */
  readonly from?: Place | undefined;
  /** At most so many items. */
  readonly limit: number;
}

/** A batch with what became of its records. */
export interface BrowsedBatch extends BatchRow {
  readonly enrolled: number;
  readonly refused: number;
  /** When it was settled, refused or abandoned. */
  readonly endedAt?: Date;
}

/** A line of the audit trail, with its number: later lines have larger ones. */
export interface NumberedEvent extends AuditEvent {
  readonly id: number;
}

/**
 * A place among the records of an intake: the ledger's number of a batch, and the place among its records.
 */
export interface RecordPlace {
  readonly batch: number;
  readonly place: number;
}

/** Which records are wanted. */
export interface RecordFilter {
  readonly state?: RecordState | undefined;
  /** Why they were refused. */
  readonly code?: string | undefined;
  readonly batchId?: number | undefined;
}

/** How many rows have one code. */
export interface CountedCode {
  readonly code: string;
  readonly count: number;
}

/** What ended in one part of the time. */
export interface Outcomes {
  /** When the part begins. */
  readonly at: Date;
  readonly enrolled: number;
  readonly refused: number;
  readonly abandoned: number;
}

/** Outcomes over time, in parts of one length; parts in which nothing ended are left out. */
export interface OutcomesOverTime {
  /** Milliseconds, at least 1,000. */
  readonly partMs: number;
  readonly parts: readonly Outcomes[];
}

/** How fast an intake moves. */
export interface Pace {
  /** Records that got their outcome in the time that was looked at. */
  readonly records: number;
  /** Milliseconds from the first submission of those, or from the beginning of that time. */
  readonly overMs: number;
}

/** The ledger, page by page: no call reads more than a bounded part of it into memory, and none writes. */
export interface BrowsingPort {
  /** Newest first; `states`: only those. */
  intakePage(page: PageRequest & { readonly states?: readonly IntakeState[] }): Promise<Page<Intake>>;
  /** How many intakes are in each state. */
  intakeCounts(): Promise<Readonly<Record<IntakeState, number>>>;
  /** The batches of an intake as they were made; `state`: only those. */
  batchPage(
    intakeId: string,
    page: PageRequest & { readonly state?: BatchState | undefined },
  ): Promise<Page<BrowsedBatch>>;
  /** Every batch in state `unknown`, of all intakes, as they were made. */
  unknownPage(page: PageRequest): Promise<Page<BrowsedBatch>>;
  /** How many batches are in state `unknown`. */
  unknownCount(): Promise<number>;
  /** A batch by the ledger's number; undefined when it is not one of the intake's. */
  batchOf(intakeId: string, batchId: number): Promise<BrowsedBatch | undefined>;
  /** Records in the order of their batches, each in the batch where it is now. */
  recordPage(
    intakeId: string,
    page: PageRequest<RecordPlace> & RecordFilter,
  ): Promise<Page<RecordRow, RecordPlace>>;
  /** Rejected rows in row order; `code`: only those whose first error it is. */
  rejectionPage(
    intakeId: string,
    page: PageRequest & { readonly code?: string | undefined },
  ): Promise<Page<Rejection>>;
  /** How many rows were rejected by their first error, most frequent first. */
  rejectionCodes(intakeId: string): Promise<readonly CountedCode[]>;
  /**
   * How many records are refused by code, most frequent first; `UNSPECIFIED` where the provider gave none.
   * Reads every batch with any.
   */
  refusalCodes(intakeId: string): Promise<readonly CountedCode[]>;
  /** The time from the first to the last outcome in at most `parts` equal parts. */
  outcomesOverTime(intakeId: string, parts: number): Promise<OutcomesOverTime>;
  /** What ended since then. */
  paceSince(intakeId: string, since: Date, now: Date): Promise<Pace>;
  /** The audit trail, newest first; `intakeId`, `batchId`: only what was done with it. */
  eventPage(
    page: PageRequest & { readonly intakeId?: string | undefined; readonly batchId?: number | undefined },
  ): Promise<Page<NumberedEvent>>;
  /** The number of the last line of the audit trail; 0 when it is empty. */
  lastEvent(): Promise<number>;
}

/** A ledger to look at and to page through, beside a running runner. */
export type LedgerBrowser = LedgerView & BrowsingPort & Pick<LockPort, 'pausedForMs'>;
