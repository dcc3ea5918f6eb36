import type { Ledger } from '../port.ts';
import { holdingVerbs } from './holding.ts';
import { intakeVerbs } from './intakes.ts';
import { loadingVerbs } from './loading.ts';
import { RunnerLock, type Lock, type LockTiming } from './lock.ts';
import { purgingVerbs } from './purging.ts';
import { retryingVerbs } from './retrying.ts';
import { sendingVerbs } from './sending.ts';
import { settlingVerbs } from './settling.ts';
import { createStore, type Dialect, type Store } from './store.ts';
import type { Db } from './tables.ts';
import { viewVerbs } from './views.ts';

/** The verbs on an open, migrated database with one runner. */
export function createLedger(db: Db, dialect: Dialect, timing: LockTiming): Ledger {
  const store = createStore(db, dialect);
  return {
    ...ledgerOf(store, new RunnerLock(store, timing), { timing, close: () => db.destroy() }),
    ...holdingVerbs(store, timing.now ?? Date.now),
  };
}

/** The verbs on a store, guarded by a lock; all but the one rate, which is kept where the runners are. */
export function ledgerOf(
  store: Store,
  lock: Lock,
  { timing, close }: { readonly timing: LockTiming; readonly close: () => Promise<void> },
): Omit<Ledger, 'pauseFor' | 'pausedForMs'> {
  store.mayWrite = (trx) => lock.mayWrite(trx);
  return {
    lock: (command, role) => lock.take(command, role),
    owner: () => store.read((reader) => lock.owner(reader)),
    instruct: (instruction) => lock.tell(instruction),
    ...intakeVerbs(store, timing.now ?? Date.now),
    ...loadingVerbs(store),
    ...purgingVerbs(store, timing.now ?? Date.now),
    ...retryingVerbs(store),
    ...sendingVerbs(store),
    ...settlingVerbs(store),
    ...viewVerbs(store),
    async close() {
      await lock.release();
      await close();
    },
  };
}
