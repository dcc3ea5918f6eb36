import type { Ledger, LedgerOptions } from '@enrollkit/ledger';

/** One empty ledger of one kind, for one test. */
export interface Place extends AsyncDisposable {
  /** What `child.ts` opens: a path or a database address. */
  readonly address: string;
  /**
   * Opens the ledger; every call is another connection to the same one. Closed when the place is disposed.
   */
  open(options?: LedgerOptions): Promise<Ledger>;
  /** Everything the database keeps on disk. */
  bytesAtRest(): Promise<Buffer>;
}

/** Makes an empty place. */
export type NewPlace = () => Promise<Place>;
