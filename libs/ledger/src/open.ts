import type { LedgerBrowser } from './port/browsing.ts';
import type { Ledger, LedgerOverview, LedgerView } from './port/ledger.ts';
import type { SharedLedger } from './port/shared.ts';
import type { LedgerOptions } from './options.ts';
import { openSqliteLedgerOnThread } from './sqlite/thread-client.ts';
import { openSqliteLedgerOverview, openSqliteLedgerView } from './sqlite/open.ts';

/**
 * Opens the ledger at a `postgres://` address, or on a thread of its own in the file of that path; see
 * `openPostgresLedger` and `openSqliteLedger`.
 */
export async function openLedger(address: string, options: Omit<LedgerOptions, 'now'> = {}): Promise<Ledger> {
  return isShared(address) ? openSharedLedger(address, options) : openSqliteLedgerOnThread(address, options);
}

/** Opens the ledger at a `postgres://` address, for several hosts to work on; see `openPostgresLedger`. */
export async function openSharedLedger(address: string, options: LedgerOptions = {}): Promise<SharedLedger> {
  return (await import('./postgres/open.ts')).openPostgresLedger(address, options);
}

/** Opens an existing ledger to look at it, beside a runner or not; writes nothing. */
export async function openLedgerView(address: string): Promise<LedgerView> {
  return isShared(address)
    ? (await import('./postgres/open.ts')).openPostgresLedgerView(address)
    : openSqliteLedgerView(address);
}

/** Opens an existing ledger as `openLedgerView` does, to page through it. */
export async function openLedgerBrowser(address: string): Promise<LedgerBrowser> {
  return isShared(address)
    ? (await import('./postgres/open.ts')).openPostgresLedgerView(address)
    : openSqliteLedgerView(address);
}

/**
 * Opens an existing ledger as `openLedgerView` does, but only to see where its intakes stand: quick to open
 * in a file.
 */
export async function openLedgerOverview(address: string): Promise<LedgerOverview> {
  return isShared(address) ? openLedgerView(address) : openSqliteLedgerOverview(address);
}

/** Whether the address is one of a database, which several hosts may share, and not the path of a file. */
export function isShared(address: string): boolean {
  return /^postgres(ql)?:\/\//.test(address);
}
