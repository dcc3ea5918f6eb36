import type { Intake } from './intakes.ts';

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

/** How many rows a purge has removed. */
export interface Purged {
  readonly records: number;
  /** Outcomes of records in batches they had left. */
  readonly attempts: number;
  readonly rejections: number;
  /** Batches that were emptied. */
  readonly batches: number;
}

/** Retention, the audit trail, and the ledger's own soundness. */
export interface MaintenancePort {
  /** Settled intakes with which nothing has happened since then, and that still have rows; oldest first. */
  purgeable(quietSince: Date): Promise<readonly Intake[]>;
  /**
   * Removes the records and rejections of a settled intake, portion by portion, each a transaction; call it
   * again after a crash. The intake stays with its sums and its empty batches, the register with its entries,
   * so that nobody is sent again; the audit trail stays whole. Throws `LedgerConflictError` for an intake
   * that is not settled.
   */
  purge(intakeId: string): Promise<Purged>;
  /**
   * Checks that the database is sound and everything in it adds up, as of one moment, beside a runner or not;
   * empty when it does. Reads all of it.
   */
  verify(): Promise<readonly LedgerFinding[]>;
  appendEvent(event: AuditEvent): Promise<void>;
  events(intakeId?: string): AsyncIterable<AuditEvent>;
  close(): Promise<void>;
}
