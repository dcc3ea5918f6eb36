import {
  LedgerConflictError,
  LedgerStorageError,
  type LedgerError,
  type LedgerStorageCode,
} from '../errors.ts';

/** SQLSTATE codes, their classes, and Node's socket errors, as the ledger's. */
const faults: Readonly<Record<string, readonly [LedgerStorageCode, string]>> = {
  '08': ['LEDGER_UNAVAILABLE', 'the connection to the database broke'],
  '25006': ['LEDGER_READ_ONLY', 'the database or the session is read-only'],
  '28': ['LEDGER_UNAVAILABLE', 'the database refused the login'],
  '3D000': ['LEDGER_NOT_FOUND', 'there is no such database'],
  '40': ['LEDGER_BUSY', 'the database ended the transaction in favour of another'],
  '42501': ['LEDGER_READ_ONLY', 'the login may not write the ledger'],
  '42P07': ['LEDGER_FOREIGN', 'the schema `enrollkit` holds tables of another program'],
  '53100': ['LEDGER_DISK_FULL', "the database's disk is full"],
  '53': ['LEDGER_UNAVAILABLE', 'the database has no room for another connection or query'],
  '55P03': ['LEDGER_BUSY', 'another session kept a row locked'],
  '57': ['LEDGER_UNAVAILABLE', 'the database is shutting down or starting up'],
  '58': ['LEDGER_UNAVAILABLE', 'the database failed to read or write its disk'],
  XX001: ['LEDGER_CORRUPT', 'the database found damaged data'],
  XX002: ['LEDGER_CORRUPT', 'the database found a damaged index'],
  ECONNREFUSED: ['LEDGER_UNAVAILABLE', 'nothing answers at the address'],
  ECONNRESET: ['LEDGER_UNAVAILABLE', 'the connection to the database broke'],
  EHOSTUNREACH: ['LEDGER_UNAVAILABLE', 'the host cannot be reached'],
  ENETUNREACH: ['LEDGER_UNAVAILABLE', 'the network cannot be reached'],
  ENOENT: ['LEDGER_UNAVAILABLE', 'there is no socket at the address'],
  ENOTFOUND: ['LEDGER_NOT_FOUND', 'there is no such host'],
  EAI_AGAIN: ['LEDGER_UNAVAILABLE', 'the host name cannot be looked up now'],
  EPIPE: ['LEDGER_UNAVAILABLE', 'the connection to the database broke'],
  ETIMEDOUT: ['LEDGER_UNAVAILABLE', 'the database did not answer in time'],
};

/** Constraint violations. */
const integrityClass = '23';

/** What `pg` says, without a code, when the server went away or was too slow to answer. */
const lost =
  /^(Connection terminated|timeout expired|timeout exceeded|Client has encountered a connection error|Query read timeout)/;

/** The typed error for what PostgreSQL, `pg` or the network threw; undefined for anything else. */
export function translateFault(error: unknown, where: string): LedgerError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as Error & { readonly code?: unknown };
  if (typeof code !== 'string')
    return lost.test(error.message)
      ? new LedgerStorageError('LEDGER_UNAVAILABLE', 'the connection to the database broke', {
          where,
          cause: error,
        })
      : undefined;
  // PostgreSQL's details quote the row; its message names only the constraint.
  if (code.startsWith(integrityClass))
    return new LedgerConflictError(`${where}: a row is already there or does not fit: ${error.message}`);
  const fault = faults[code] ?? faults[code.slice(0, 2)];
  return fault && new LedgerStorageError(fault[0], fault[1], { where, cause: error });
}
