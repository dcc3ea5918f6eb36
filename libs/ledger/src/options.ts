import type { MarkPlace } from './mark-file.ts';
import type { LockTiming } from './sql/lock.ts';

/** How a ledger is opened. */
export interface LedgerOptions extends LockTiming {
  /**
   * Where its high-water mark is kept; without one only this process notices that the ledger went back in
   * time.
   */
  readonly mark?: MarkPlace;
  /** Records merged into the register in one transaction: 10,240. */
  readonly mergedAtOnce?: number;
}
