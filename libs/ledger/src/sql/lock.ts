import { hostname } from 'node:os';
import { sql } from 'kysely';
import { LedgerLockedError, LedgerLockLostError } from '../errors.ts';
import type { LedgerLock, LockOwner } from '../port.ts';
import type { Store } from './store.ts';
import type { Db, RunnerSelected } from './tables.ts';

/** How the lock is timed; the defaults are the ones the product runs with. */
export interface LockTiming {
  /** Milliseconds between heartbeats: 5000. */
  readonly heartbeatMs?: number;
  /** Milliseconds after which a silent holder is taken over: 15000. */
  readonly staleMs?: number;
  /** Milliseconds since 1970: `Date.now`. */
  readonly now?: () => number;
}

interface Held {
  readonly fence: number;
  readonly lost: AbortController;
  readonly timer: NodeJS.Timeout;
}

/**
 * The one-runner lock.
 *
 *   free   nobody writes, or single commands do, each in its own transaction
 *   held   one runner writes; its heartbeat is at most `staleMs` old and, on this host, its process lives
 *   stale  the holder died or was silent: the next `lock` takes over
 *
 * Each change of hands raises the fence. Every guarded write compares it inside its transaction, so a holder that
 * was taken over while it slept can write nothing, even before it notices.
 */
export class RunnerLock {
  readonly #store: Store;
  readonly #timing: Required<LockTiming>;
  #held: Held | undefined;

  constructor(store: Store, timing: LockTiming) {
    this.#store = store;
    this.#timing = { heartbeatMs: 5000, staleMs: 15_000, now: Date.now, ...timing };
  }

  /** Throws unless this ledger may write now: it holds the lock, or nobody does. */
  async mayWrite(db: Db): Promise<void> {
    const row = await this.#row(db);
    const held = this.#held;
    if (held !== undefined) {
      if (row.fence === held.fence) return;
      held.lost.abort(new LedgerLockLostError());
      throw new LedgerLockLostError();
    }
    const owner = this.#livingOwner(row);
    if (owner !== undefined) throw new LedgerLockedError(owner);
  }

  /** Takes the lock or throws `LedgerLockedError`. */
  async take(command: string): Promise<LedgerLock> {
    const since = this.#timing.now();
    const mine = { host: hostname(), pid: process.pid, command, since, heartbeat: since };
    const fence = await this.#store.writeBeside(async (db) => {
      const row = await this.#row(db);
      const owner = this.#livingOwner(row);
      if (owner !== undefined) throw new LedgerLockedError(owner);
      await db.updateTable('runner').set({ ...mine, fence: row.fence + 1 }).execute();
      return row.fence + 1;
    });
    const lost = new AbortController();
    const timer = setInterval(() => void this.#beat(), this.#timing.heartbeatMs).unref();
    this.#held = { fence, lost, timer };
    return {
      owner: { ...mine, since: new Date(since), heartbeat: new Date(since) },
      lost: lost.signal,
      release: () => this.release(),
    };
  }

  /** Gives the lock back; nothing happens when it is not held, or was lost. */
  async release(): Promise<void> {
    const held = this.#held;
    if (held === undefined) return;
    this.#held = undefined;
    clearInterval(held.timer);
    await this.#store.writeBeside((db) => db.updateTable('runner')
      .set({ host: null, pid: null, command: null, since: null, heartbeat: null })
      .where('fence', '=', held.fence)
      .execute());
  }

  /** Who holds it now, if anybody living does. */
  async owner(db: Db): Promise<LockOwner | undefined> {
    return this.#livingOwner(await this.#row(db));
  }

  async #beat(): Promise<void> {
    const held = this.#held;
    if (held === undefined) return;
    try {
      const [beaten] = await this.#store.writeBeside((db) => db.updateTable('runner')
        .set({ heartbeat: this.#timing.now() })
        .where('fence', '=', held.fence)
        .execute());
      if (beaten?.numUpdatedRows !== 1n) held.lost.abort(new LedgerLockLostError());
    } catch {
      // A heartbeat that cannot be written shows as silence to the others; the fence protects what they then do.
    }
  }

  async #row(db: Db): Promise<RunnerSelected> {
    const { rows } = await sql<RunnerSelected>`select * from runner ${this.#store.dialect.holdRow}`.execute(db);
    const [row] = rows;
    if (row === undefined) throw new Error('the lock row is missing');
    return row;
  }

  #livingOwner(row: RunnerSelected): LockOwner | undefined {
    const { host, pid, command, since, heartbeat } = row;
    if (host === null || pid === null || command === null || since === null || heartbeat === null) return undefined;
    const silentMs = this.#timing.now() - heartbeat;
    if (silentMs > this.#timing.staleMs || (host === hostname() && !isAlive(pid))) return undefined;
    return { host, pid, command, since: new Date(since), heartbeat: new Date(heartbeat) };
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
