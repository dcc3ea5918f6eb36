import { EnrollkitError } from '@enrollkit/base';
import type { LockOwner } from './port/lock.ts';

/** What is wrong with the place the ledger is kept in, and what to do about it. */
const storageHints = {
  'ledger-not-found':
    'Check `ledger` in the config. `enrollkit run` makes a new file where the folder exists, and its tables in a database that exists.',
  'ledger-foreign': 'The config names something else. Point `ledger` at another place; nothing was changed.',
  'ledger-corrupt': 'Do not write to it again. Keep what is there, restore a backup, and check the disk.',
  'ledger-read-only':
    'Give the user the right to write the ledger (for a file, its folder too), or move it to a place the user may write.',
  'ledger-disk-full': 'Free some space, then resume: everything that was acknowledged is in the ledger.',
  'ledger-busy':
    'Another program has locked the ledger. Close it (a database browser, a backup), then resume.',
  'ledger-restarted':
    'The database was restarted or failed over. Nothing is sent for some seconds; then it goes on by itself.',
  'ledger-unavailable':
    'Check the disk or the connection, then resume: everything that was acknowledged is in the ledger.',
  'ledger-gone':
    'Find out who removed it. Then move the kept copy to the old name and resume: everything that was acknowledged is in it.',
  'ledger-no-wal':
    'The ledger needs a local disk; network and some virtual file systems cannot hold it safely.',
  'ledger-engine-too-old':
    'Use a newer Node release; older SQLite versions can damage a file that is read and written at once.',
} as const;

/** What does not fit between a ledger and who opens it, and what to do about it. */
const bindingHints = {
  'ledger-bound-elsewhere':
    'Use the ledger of this environment and programme: each has one of its own (`ledger` in the config). Nothing was sent.',
  'ledger-key-changed':
    'Put the fingerprint key back that this ledger was begun with; without it nobody is recognised. Nothing was sent.',
  'ledger-digest-version':
    'Use a version of enrollkit that makes the same digests; with another one everybody would look changed. Nothing was sent.',
} as const;

/** Stable codes of `LedgerStorageError`. */
export type LedgerStorageCode = keyof typeof storageHints;

/** Stable codes of everything the ledger throws on purpose. */
export type LedgerErrorCode =
  | LedgerStorageCode
  /** The ledger holds something that forbids the change; nothing was written. */
  | 'ledger-conflict'
  /** Another process owns the ledger. Wait for it, or end it with `enrollkit stop`. */
  | 'ledger-locked'
  /** This process was silent for too long and another one took the ledger over. Resume later. */
  | 'ledger-lock-lost'
  /** Another version of the program wrote the ledger. */
  | 'ledger-version'
  /** This process would send otherwise than those who share the ledger. Give all the same settings. */
  | 'ledger-terms'
  /** Another attempt sends this batch by now; nothing is to be done. */
  | 'ledger-batch-lost'
  /** The ledger is older than it was. Find out why, then `enrollkit ledger adopt`. */
  | 'ledger-rewound'
  | LedgerBindingCode;

/** Stable codes of `LedgerBindingError`. */
export type LedgerBindingCode = keyof typeof bindingHints;

/** The root of every error the ledger throws. */
export abstract class LedgerError<
  Code extends LedgerErrorCode = LedgerErrorCode,
> extends EnrollkitError<Code> {}

/** The ledger holds something that forbids the change; nothing was written. */
export class LedgerConflictError extends LedgerError<'ledger-conflict'> {
  constructor(message: string, cause?: unknown) {
    super({
      code: 'ledger-conflict',
      message,
      hint: 'Nothing was written. Look at the intake with `enrollkit status`.',
      cause,
    });
  }
}

/** Another runner holds the ledger. */
export class LedgerLockedError extends LedgerError<'ledger-locked'> {
  /** The owner, as it registered itself. */
  readonly owner: LockOwner;

  constructor(owner: LockOwner) {
    super({
      code: 'ledger-locked',
      message: `the ledger is held by \`${owner.command}\`, process ${owner.pid} on ${owner.host}, since ${owner.since.toISOString()}`,
      hint: 'Wait for it, or end it with `enrollkit stop`. One that died is taken over 15 seconds after its last heartbeat.',
    });
    this.owner = owner;
  }
}

/** This runner held the ledger and another one took it over; the write was refused. */
export class LedgerLockLostError extends LedgerError<'ledger-lock-lost'> {
  constructor() {
    super({
      code: 'ledger-lock-lost',
      message: 'the write was refused: this runner has lost the ledger to another one',
      hint: 'It was silent for more than 15 seconds (a suspended machine, a stalled disk). Resume when the other runner has ended.',
    });
  }
}

/**
 * A process at work on the ledger has other terms: another version of the program, or another setting that
 * decides sending.
 */
export class LedgerTermsError extends LedgerError<'ledger-terms'> {
  constructor(differences: readonly string[], whose: string) {
    super({
      code: 'ledger-terms',
      message: `this process would not send as ${whose} does: ${differences.join('; ')}`,
      hint: 'Give every host the same version and the same settings. To change them, end all processes at work on the ledger (`enrollkit stop`), then go on with `enrollkit resume`, which sets them anew; workers follow.',
    });
  }
}

/**
 * The batch is by now being sent by another attempt: this process was presumed dead, and its write came too
 * late.
 */
export class LedgerBatchLostError extends LedgerError<'ledger-batch-lost'> {
  constructor(batchId: number) {
    super({
      code: 'ledger-batch-lost',
      message: `the write was refused: batch ${batchId} is being sent by another attempt`,
      hint: 'This process was silent for more than 10 seconds. No action is needed.',
    });
  }
}

/** The ledger was bound to another environment, programme, key or version of the digests. */
export class LedgerBindingError extends LedgerError<LedgerBindingCode> {
  constructor(code: LedgerBindingCode, message: string) {
    super({ code, message, hint: bindingHints[code] });
  }
}

/**
 * The ledger is not what is remembered of it, but an earlier state or another ledger; nothing was written or
 * sent.
 */
export class LedgerRewoundError extends LedgerError<'ledger-rewound'> {
  constructor(found: string) {
    super({
      code: 'ledger-rewound',
      message: `the ledger went back in time: ${found}`,
      hint: 'Nothing was sent. Put the right ledger back, or accept this one with `enrollkit ledger adopt`: what is not settled becomes unknown.',
    });
  }
}

/** The ledger's schema is not the one this program knows. */
export class LedgerVersionError extends LedgerError<'ledger-version'> {
  readonly found: number;
  readonly known: number;

  constructor(where: string, found: number, known: number) {
    super({
      code: 'ledger-version',
      message: `${where} has schema ${found}, this program knows ${known}`,
      hint:
        found > known
          ? 'A newer enrollkit wrote it: use that version or a later one.'
          : 'It is older and was opened for reading only: `enrollkit run` or `enrollkit resume` brings it up to date.',
    });
    this.found = found;
    this.known = known;
  }
}

/** The file, the disk or the database failed. What was acknowledged before is safe. */
export class LedgerStorageError extends LedgerError<LedgerStorageCode> {
  /** Path, or database address without password. */
  readonly where: string;

  constructor(
    code: LedgerStorageCode,
    message: string,
    options: { readonly where: string; readonly cause?: unknown },
  ) {
    super({
      code,
      message: `${options.where}: ${message}`,
      hint: storageHints[code],
      cause: options.cause,
    });
    this.where = options.where;
  }
}
