import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { LedgerStorageError } from '../errors.ts';

/**
 * Notices that the ledger's file, or its write-ahead log, was deleted, moved or replaced while it is open.
 * SQLite would go on as if nothing were: into a file without a name, which is gone with the process, and with
 * it who was enrolled.
 *
 * The connection still sees everything, so a copy is written beside (`FILE.kept`) before the refusal. It is
 * for a person to say that it is the ledger: somebody may have had a reason.
 */
export class FileWatch {
  readonly #file: DatabaseSync;
  readonly #path: string;
  readonly #places = new Map<string, string>();
  #gone: LedgerStorageError | undefined;

  constructor(file: DatabaseSync, path: string) {
    this.#file = file;
    this.#path = path;
  }

  /** Throws `LedgerStorageError` `ledger-gone`; to be called outside of a transaction. */
  check(): void {
    if (this.#gone !== undefined) throw this.#gone;
    for (const path of [this.#path, `${this.#path}-wal`]) {
      const found = statSync(path, { bigint: true, throwIfNoEntry: false });
      const place = found && `${found.dev} ${found.ino}`;
      const known = this.#places.get(path);
      if (known !== undefined && place !== known)
        throw (this.#gone = this.#keep(
          `${path} was ${place === undefined ? 'removed' : 'replaced'} while it was open`,
        ));
      if (place !== undefined) this.#places.set(path, place);
    }
  }

  #keep(what: string): LedgerStorageError {
    const where = this.#path;
    const copy = `${where}.kept`;
    try {
      // SQLite fills a file that is there and empty, so that it is private from the start.
      closeSync(openSync(copy, 'wx', 0o600));
    } catch (cause) {
      return new LedgerStorageError(
        'ledger-gone',
        `${what}, and ${copy}, where it would be kept, cannot be made`,
        { where, cause },
      );
    }
    try {
      this.#file.prepare('vacuum into ?').run(copy);
      return new LedgerStorageError('ledger-gone', `${what}; all that it held is kept in ${copy}`, { where });
    } catch (cause) {
      rmSync(copy, { force: true });
      return new LedgerStorageError('ledger-gone', `${what}, and could not be kept in ${copy}`, {
        where,
        cause,
      });
    }
  }
}
