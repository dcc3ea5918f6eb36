import { sql } from 'kysely';
import { LedgerLockedError, LedgerLockLostError, LedgerRewoundError, LedgerTermsError } from '../errors.ts';
import type { Claim, Instruction, LedgerLock, LockOwner, LockRole } from '../port/lock.ts';
import { processIdentity } from '../process-identity.ts';
import { listeningPerBeat, type Lock, type LockTiming } from '../sql/lock.ts';
import { livingOwner, OWNER_STALE_MS } from '../sql/owner.ts';
import type { Store } from '../sql/store.ts';
import type { Db } from '../sql/tables.ts';
import type { Sockets } from './sockets.ts';
import { participants, type ParticipantRow } from './participant-rows.ts';
import { agree } from './terms.ts';

interface Living {
  readonly row: ParticipantRow;
  readonly owner: LockOwner;
}

interface Held {
  id: number;
  readonly command: string;
  readonly role: LockRole;
  readonly lost: AbortController;
  readonly stopped: AbortController;
  paused: boolean;
  claimed: string | undefined;
  /** When a heartbeat was last answered, by the clock of this process, in milliseconds. */
  answered: number;
  timers: readonly NodeJS.Timeout[];
}

/** Joining and claiming happen one at a time; a number no other program is likely to lock with: `ENRM`. */
const joinLock = 0x45_4e_52_4d;

const alone: LockRole = { as: 'alone' };

/**
 * The lock of a ledger that many hosts share.
 *
 *   alone    one process, and no other participant
 *   joined   any number; each keeps at most one intake from the others (a claim) while it changes what it is
 *            made of
 *   silent   no heartbeat for `staleMs`, or its process on this host is gone: the next to join or claim
 *            removes it
 *
 * The participant's row is its fence: whoever was removed can write nothing of what it claimed, even before
 * it notices. A participant without a claim just joins again; what it sends is fenced batch by batch.
 */
export class SharedLock implements Lock {
  readonly #store: Store;
  readonly #lines: Sockets;
  readonly #heartbeatMs: number;
  readonly #staleMs: number;
  readonly #now: (db: Db) => Promise<number>;
  readonly #asserted = new WeakMap<Db, Promise<void>>();
  #held: Held | undefined;

  constructor(store: Store, lines: Sockets, timing: LockTiming) {
    this.#store = store;
    this.#lines = lines;
    this.#heartbeatMs = timing.heartbeatMs ?? 5000;
    this.#staleMs = timing.staleMs ?? OWNER_STALE_MS;
    const { now } = timing;
    this.#now = now === undefined ? (db) => store.dialect.now(db) : () => Promise.resolve(now());
  }

  /** Once in a transaction, however many changes share it. */
  assertMayWrite(db: Db): Promise<void> {
    const asserted = this.#asserted.get(db) ?? this.#assertMayWrite(db);
    this.#asserted.set(db, asserted);
    return asserted;
  }

  async #assertMayWrite(db: Db): Promise<void> {
    const held = this.#held;
    if (held !== undefined && (held.role.as === 'alone' || held.claimed !== undefined)) {
      const { rows } = await sql`select id from participant
          where id = ${held.id} and claimed is not distinct from ${held.claimed ?? null} for share`.execute(
        db,
      );
      if (rows.length === 1) return;
      held.lost.abort(new LedgerLockLostError());
      throw new LedgerLockLostError();
    }
    const { rows } = await sql<ParticipantRow>`select * from participant
        where role = 'alone' and id <> ${held?.id ?? 0}`.execute(db);
    for (const row of rows) {
      const owner = livingOwner(row, { now: await this.#now(db), staleMs: this.#staleMs });
      if (owner !== undefined) throw new LedgerLockedError(owner);
    }
  }

  async take(command: string, role = alone): Promise<LedgerLock> {
    const { id, owner } = await this.#join(command, role);
    const held: Held = {
      id,
      command,
      role,
      lost: new AbortController(),
      stopped: new AbortController(),
      paused: owner.instruction === 'pause',
      claimed: undefined,
      answered: performance.now(),
      timers: [],
    };
    held.timers = [
      setInterval(() => void this.#beat(held), this.#heartbeatMs).unref(),
      setInterval(() => void this.#listen(held), this.#heartbeatMs / listeningPerBeat).unref(),
    ];
    this.#held = held;
    return {
      owner,
      lost: held.lost.signal,
      stopped: held.stopped.signal,
      paused: () => held.paused,
      claim: (intakeId) => this.#claim(held, intakeId),
      release: () => this.release(),
    };
  }

  instruct(instruction: Instruction): Promise<LockOwner | undefined> {
    return this.#store.writeUnguarded(async (db) => {
      const ids = (await this.#living(db)).map(({ row }) => row.id);
      if (ids.length > 0) {
        await sql`update participant set instruction = ${instruction === 'go-on' ? null : instruction}
          where instruction is distinct from 'stop' and id in (${sql.join(ids)})`.execute(db);
      }
      return this.owner(db);
    });
  }

  async owner(db: Db): Promise<LockOwner | undefined> {
    return (await this.#living(db))[0]?.owner;
  }

  async isAtWork(db: Db, processId: string): Promise<boolean> {
    return (await this.#living(db)).some(({ row }) => row.process_id === processId);
  }

  /**
   * Batch by batch: who sends a batch holds its work, and that is where the intent counts as a sign of life.
   */
  noteAlive(): Promise<void> {
    return Promise.resolve();
  }

  async release(): Promise<void> {
    const held = this.#held;
    if (held === undefined) return;
    this.#held = undefined;
    for (const timer of held.timers) clearInterval(timer);
    await this.#store.writeUnguarded((db) => sql`delete from participant where id = ${held.id}`.execute(db));
  }

  #join(command: string, role: LockRole): Promise<{ readonly id: number; readonly owner: LockOwner }> {
    return this.#store.writeUnguarded(async (db) => {
      const now = await this.#oneAtATime(db);
      const living = await this.#living(db);
      const [first] = living;
      if (first !== undefined && (role.as === 'alone' || first.row.role === 'alone'))
        throw new LedgerLockedError(first.owner);
      const terms =
        'terms' in role
          ? await agree(
              db,
              role,
              living.map(({ row, owner }) => ({ owner, terms: row.terms })),
            )
          : null;
      // A participant that joins while the others are paused starts paused.
      const instruction = living.some(({ owner }) => owner.instruction === 'pause') ? 'pause' : null;
      const { host, pid, processId, machine } = processIdentity;
      const {
        rows: [row],
      } = await sql<{
        readonly id: number;
      }>`insert into participant (role, host, pid, process_id, machine, command, since, heartbeat,
        instruction, terms)
        values (${role.as}, ${host}, ${pid}, ${processId}, ${machine}, ${command}, ${now}, ${now},
        ${instruction}, ${terms}) returning id`.execute(db);
      return {
        id: row?.id ?? 0,
        owner: {
          host,
          pid,
          processId,
          command,
          since: new Date(now),
          heartbeat: new Date(now),
          ...(instruction !== null && { instruction }),
        },
      };
    });
  }

  async #claim(held: Held, intakeId: string): Promise<Claim> {
    await this.#store.writeUnguarded(async (db) => {
      await this.#oneAtATime(db);
      const other = (await this.#living(db)).find(
        ({ row }) => row.claimed === intakeId && row.id !== held.id,
      );
      if (other !== undefined) throw new LedgerLockedError(other.owner);
      const { rows } =
        await sql`update participant set claimed = ${intakeId} where id = ${held.id} returning id`.execute(
          db,
        );
      if (rows.length !== 1) throw new LedgerLockLostError();
    });
    held.claimed = intakeId;
    return {
      release: async () => {
        held.claimed = undefined;
        await this.#store.writeUnguarded((db) =>
          sql`update participant set claimed = null where id = ${held.id}`.execute(db),
        );
      },
    };
  }

  /** Waits for its turn to join or claim, and removes the silent; answers the time. */
  async #oneAtATime(db: Db): Promise<number> {
    await sql`select pg_advisory_xact_lock(${sql.lit(joinLock)})`.execute(db);
    const living = new Set((await this.#living(db)).map(({ row }) => row.id));
    const silent = (await participants(db)).filter(({ id }) => !living.has(id)).map(({ id }) => id);
    if (silent.length > 0) await sql`delete from participant where id in (${sql.join(silent)})`.execute(db);
    return this.#now(db);
  }

  async #living(db: Db): Promise<readonly Living[]> {
    const now = await this.#now(db);
    return (await participants(db)).flatMap((row) => {
      const owner = livingOwner(row, { now, staleMs: this.#staleMs });
      return owner === undefined ? [] : [{ row, owner }];
    });
  }

  async #beat(held: Held): Promise<void> {
    this.#reconnectIfSilent(held);
    try {
      const { rows } = await this.#store.writeUnguarded(async (db) =>
        sql`update participant set heartbeat = ${await this.#now(db)} where id = ${held.id}
          returning id`.execute(db),
      );
      held.answered = performance.now();
      if (rows.length === 1 || this.#held !== held) return;
      if (held.role.as === 'alone' || held.claimed !== undefined) held.lost.abort(new LedgerLockLostError());
      else await this.#joinAgain(held);
    } catch {
      // A heartbeat that cannot be written shows as silence to the others; the fences protect what they then
      // do.
    }
  }

  /**
   * Heartbeats are short: when none is answered for so long, nothing else will be, and new connections are
   * needed.
   */
  #reconnectIfSilent(held: Held): void {
    if (performance.now() - held.answered < 2 * this.#staleMs) return;
    held.answered = performance.now();
    this.#lines.destroy();
  }

  /**
   * Removed as silent while the database or the machine was away: it had claimed nothing, so it may join
   * again.
   */
  async #joinAgain(held: Held): Promise<void> {
    try {
      held.id = (await this.#join(held.command, held.role)).id;
    } catch (error) {
      // Only what is final: a database that is away again is tried at the next beat.
      if (error instanceof LedgerTermsError || error instanceof LedgerLockedError) held.lost.abort(error);
    }
  }

  async #listen(held: Held): Promise<void> {
    try {
      await this.#store.observeLineage();
      const {
        rows: [row],
      } = await this.#store.read((db) =>
        sql<ParticipantRow>`select * from participant where id = ${held.id}`.execute(db),
      );
      if (row === undefined) return;
      held.paused = row.instruction === 'pause';
      if (row.instruction === 'stop') held.stopped.abort();
    } catch (error) {
      if (error instanceof LedgerRewoundError) held.lost.abort(error);
      // Else it is heard the next time: an instruction stays written.
    }
  }
}
