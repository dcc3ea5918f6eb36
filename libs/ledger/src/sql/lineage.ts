import { sql, type RawBuilder, type Selectable } from 'kysely';
import { LedgerRewoundError, LedgerStorageError } from '../errors.ts';
import { prepared, type Prepared } from './prepared.ts';
import type { Db, Tables } from './tables.ts';

/** How far a ledger has come, as something beside the ledger remembers it. */
export interface HighWaterMark {
  /**
   * What was last written of a ledger, wherever it was then, or of whatever ledger is at this address;
   * undefined when there is none, `invalid` when it was not written with this key.
   */
  read(ledger?: string): { readonly ledger: string; readonly serial: number } | 'invalid' | undefined;
  /** Remembers it. It is written after the commit, so that it never leads the ledger. */
  write(ledger: string, serial: number): void;
  /** Gives back what it holds open. */
  close(): void;
}

/** No memory beside the ledger but the process's own. */
export const noMark: HighWaterMark = {
  read: () => undefined,
  write: () => undefined,
  close: () => undefined,
};

/**
 * Milliseconds without an intent after the database was restarted or failed over: others, who look every
 * second, may know that it lost commits.
 */
const SETTLE_MS = 5_000;

/** The server that a ledger is on, as a lineage needs it. */
export interface LineageServer {
  /** Path, or address without password: for messages. */
  readonly where: string;
  /** Tells one run of the server from another: after a restart or a fail-over it is another text. */
  readonly incarnation: RawBuilder<string>;
}

/** A ledger's state of its lineage. */
interface Current {
  readonly ledger: string;
  readonly serial: number;
  readonly isCopy: boolean;
  readonly isRewound: boolean;
  readonly formerIds: readonly string[];
}

/**
 * Notices that the ledger went back in time: it was deleted, replaced, restored from a backup, or lost
 * commits in a fail-over. Every intent raises the ledger's serial; each process remembers the highest one it
 * has seen, its own or another's, and so does a mark outside the ledger's folder. Whoever knows better says
 * so in the ledger, and everybody stops.
 */
export class Lineage {
  readonly #mark: HighWaterMark;
  readonly #settleMs: number;
  #ledger: string | undefined;
  #highest = 0;
  #checked = false;
  #knowsBetter = false;
  /** Which run of the database's server this is. */
  #incarnation: string | undefined;
  #noIntentBefore = 0;
  #raiseSerial:
    | Prepared<object, Selectable<Tables['lineage']> & { readonly incarnation: string }>
    | undefined;

  constructor(mark: HighWaterMark, settleMs: number = SETTLE_MS) {
    this.#mark = mark;
    this.#settleMs = settleMs;
  }

  /** Whether a refusal came of what this process or its mark knows, and the others do not. */
  get knowsBetter(): boolean {
    return this.#knowsBetter;
  }

  /**
   * Throws `LedgerRewoundError` when the ledger is not the one that is remembered, or an earlier state of it;
   * once is enough.
   */
  async check(db: Db, server: LineageServer): Promise<void> {
    if (this.#checked) return;
    const found = await this.#current(db, server);
    const { ledger } = found;
    if (found.isCopy) refuseUnadopted(found);
    const here = this.#mark.read();
    if (here === 'invalid') throw new LedgerRewoundError(foreignMark);
    // The mark of another host may know the ledger from before it was adopted.
    if (here !== undefined && here.ledger !== ledger && !found.formerIds.includes(here.ledger))
      throw this.#betterKnown(replaced);
    const { serial } = await this.#upToMark(db, server, found);
    refuseUnadopted(found);
    this.#ledger = ledger;
    this.#highest = Math.max(this.#highest, serial);
    this.#mark.write(ledger, serial);
    this.#checked = true;
  }

  /**
   * Looks how far the others have come. Throws `LedgerRewoundError` when the ledger is behind what was seen
   * of it before.
   */
  async observe(db: Db, server: LineageServer): Promise<void> {
    // As known before the question: an intent may be recorded meanwhile.
    const known = { ledger: this.#ledger, highest: this.#highest };
    const current = await this.#upToMark(db, server, await this.#current(db, server));
    this.#refuseAnother(known.ledger, current);
    if (current.serial < known.highest) throw this.#betterKnown(lostCommits(known.highest, current.serial));
    refuseUnadopted(current);
    this.#ledger ??= current.ledger;
    this.reached(current.serial);
  }

  /**
   * Counts an intent in its transaction; answers the serial. Throws `LedgerRewoundError` when this process
   * knows a later one.
   */
  async advance(db: Db, server: LineageServer): Promise<number> {
    const known = this.#highest;
    this.#raiseSerial ??= prepared((builder) =>
      builder
        .updateTable('lineage')
        .set((eb) => ({ serial: eb('serial', '+', 1) }))
        .returningAll()
        .returning(server.incarnation.as('incarnation')),
    );
    const {
      rows: [row],
    } = await this.#raiseSerial(db, {});
    if (row === undefined) throw new Error('the lineage row is missing');
    const current = currentOf(row);
    const { serial } = current;
    this.#refuseAnother(this.#ledger, current);
    if (serial <= known) throw this.#betterKnown(lostCommits(known, serial - 1));
    refuseUnadopted(current);
    this.#noteIncarnation(row.incarnation);
    if (performance.now() < this.#noIntentBefore)
      throw new LedgerStorageError(
        'ledger-restarted',
        'the database was restarted or failed over; nothing is sent for a moment, in case another process knows that it lost commits',
        { where: server.where },
      );
    this.#ledger = current.ledger;
    return serial;
  }

  /** Remembers a serial that is committed. */
  reached(serial: number): void {
    if (serial <= this.#highest) return;
    this.#highest = serial;
    if (this.#ledger !== undefined) this.#mark.write(this.#ledger, serial);
  }

  /** Says in the ledger that it went back in time. */
  async condemn(db: Db): Promise<void> {
    await db.updateTable('lineage').set({ rewound: 1 }).execute();
  }

  /** Gives back what the mark holds open. */
  close(): void {
    this.#mark.close();
  }

  /** Gives the ledger a lineage of its own, from which it goes on in doubt. */
  async renew(db: Db, server: LineageServer, ledger: Uint8Array): Promise<() => void> {
    const current = await this.#current(db, server);
    const mark = this.#mark.read();
    const known = typeof mark === 'object' ? mark : undefined;
    const next = Math.max(current.serial, this.#highest, known?.serial ?? 0) + 1;
    const former = new Set([
      ...current.formerIds,
      current.ledger,
      ...(known === undefined ? [] : [known.ledger]),
    ]);
    await db
      .updateTable('lineage')
      .set({ ledger, serial: next, is_copy: 0, rewound: 0, in_doubt: 1, former_ids: [...former].join(',') })
      .execute();
    return () => {
      this.#ledger = hex(ledger);
      this.#highest = next;
      this.#checked = true;
      this.#knowsBetter = false;
      this.#mark.write(this.#ledger, next);
    };
  }

  /** Compares with what the marks say of the ledger, also of a copy of it that goes on at another place. */
  async #upToMark(db: Db, server: LineageServer, found: Current): Promise<Current> {
    const marks = [this.#mark.read(), this.#mark.read(found.ledger)];
    const marked = Math.max(
      ...marks.map((mark) => {
        if (mark === 'invalid') throw new LedgerRewoundError(foreignMark);
        return mark?.ledger === found.ledger ? mark.serial : 0;
      }),
    );
    // Another process may have gone on since the question.
    const current = marked > found.serial ? await this.#current(db, server) : found;
    if (marked > current.serial && current.ledger === found.ledger)
      throw this.#betterKnown(
        `it was written ${marked} times, and holds ${current.serial} of these: it was copied or restored, or lost commits`,
      );
    return current;
  }

  #betterKnown(found: string): LedgerRewoundError {
    this.#knowsBetter = true;
    return new LedgerRewoundError(found);
  }

  #noteIncarnation(incarnation: string): void {
    if (this.#incarnation !== undefined && this.#incarnation !== incarnation)
      this.#noIntentBefore = performance.now() + this.#settleMs;
    this.#incarnation = incarnation;
  }

  async #current(db: Db, server: LineageServer): Promise<Current> {
    const row = await db
      .selectFrom('lineage')
      .selectAll()
      .select(server.incarnation.as('incarnation'))
      .executeTakeFirstOrThrow();
    this.#noteIncarnation(row.incarnation);
    return currentOf(row);
  }

  /**
   * A process that slept while the ledger was adopted must not go on, and has nothing to say against it
   * either.
   */
  #refuseAnother(known: string | undefined, { ledger, formerIds }: Current): void {
    if (known === undefined || known === ledger) return;
    if (formerIds.includes(known))
      throw new LedgerRewoundError('it was adopted while this process was at work');
    throw this.#betterKnown(replaced);
  }
}

function currentOf(row: Selectable<Tables['lineage']>): Current {
  return {
    ledger: hex(row.ledger),
    serial: row.serial,
    isCopy: row.is_copy === 1,
    isRewound: row.rewound === 1,
    formerIds: row.former_ids.split(','),
  };
}

const replaced = 'another ledger stands where this one was: it was deleted or replaced';
const foreignMark = 'the mark beside it was not written with this key';
const saidByAnother = 'another process knew a later state of it, and said so';

function lostCommits(highest: number, serial: number): string {
  return `this process saw it written ${highest} times, and it holds ${serial} of these: it lost commits`;
}

function refuseUnadopted({ isCopy, isRewound }: Current): void {
  if (isCopy) throw new LedgerRewoundError('it is a backup, and what it was made of may have gone on since');
  if (isRewound) throw new LedgerRewoundError(saidByAnother);
}

/**
 * The state of adoption: whether what is new may have been sent in a time that the ledger does not remember.
 */
export async function isInDoubt(db: Db): Promise<boolean> {
  const { in_doubt: inDoubt } = await db.selectFrom('lineage').select('in_doubt').executeTakeFirstOrThrow();
  return inDoubt === 1;
}

/** For a database in a file, whose process is our own. */
export const noIncarnation: RawBuilder<string> = sql<string>`''`;

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
