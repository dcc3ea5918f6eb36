import { sql } from 'kysely';
import { LedgerLockedError, LedgerLockLostError, LedgerRewoundError } from '../errors.ts';
import type { Instruction, LedgerLock, LockOwner, LockRole } from '../port/lock.ts';
import { processIdentity } from '../process-identity.ts';
import { livingOwner, OWNER_STALE_MS } from './owner.ts';
import { prepared, type Given } from './prepared.ts';
import type { Store } from './store.ts';
import type { Db, RunnerSelected } from './tables.ts';

/** How the lock is timed; the defaults are the ones the product runs with. */
export interface LockTiming {
  /** Milliseconds between heartbeats: 5000. */
  readonly heartbeatMs?: number;
  /** Milliseconds after which a silent owner is taken over: 15000. */
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

/** How often in a heartbeat the owner listens for an instruction. */
export const listeningPerBeat = 5;

/** Who may write. */
export interface Lock {
  /** Throws unless this ledger may write now. */
  assertMayWrite(db: Db): Promise<void>;
  take(command: string, role?: LockRole): Promise<LedgerLock>;
  instruct(instruction: Instruction): Promise<LockOwner | undefined>;
  owner(db: Db): Promise<LockOwner | undefined>;
  /** Whether a living process with this id holds the lock or shares in it. */
  isAtWork(db: Db, processId: string): Promise<boolean>;
  /** Writes a heartbeat in a transaction that may write. */
  noteAlive(db: Db): Promise<void>;
  release(): Promise<void>;
}

/**
 * The one-runner lock.
 *
 *   free   nobody writes, or single commands do, each in its own transaction
 *   held   one runner writes; its heartbeat is at most `staleMs` old and, on this machine, its process lives
 *   stale  the owner died or was silent: the next `lock` takes over
 *
 * Each change of hands raises the fence. Every guarded write compares it inside its transaction, so an owner
 * that was taken over while it slept can write nothing, even before it notices.
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
    this.#staleMs = timing.staleMs ?? OWNER_STALE_MS;
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
      const { host, pid, processId, machine } = processIdentity;
      const times = { since: now, heartbeat: now };
      await db
        .updateTable('runner')
        .set({
          host,
          pid,
          process_id: processId,
          machine,
          command,
          ...times,
          fence: row.fence + 1,
          instruction: null,
        })
        .execute();
      const owner = { host, pid, processId, command, since: new Date(now), heartbeat: new Date(now) };
      return { fence: row.fence + 1, owner };
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
      // The owner of the ledger owns every intake in it.
      claim: () => Promise.resolve({ release: () => Promise.resolve() }),
    };
  }

  /** Instructs the living owner; answers it, or undefined when there is none. */
  instruct(instruction: Instruction): Promise<LockOwner | undefined> {
    return this.#store.writeUnguarded(async (db) => {
      const owner = this.#livingOwner(await this.#row(db, 'alone'), await this.#now(db));
      if (owner === undefined || owner.instruction === 'stop') return owner;
      await db
        .updateTable('runner')
        .set({ instruction: instruction === 'go-on' ? null : instruction })
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
        .set({ ...nobody, since: null, heartbeat: null, instruction: null })
        .where('fence', '=', held.fence)
        .execute(),
    );
  }

  /** Who holds it now, if anybody living does. */
  async owner(db: Db): Promise<LockOwner | undefined> {
    return this.#livingOwner(await this.#row(db), await this.#now(db));
  }

  async isAtWork(db: Db, processId: string): Promise<boolean> {
    return (await this.owner(db))?.processId === processId;
  }

  async noteAlive(db: Db): Promise<void> {
    if (this.#held === undefined) return;
    await setHeartbeat(db, { heartbeat: await this.#now(db) });
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
      // A heartbeat that cannot be written shows as silence to the others; the fence protects what they then
      // do.
    }
  }

  async #listen(): Promise<void> {
    const held = this.#held;
    if (held === undefined) return;
    try {
      const { fence, instruction } = await this.#store.read((db) => this.#row(db));
      if (fence !== held.fence) return;
      held.paused = instruction === 'pause';
      if (instruction === 'stop') held.stopped.abort();
      await this.#store.observeLineage();
    } catch (error) {
      if (error instanceof LedgerRewoundError) held.lost.abort(error);
      // Else it is heard the next time: an instruction stays written.
    }
  }

  async #row(db: Db, lock?: 'shared' | 'alone'): Promise<RunnerSelected> {
    const { rows } = await sql<RunnerSelected>`select *
        from runner ${lock === undefined ? sql`` : this.#store.dialect.forUpdate[lock]}`.execute(db);
    const [row] = rows;
    if (row === undefined) throw new Error('the lock row is missing');
    return row;
  }

  #livingOwner(row: RunnerSelected, now: number): LockOwner | undefined {
    return livingOwner(row, { now, staleMs: this.#staleMs });
  }
}

const setHeartbeat = prepared((db, given: Given<{ readonly heartbeat: number }>) =>
  db.updateTable('runner').set({ heartbeat: given('heartbeat') }),
);

/** What a free lock says of its owner. */
const nobody = { host: null, pid: null, process_id: null, machine: null, command: null } as const;
