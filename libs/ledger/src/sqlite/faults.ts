import {
  LedgerConflictError,
  LedgerStorageError,
  type LedgerError,
  type LedgerStorageCode,
} from '../errors.ts';

/** SQLite's primary result codes and Node's file errors, as the ledger's. */
const faults: Readonly<Record<string | number, readonly [LedgerStorageCode, string]>> = {
  5: ['LEDGER_BUSY', 'another program kept the file locked'],
  6: ['LEDGER_BUSY', 'another connection kept a table locked'],
  8: ['LEDGER_READ_ONLY', 'the file or its folder cannot be written'],
  10: ['LEDGER_UNAVAILABLE', 'the disk failed to read or write'],
  11: ['LEDGER_CORRUPT', 'the file is damaged'],
  13: ['LEDGER_DISK_FULL', 'the disk is full'],
  14: ['LEDGER_UNAVAILABLE', 'the file cannot be opened'],
  26: ['LEDGER_FOREIGN', 'the file is not a ledger'],
  ENOENT: ['LEDGER_NOT_FOUND', 'there is no such file or folder'],
  ENOTDIR: ['LEDGER_NOT_FOUND', 'a part of the path is not a folder'],
  EISDIR: ['LEDGER_FOREIGN', 'it is a folder, not a ledger'],
  EACCES: ['LEDGER_READ_ONLY', 'the current user may not write it'],
  EPERM: ['LEDGER_READ_ONLY', 'the current user may not change it'],
  EROFS: ['LEDGER_READ_ONLY', 'the disk is read-only'],
  ENOSPC: ['LEDGER_DISK_FULL', 'the disk is full'],
  EIO: ['LEDGER_UNAVAILABLE', 'the disk failed to read or write'],
};

const busy = 5;
const constraintFailed = 19;

/** Whether SQLite said that another connection holds the file. */
export function isBusy(error: unknown): boolean {
  return primaryCode(error) === busy;
}

/** The typed error for what SQLite or the file system threw; undefined for anything else. */
export function translateFault(error: unknown, where: string): LedgerError | undefined {
  const code = primaryCode(error);
  if (code === undefined) return undefined;
  if (code === constraintFailed)
    return new LedgerConflictError(
      `${where}: a row is already there or does not fit: ${String(error)}`,
      error,
    );
  const fault = faults[code];
  return fault && new LedgerStorageError(fault[0], fault[1], { where, cause: error });
}

/** SQLite's primary result code, or the `code` of another error. */
function primaryCode(error: unknown): number | string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, errcode } = error as Error & { readonly code?: unknown; readonly errcode?: unknown };
  if (typeof errcode === 'number') return errcode & 0xff;
  return typeof code === 'string' ? code : undefined;
}
