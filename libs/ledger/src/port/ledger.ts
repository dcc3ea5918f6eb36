import type { BatchesPort } from './batches.ts';
import type { ChangesPort } from './changes.ts';
import type { IntakesPort } from './intakes.ts';
import type { LockPort } from './lock.ts';
import type { MaintenancePort } from './maintenance.ts';
import type { RecordsPort } from './records.ts';
import type { RegisterPort } from './register.ts';

/**
 * The exactly-once enrollment ledger; `sqlite/` and `postgres/` implement it.
 *
 * Every method is one durable transaction. A ledger that took the lock writes as long as it holds it, and
 * throws `LedgerLockLostError` after that; one that did not take it writes only while nobody else holds it,
 * and throws `LedgerLockedError` otherwise. Reading, `instruct` and `appendEvent` are always possible.
 *
 * Every state change is guarded by the moves table of `@enrollkit/enrollment`; a change that the table does
 * not allow throws `LedgerConflictError` and writes nothing. Every failure of the storage is a
 * `LedgerStorageError`.
 *
 * The ledger holds the sealed body, a masked number and a keyed fingerprint; never a PAN.
 */
export interface Ledger
  extends IntakesPort,
    BatchesPort,
    ChangesPort,
    RecordsPort,
    LockPort,
    MaintenancePort,
    RegisterPort {}

/** What can be read beside a running runner. */
export type LedgerView = Pick<
  Ledger,
  | 'owner'
  | 'findIntake'
  | 'listIntakes'
  | 'nextWithdrawals'
  | 'senderAlive'
  | 'binding'
  | 'registerEpoch'
  | 'registerSize'
  | 'isInDoubt'
  | 'findCurrentIntake'
  | 'lookUp'
  | 'unsent'
  | 'twins'
  | 'changes'
  | 'enrolledKeys'
  | 'enrolledSize'
  | 'enrolledCards'
  | 'addressOf'
  | 'history'
  | 'sendable'
  | 'duePolls'
  | 'nextDue'
  | 'findBatch'
  | 'batchesIn'
  | 'lastGeneration'
  | 'events'
  | 'verify'
  | 'close'
  | keyof RecordsPort
>;

/** Where every intake stands. */
export type LedgerOverview = Pick<LedgerView, 'listIntakes' | 'tally' | 'owner' | 'close'>;
