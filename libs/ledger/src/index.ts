export * from './errors.ts';
export * from './port.ts';
export { openLedger, openLedgerView } from './open.ts';
export type { LockTiming } from './sql/lock.ts';
export { openSqliteLedger, openSqliteLedgerView, type SqliteEngine } from './sqlite/open.ts';
