import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Transaction } from 'kysely';
import { inGroups, type Waiting } from '../sql/in-groups.ts';
import type { Db, Tables } from '../sql/tables.ts';

/** Changes in one commit at most: what is waited for stays short. */
const MOST_CHANGES = 32;

type Change = (db: Transaction<Tables>) => Promise<unknown>;

/**
 * Changes that come at the same moment share one commit.
 *
 * Each change stands under a savepoint of its own, so one that fails takes nothing of another with it, and
 * each promise resolves after the commit: what was acknowledged is on the disk.
 */
export class GroupCommit {
  readonly #db: Db;
  readonly #file: DatabaseSync;
  /** Executed past the query builder: they surround every change. */
  readonly #savepoint: Readonly<Record<'set' | 'undo' | 'release', StatementSync>>;
  readonly #add = inGroups<Change, unknown>(MOST_CHANGES, (group) => this.#commit(group));

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
    return this.#add(change) as Promise<T>;
  }

  async #commit(group: readonly Waiting<Change, unknown>[]): Promise<void> {
    const notifications = await this.#db.transaction().execute((trx) => this.#make(trx, group));
    for (const notify of notifications) notify();
  }

  /** Makes the changes one after another; answers how to notify each of them after the commit. */
  async #make(
    trx: Transaction<Tables>,
    group: readonly Waiting<Change, unknown>[],
  ): Promise<readonly (() => void)[]> {
    const notifications: (() => void)[] = [];
    for (const { item: change, resolve, reject } of group) {
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
