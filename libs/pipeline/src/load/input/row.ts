import type { ValidationError, RawRecord, SourcePlace } from '@enrollkit/enrollment';

/** One row as read. Lives in memory only: it may hold a PAN. */
export interface Row {
  readonly place: SourcePlace;
  /** What could be read of its fields; trustworthy unless there are errors. */
  readonly raw: RawRecord;
  /** CSV: the cells, as many as the row has. */
  readonly cells?: readonly string[];
  /** A corrected row: the reference of the row that it corrects. */
  readonly reference?: string;
  /** Why the row is refused as a whole. The rows after it can be trusted. */
  readonly errors?: readonly [ValidationError, ...ValidationError[]];
}

/** Where reading starts: the first row not yet read. A `ReadPosition` of the ledger is one. */
export interface ReadFrom {
  /** Byte offset of that row. */
  readonly offset: number;
  /** Line on which it starts. */
  readonly line: number;
  /** Rows before it. */
  readonly rows: number;
  /** Line on which the last of them starts, where that is known. */
  readonly lastLine?: number;
}
