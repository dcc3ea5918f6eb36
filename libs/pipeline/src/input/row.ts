import type { Fault, RawRecord, SourcePlace } from '@enrollkit/enrollment';

/** One row as read: its fields, or what is wrong with the row as a whole. Lives in memory only: it may hold a PAN. */
export type Row = ReadRow | BrokenRow;

/** A row whose fields could be told apart. */
export interface ReadRow {
  readonly place: SourcePlace;
  readonly raw: RawRecord;
  /** CSV: the cells in the order of the header. */
  readonly cells?: readonly string[];
}

/** A row that is refused as a whole; the rows after it can be trusted. */
export interface BrokenRow {
  readonly place: SourcePlace;
  readonly faults: readonly [Fault, ...Fault[]];
  /** What could be read of it, for the rejections file. */
  readonly cells?: readonly string[];
}

/** Where reading starts: the first row not yet read. A `ReadPosition` of the ledger is one. */
export interface ReadFrom {
  /** Byte offset of that row. */
  readonly offset: number;
  /** Line on which it starts. */
  readonly line: number;
  /** Rows before it. */
  readonly rows: number;
}
