import { LedgerRewoundError } from '../errors.ts';
import type { Db } from './tables.ts';

/** How far a ledger has come, as something beside the ledger remembers it. */
export interface HighWaterMark {
  /** What was last written; undefined when there is none, `invalid` when it was not written with this key. */
  read(): { readonly ledger: string; readonly serial: number } | 'invalid' | undefined;
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
 * Notices that the ledger went back in time: it was deleted, replaced, restored from a backup, or lost commits in a
 * fail-over. Every intent raises the ledger's serial, and both this process and a mark outside the ledger's folder
 * remember the highest one.
 */
export class Lineage {
  readonly #mark: HighWaterMark;
  #ledger: string | undefined;
  #highest = 0;
  #checked = false;

  constructor(mark: HighWaterMark) {
    this.#mark = mark;
  }

  /** Throws `LedgerRewoundError` when the ledger is not the one that is remembered, or an earlier state of it; once is enough. */
  async check(db: Db): Promise<void> {
    if (this.#checked) return;
    const { ledger, serial, isCopy } = await this.#current(db);
    const mark = this.#mark.read();
    if (isCopy)
      throw new LedgerRewoundError('it is a backup, and what it was made of may have gone on since');
    if (mark === 'invalid') throw new LedgerRewoundError('the mark beside it was not written with this key');
    if (mark !== undefined && mark.ledger !== ledger)
      throw new LedgerRewoundError('another ledger stands where this one was: it was deleted or replaced');
    if (mark !== undefined && mark.serial > serial)
      throw new LedgerRewoundError(
        `it was written ${mark.serial} times, and holds ${serial} of these: it was restored, or lost commits`,
      );
    this.#ledger = ledger;
    this.#highest = serial;
    this.#mark.write(ledger, serial);
    this.#checked = true;
  }

  /** Counts an intent in its transaction; answers the serial. Throws `LedgerRewoundError` when this process knows a later one. */
  async advance(db: Db): Promise<number> {
    const { serial, ledger } = await db
      .updateTable('lineage')
      .set((eb) => ({ serial: eb('serial', '+', 1) }))
      .returning(['serial', 'ledger'])
      .executeTakeFirstOrThrow();
    const id = hex(ledger);
    if (this.#ledger !== undefined && this.#ledger !== id)
      throw new LedgerRewoundError('another ledger stands where this one was: it was deleted or replaced');
    if (serial <= this.#highest)
      throw new LedgerRewoundError(
        `this process saw it written ${this.#highest} times, and it holds ${serial - 1} of these: it lost commits`,
      );
    this.#ledger = id;
    return serial;
  }

  /** Remembers a serial that is committed. */
  reached(serial: number): void {
    if (serial <= this.#highest) return;
    this.#highest = serial;
    if (this.#ledger !== undefined) this.#mark.write(this.#ledger, serial);
  }

  /** Gives back what the mark holds open. */
  close(): void {
    this.#mark.close();
  }

  /** Gives the ledger a lineage of its own, from which it goes on. */
  async renew(db: Db, ledger: Uint8Array): Promise<() => void> {
    const { serial } = await this.#current(db);
    const mark = this.#mark.read();
    const next = Math.max(serial, this.#highest, typeof mark === 'object' ? mark.serial : 0) + 1;
    await db.updateTable('lineage').set({ ledger, serial: next, is_copy: 0 }).execute();
    return () => {
      this.#ledger = hex(ledger);
      this.#highest = next;
      this.#checked = true;
      this.#mark.write(this.#ledger, next);
    };
  }

  async #current(db: Db) {
    const row = await db.selectFrom('lineage').selectAll().executeTakeFirstOrThrow();
    return { ledger: hex(row.ledger), serial: row.serial, isCopy: row.is_copy === 1 };
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
