import type { LockOwner } from './port.ts';

/** What went wrong with the place the ledger is kept in, and what would mend it. */
const storageFaults = {
  LEDGER_NOT_FOUND:
    'Check `ledger` in the config. `enrollkit run` makes a new file where the folder exists; a database must be there.',
  LEDGER_FOREIGN: 'The config names something else. Point `ledger` at another place; nothing was changed.',
  LEDGER_CORRUPT: 'Do not write to it again. Keep what is there, restore a backup, and check the disk.',
  LEDGER_READ_ONLY:
    'Give the user the right to write the ledger (for a file, its folder too), or move it to where that right is.',
  LEDGER_DISK_FULL: 'Free some space, then resume: everything that was acknowledged is in the ledger.',
  LEDGER_BUSY: 'Another program holds the ledger. Close it (a database browser, a backup), then resume.',
  LEDGER_UNAVAILABLE:
    'Check the disk or the connection, then resume: everything that was acknowledged is in the ledger.',
  LEDGER_GONE:
    'Find out who removed it. Then move the kept copy to the old name and resume: everything that was acknowledged is in it.',
  LEDGER_NO_WAL:
    'The ledger needs a local disk; network and some virtual file systems cannot hold it safely.',
  LEDGER_ENGINE_TOO_OLD:
    'Use a newer Node release; older SQLite versions can damage a file read and written at once.',
} as const;

/** Stable codes of `LedgerStorageError`. */
export type LedgerStorageCode = keyof typeof storageFaults;

/** Stable codes of everything the ledger throws on purpose. */
export type LedgerErrorCode =
  | LedgerStorageCode
  | 'LEDGER_CONFLICT'
  | 'LEDGER_LOCKED'
  | 'LEDGER_LOCK_LOST'
  | 'LEDGER_VERSION'
  | 'LEDGER_TERMS'
  | 'LEDGER_BATCH_LOST';

/** The root of every error the ledger throws. The message says what was asked and found, `hint` what would mend it. */
export abstract class LedgerError extends Error {
  abstract readonly code: LedgerErrorCode;
  readonly hint: string;

  constructor(message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.hint = hint;
  }
}

/** The ledger holds something that forbids the change; nothing was written. */
export class LedgerConflictError extends LedgerError {
  readonly code = 'LEDGER_CONFLICT';

  constructor(message: string, cause?: unknown) {
    super(message, 'Nothing was written. Look at the intake with `enrollkit status`.', cause);
  }
}

/** Another runner holds the ledger. */
export class LedgerLockedError extends LedgerError {
  readonly code = 'LEDGER_LOCKED';
  /** The holder, as it wrote itself down. */
  readonly owner: LockOwner;

  constructor(owner: LockOwner) {
    super(
      `the ledger is held by \`${owner.command}\`, process ${owner.pid} on ${owner.host}, since ${owner.since.toISOString()}`,
      'Wait for it, or end it with `enrollkit stop`. One that died is taken over 15 seconds after its last heartbeat.',
    );
    this.owner = owner;
  }
}

/** This runner held the ledger and another one took it over; the write was refused. */
export class LedgerLockLostError extends LedgerError {
  readonly code = 'LEDGER_LOCK_LOST';

  constructor() {
    super(
      'the write was refused: this runner has lost the ledger to another one',
      'It was silent for more than 15 seconds (a suspended machine, a stalled disk). Resume when the other runner has ended.',
    );
  }
}

/** Somebody works on the ledger under other terms: another version of the program, or another setting of what decides sending. */
export class LedgerTermsError extends LedgerError {
  readonly code = 'LEDGER_TERMS';

  constructor(differences: readonly string[], whose: string) {
    super(
      `this process would not send as ${whose} does: ${differences.join('; ')}`,
      'Give every host the same version and the same settings. To change them, end all who work on the ledger (`enrollkit stop`), then go on with `enrollkit resume`, which sets them anew; workers follow.',
    );
  }
}

/** The batch is being sent by somebody else by now: this process was taken for dead, and its word came too late. */
export class LedgerBatchLostError extends LedgerError {
  readonly code = 'LEDGER_BATCH_LOST';

  constructor(batchId: number) {
    super(
      `the write was refused: batch ${batchId} is being sent by another attempt`,
      'This process was silent for more than 10 seconds. Nothing is to be done.',
    );
  }
}

/** The ledger's schema is not the one this program knows. */
export class LedgerVersionError extends LedgerError {
  readonly code = 'LEDGER_VERSION';
  readonly found: number;
  readonly known: number;

  constructor(where: string, found: number, known: number) {
    super(
      `${where} has schema ${found}, this program knows ${known}`,
      found > known
        ? 'A newer enrollkit wrote it: use that version or a later one.'
        : 'It is older and was opened for reading only: `enrollkit run` or `enrollkit resume` brings it up to date.',
    );
    this.found = found;
    this.known = known;
  }
}

/** The file, the disk or the database failed. What was acknowledged before is safe. */
export class LedgerStorageError extends LedgerError {
  readonly code: LedgerStorageCode;
  /** Path, or database address without password. */
  readonly where: string;

  constructor(
    code: LedgerStorageCode,
    message: string,
    options: { readonly where: string; readonly cause?: unknown },
  ) {
    super(`${options.where}: ${message}`, storageFaults[code], options.cause);
    this.code = code;
    this.where = options.where;
  }
}
