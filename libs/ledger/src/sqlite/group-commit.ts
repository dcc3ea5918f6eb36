import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Transaction } from 'kysely';
import type { Db, Tables } from '../sql/tables.ts';

/** Changes in one commit at most: what is waited for stays short. */
const MOST_CHANGES = 32;

interface Waiting {
  readonly change: (db: Transaction<Tables>) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Changes that come at the same moment share one commit: it costs a write to the disk, whatever is in it.
 *
 * Each change stands under a savepoint of its own, so one that fails takes nothing of another with it, and
 * each promise resolves after the commit: what was acknowledged is on the disk.
 */
export class GroupCommit {
  readonly #db: Db;
  readonly #file: DatabaseSync;
  /** Executed past the query builder: they surround every change. */
  readonly #savepoint: Readonly<Record<'set' | 'undo' | 'release', StatementSync>>;
  #waiting: Waiting[] = [];
  #draining = false;

  /** `db` is a query builder on the connection `file`. */
  constructor(db: Db, file: DatabaseSync) {
    this.#db = db;
    this.#file = file;
    this.#savepoint = {
      set: file.prepare('savepoint change'),
      undo: file.prepare('rollback to change'),
      release: file.prepare('release change'),
    };
  }

  /**
   * Makes the change in a transaction that it may share. Throws what the change throws, or why the commit
   * failed.
   */
  run<T>(change: (db: Transaction<Tables>) => Promise<T>): Promise<T> {
    return new Promise<unknown>((resolve, reject) => {
      this.#waiting.push({ change, resolve, reject });
      if (this.#draining) return;
      this.#draining = true;
      setImmediate(() => void this.#drain());
    }) as Promise<T>;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, MOST_CHANGES);
      try {
        const notifications = await this.#db.transaction().execute((trx) => this.#make(trx, group));
        for (const notify of notifications) notify();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#draining = false;
  }

  /** Makes the changes one after another; answers how to notify each of them after the commit. */
  async #make(trx: Transaction<Tables>, group: readonly Waiting[]): Promise<readonly (() => void)[]> {
    const notifications: (() => void)[] = [];
    for (const { change, resolve, reject } of group) {
      this.#savepoint.set.run();
      try {
        const value = await change(trx);
        notifications.push(() => resolve(value));
      } catch (error) {
        // SQLite rolls back by itself when the disk is full.
        if (!this.#file.isTransaction) throw error;
        this.#savepoint.undo.run();
        notifications.push(() => reject(error));
      }
      this.#savepoint.release.run();
    }
    return notifications;
  }
}
