import { hostname } from 'node:os';
import { sql } from 'kysely';
import { LedgerLockedError, LedgerLockLostError } from '../errors.ts';
import type { Instruction, LedgerLock, LockOwner, LockRole } from '../port/lock.ts';
import type { Store } from './store.ts';
import type { Db, RunnerSelected } from './tables.ts';

/** How the lock is timed; the defaults are the ones the product runs with. */
export interface LockTiming {
  /** Milliseconds between heartbeats: 5000. */
  readonly heartbeatMs?: number;
  /** Milliseconds after which a silent holder is taken over: 15000. */
  readonly staleMs?: number;
  /** Milliseconds since 1970: the clock of the machine, or of the database that several machines share. */
  readonly now?: () => number;
}

interface Held {
  readonly fence: number;
  readonly lost: AbortController;
  readonly stopped: AbortController;
  paused: boolean;
  readonly timers: readonly NodeJS.Timeout[];
}

/** How often in a heartbeat the holder listens for what a person tells it. */
export const listeningPerBeat = 5;

/** Who may write, as the methods see it. */
export interface Lock {
  /** Throws unless this ledger may write now. */
  assertMayWrite(db: Db): Promise<void>;
  take(command: string, role?: LockRole): Promise<LedgerLock>;
  instruct(instruction: Instruction): Promise<LockOwner | undefined>;
  owner(db: Db): Promise<LockOwner | undefined>;
  release(): Promise<void>;
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
export class RunnerLock implements Lock {
  readonly #store: Store;
  readonly #heartbeatMs: number;
  readonly #staleMs: number;
  readonly #now: (db: Db) => Promise<number>;
  #held: Held | undefined;

  constructor(store: Store, timing: LockTiming) {
    this.#store = store;
    this.#heartbeatMs = timing.heartbeatMs ?? 5000;
    this.#staleMs = timing.staleMs ?? 15_000;
    const { now } = timing;
    this.#now = now === undefined ? (db) => store.dialect.now(db) : () => Promise.resolve(now());
  }

  /** Throws unless this ledger may write now: it holds the lock, or nobody does. */
  async assertMayWrite(db: Db): Promise<void> {
    const row = await this.#row(db, 'shared');
    const held = this.#held;
    if (held !== undefined) {
      if (row.fence === held.fence) return;
      held.lost.abort(new LedgerLockLostError());
      throw new LedgerLockLostError();
    }
    const owner = this.#livingOwner(row, await this.#now(db));
    if (owner !== undefined) throw new LedgerLockedError(owner);
  }

  /** Takes the lock or throws `LedgerLockedError`. */
  async take(command: string): Promise<LedgerLock> {
    const { fence, owner } = await this.#store.writeUnguarded(async (db) => {
      const row = await this.#row(db, 'alone');
      const now = await this.#now(db);
      const living = this.#livingOwner(row, now);
      if (living !== undefined) throw new LedgerLockedError(living);
      const mine = { host: hostname(), pid: process.pid, command, since: now, heartbeat: now };
      await db
        .updateTable('runner')
        .set({ ...mine, fence: row.fence + 1, told: null })
        .execute();
      return { fence: row.fence + 1, owner: { ...mine, since: new Date(now), heartbeat: new Date(now) } };
    });
    const timers = [
      setInterval(() => void this.#beat(), this.#heartbeatMs).unref(),
      setInterval(() => void this.#listen(), this.#heartbeatMs / listeningPerBeat).unref(),
    ];
    const held: Held = {
      fence,
      lost: new AbortController(),
      stopped: new AbortController(),
      paused: false,
      timers,
    };
    this.#held = held;
    return {
      owner,
      lost: held.lost.signal,
      stopped: held.stopped.signal,
      paused: () => held.paused,
      release: () => this.release(),
      // Who holds the ledger holds every intake in it.
      claim: () => Promise.resolve({ release: () => Promise.resolve() }),
    };
  }

  /** Tells the living holder; answers it, or undefined when there is none. */
  instruct(instruction: Instruction): Promise<LockOwner | undefined> {
    return this.#store.writeUnguarded(async (db) => {
      const owner = this.#livingOwner(await this.#row(db, 'alone'), await this.#now(db));
      if (owner === undefined || owner.instruction === 'stop') return owner;
      await db
        .updateTable('runner')
        .set({ told: instruction === 'go-on' ? null : instruction })
        .execute();
      return this.#livingOwner(await this.#row(db), await this.#now(db));
    });
  }

  /** Gives the lock back; nothing happens when it is not held, or was lost. */
  async release(): Promise<void> {
    const held = this.#held;
    if (held === undefined) return;
    this.#held = undefined;
    for (const timer of held.timers) clearInterval(timer);
    await this.#store.writeUnguarded((db) =>
      db
        .updateTable('runner')
        .set({ host: null, pid: null, command: null, since: null, heartbeat: null, told: null })
        .where('fence', '=', held.fence)
        .execute(),
    );
  }

  /** Who holds it now, if anybody living does. */
  async owner(db: Db): Promise<LockOwner | undefined> {
    return this.#livingOwner(await this.#row(db), await this.#now(db));
  }

  async #beat(): Promise<void> {
    const held = this.#held;
    if (held === undefined) return;
    try {
      const [beaten] = await this.#store.writeUnguarded(async (db) =>
        db
          .updateTable('runner')
          .set({ heartbeat: await this.#now(db) })
          .where('fence', '=', held.fence)
          .execute(),
      );
      if (beaten?.numUpdatedRows !== 1n) held.lost.abort(new LedgerLockLostError());
    } catch {
      // A heartbeat that cannot be written shows as silence to the others; the fence protects what they then do.
    }
  }

  async #listen(): Promise<void> {
    const held = this.#held;
    if (held === undefined) return;
    try {
      const { fence, told } = await this.#store.read((db) => this.#row(db));
      if (fence !== held.fence) return;
      held.paused = told === 'pause';
      if (told === 'stop') held.stopped.abort();
    } catch {
      // Not heard now, heard the next time: what a person said stays written.
    }
  }

  async #row(db: Db, hold?: 'shared' | 'alone'): Promise<RunnerSelected> {
    const { rows } =
      await sql<RunnerSelected>`select * from runner ${hold === undefined ? sql`` : this.#store.dialect.forUpdate[hold]}`.execute(
        db,
      );
    const [row] = rows;
    if (row === undefined) throw new Error('the lock row is missing');
    return row;
  }

  #livingOwner(row: RunnerSelected, now: number): LockOwner | undefined {
    return livingOwner(row, { now, staleMs: this.#staleMs });
  }
}

/** The owner that stands in a row, unless it was silent for too long or its process, on this host, is gone. */
export function livingOwner(
  row: Pick<RunnerSelected, 'host' | 'pid' | 'command' | 'since' | 'heartbeat' | 'told'>,
  { now, staleMs }: { readonly now: number; readonly staleMs: number },
): LockOwner | undefined {
  const { host, pid, command, since, heartbeat, told } = row;
  if (host === null || pid === null || command === null || since === null || heartbeat === null)
    return undefined;
  // A heartbeat of the future is one from before the clock was set back: its holder would have beaten anew.
  if (Math.abs(now - heartbeat) > staleMs || (host === hostname() && !isAlive(pid))) return undefined;
  return {
    host,
    pid,
    command,
    since: new Date(since),
    heartbeat: new Date(heartbeat),
    ...(told !== null && { instruction: told }),
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
