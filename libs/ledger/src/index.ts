export * from './errors.ts';
export * from './port/batches.ts';
export * from './port/browsing.ts';
export * from './port/changes.ts';
export { isHeldBack } from './port/held-back.ts';
export * from './port/intakes.ts';
export * from './port/ledger.ts';
export * from './port/lock.ts';
export * from './port/maintenance.ts';
export * from './port/records.ts';
export * from './port/digests.ts';
export * from './port/register.ts';
export * from './port/verdicts.ts';
export * from './port/shared.ts';
export {
  isShared,
  openLedger,
  openLedgerBrowser,
  openLedgerOverview,
  openLedgerView,
  openSharedLedger,
} from './open.ts';
export type { MarkPlace } from './mark-file.ts';
export type { LedgerOptions } from './options.ts';
export type { LockTiming } from './sql/lock.ts';
export { backupSqliteLedger, compactSqliteLedger, type FileSizes } from './sqlite/maintenance.ts';
export { openSqliteLedger, openSqliteLedgerView, type SqliteEngine } from './sqlite/open.ts';
