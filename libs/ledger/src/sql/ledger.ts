import type { Ledger } from '../port.ts';
import { intakeVerbs } from './intakes.ts';
import { loadingVerbs } from './loading.ts';
import { RunnerLock, type LockTiming } from './lock.ts';
import { retryingVerbs } from './retrying.ts';
import { sendingVerbs } from './sending.ts';
import { settlingVerbs } from './settling.ts';
import { createStore, type Dialect } from './store.ts';
import type { Db } from './tables.ts';
import { viewVerbs } from './views.ts';

/** The verbs on an open, migrated database of any dialect. */
export function createLedger(db: Db, dialect: Dialect, timing: LockTiming): Ledger {
  const store = createStore(db, dialect);
  const lock = new RunnerLock(store, timing);
  store.mayWrite = (trx) => lock.mayWrite(trx);
  return {
    lock: (command) => lock.take(command),
    holder: () => store.read((reader) => lock.owner(reader)),
    tell: (instruction) => lock.tell(instruction),
    ...intakeVerbs(store, timing.now ?? Date.now),
    ...loadingVerbs(store),
    ...retryingVerbs(store),
    ...sendingVerbs(store),
    ...settlingVerbs(store),
    ...viewVerbs(store),
    async close() {
      await lock.release();
      await db.destroy();
    },
  };
}
