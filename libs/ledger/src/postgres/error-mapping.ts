import {
  LedgerConflictError,
  LedgerStorageError,
  type LedgerError,
  type LedgerStorageCode,
} from '../errors.ts';

/** SQLSTATE codes, their classes, and Node's socket errors, as the ledger's. */
const faults: Readonly<Record<string, readonly [LedgerStorageCode, string]>> = {
  '08': ['ledger-unavailable', 'the connection to the database broke'],
  '25006': ['ledger-read-only', 'the database or the session is read-only'],
  '28': ['ledger-unavailable', 'the database refused the login'],
  '3D000': ['ledger-not-found', 'there is no such database'],
  '40': ['ledger-busy', 'the database ended the transaction in favour of another'],
  '42501': ['ledger-read-only', 'the login may not write the ledger'],
  '42P07': ['ledger-foreign', 'the schema `enrollkit` holds tables of another program'],
  '53100': ['ledger-disk-full', "the database's disk is full"],
  '53': ['ledger-unavailable', 'the database has no room for another connection or query'],
  '55P03': ['ledger-busy', 'another session kept a row locked'],
  '57': ['ledger-unavailable', 'the database is shutting down or starting up'],
  '58': ['ledger-unavailable', 'the database failed to read or write its disk'],
  XX001: ['ledger-corrupt', 'the database found damaged data'],
  XX002: ['ledger-corrupt', 'the database found a damaged index'],
  ECONNREFUSED: ['ledger-unavailable', 'nothing answers at the address'],
  ECONNRESET: ['ledger-unavailable', 'the connection to the database broke'],
  EHOSTUNREACH: ['ledger-unavailable', 'the host cannot be reached'],
  ENETUNREACH: ['ledger-unavailable', 'the network cannot be reached'],
  ENOENT: ['ledger-unavailable', 'there is no socket at the address'],
  ENOTFOUND: ['ledger-not-found', 'there is no such host'],
  EAI_AGAIN: ['ledger-unavailable', 'the host name cannot be looked up now'],
  EPIPE: ['ledger-unavailable', 'the connection to the database broke'],
  ETIMEDOUT: ['ledger-unavailable', 'the database did not answer in time'],
};

/** Constraint violations. */
const integrityClass = '23';

/** What `pg` says, without a code, when the server went away or was too slow to answer. */
const lost =
  /^(Connection terminated|timeout expired|timeout exceeded|Client has encountered a connection error|Query read timeout)/;

/** The typed error for what PostgreSQL, `pg` or the network threw; undefined for anything else. */
export function mapError(error: unknown, where: string): LedgerError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as Error & { readonly code?: unknown };
  if (typeof code !== 'string')
    return lost.test(error.message)
      ? new LedgerStorageError('ledger-unavailable', 'the connection to the database broke', {
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

/** Whether the connection broke or never was: then nobody knows whether a commit was made. */
export function isConnectionLost(error: LedgerError | undefined): boolean {
  return error instanceof LedgerStorageError && error.code === 'ledger-unavailable';
}
