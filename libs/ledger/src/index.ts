export * from './errors.ts';
export * from './port.ts';
export { isShared, openLedger, openLedgerView, openSharedLedger } from './open.ts';
export * from './shared.ts';
export type { LockTiming } from './sql/lock.ts';
export { backupSqliteLedger, compactSqliteLedger, type FileSizes } from './sqlite/keeping.ts';
export { openSqliteLedger, openSqliteLedgerView, type SqliteEngine } from './sqlite/open.ts';
