import { LedgerStorageError, openLedgerBrowser, type LedgerBrowser } from '@enrollkit/ledger';
import { ledgerAddress } from '../config/ledger-address.ts';
import type { LoadedConfig } from '../config/load.ts';

/** Codes of a ledger that has to be opened again. */
const lost: ReadonlySet<string> = new Set(['ledger-gone', 'ledger-unavailable', 'ledger-restarted']);

/** The ledger as the server reads it: opened at the first question, and again after it was lost. */
export class LedgerAccess {
  readonly #loaded: LoadedConfig;
  #opened: Promise<LedgerBrowser> | undefined;

  constructor(loaded: LoadedConfig) {
    this.#loaded = loaded;
  }

  /** Where the ledger is kept. */
  get kind(): 'file' | 'database' {
    return this.#loaded.config.ledger.url === undefined ? 'file' : 'database';
  }

  /** Reads. Throws what the ledger throws; `ledger-not-found` before the first run. */
  async read<T>(work: (ledger: LedgerBrowser) => Promise<T>): Promise<T> {
    const opened = (this.#opened ??= this.#open());
    try {
      return await work(await opened);
    } catch (error) {
      if (isLost(error) && this.#opened === opened) await this.close();
      throw error;
    }
  }

  /** A ledger that cannot be opened now may be there at the next question. */
  async #open(): Promise<LedgerBrowser> {
    try {
      return await openLedgerBrowser(ledgerAddress(this.#loaded));
    } catch (error) {
      this.#opened = undefined;
      throw error;
    }
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await opened?.then(
      (ledger) => ledger.close(),
      () => undefined,
    );
  }
}

function isLost(error: unknown): boolean {
  return error instanceof LedgerStorageError && lost.has(error.code);
}
