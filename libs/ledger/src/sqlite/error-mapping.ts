import {
  LedgerConflictError,
  LedgerStorageError,
  type LedgerError,
  type LedgerStorageCode,
} from '../errors.ts';

/** SQLite's primary result codes and Node's file errors, as the ledger's. */
const faults: Readonly<Record<string | number, readonly [LedgerStorageCode, string]>> = {
  5: ['ledger-busy', 'another program kept the file locked'],
  6: ['ledger-busy', 'another connection kept a table locked'],
  8: ['ledger-read-only', 'the file or its folder cannot be written'],
  10: ['ledger-unavailable', 'the disk failed to read or write'],
  11: ['ledger-corrupt', 'the file is damaged'],
  13: ['ledger-disk-full', 'the disk is full'],
  14: ['ledger-unavailable', 'the file cannot be opened'],
  26: ['ledger-foreign', 'the file is not a ledger'],
  ENOENT: ['ledger-not-found', 'there is no such file or folder'],
  ENOTDIR: ['ledger-not-found', 'a part of the path is not a folder'],
  EISDIR: ['ledger-foreign', 'it is a folder, not a ledger'],
  EACCES: ['ledger-read-only', 'the current user may not write it'],
  EPERM: ['ledger-read-only', 'the current user may not change it'],
  EROFS: ['ledger-read-only', 'the disk is read-only'],
  ENOSPC: ['ledger-disk-full', 'the disk is full'],
  EIO: ['ledger-unavailable', 'the disk failed to read or write'],
};

const busy = 5;
const constraintFailed = 19;

/** Whether SQLite said that another connection holds the file. */
export function isBusy(error: unknown): boolean {
  return primaryCode(error) === busy;
}

/** The typed error for what SQLite or the file system threw; undefined for anything else. */
export function mapError(error: unknown, where: string): LedgerError | undefined {
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
