import type { Ledger } from '../port/ledger.ts';
import { pauseRepository } from './pause.ts';
import { intakeRepository } from './intakes.ts';
import { loadingRepository } from './loading.ts';
import { RunnerLock, type Lock, type LockTiming } from './lock.ts';
import { purgeRepository } from './purge.ts';
import { retryRepository } from './retries.ts';
import { submissionRepository } from './submissions.ts';
import { settlementRepository } from './settlements.ts';
import { createStore, type Dialect, type Store } from './store.ts';
import type { Db } from './tables.ts';
import { recordRepository } from './records.ts';

/** The methods on an open, migrated database with one runner. */
export function createLedger(db: Db, dialect: Dialect, timing: LockTiming): Ledger {
  const store = createStore(db, dialect);
  return {
    ...ledgerOf(store, new RunnerLock(store, timing), { timing, close: () => db.destroy() }),
    ...pauseRepository(store, timing.now ?? Date.now),
  };
}

/** The methods on a store, guarded by a lock; all but the one rate, which is kept where the runners are. */
export function ledgerOf(
  store: Store,
  lock: Lock,
  { timing, close }: { readonly timing: LockTiming; readonly close: () => Promise<void> },
): Omit<Ledger, 'pauseFor' | 'pausedForMs'> {
  store.assertMayWrite = (trx) => lock.assertMayWrite(trx);
  return {
    lock: (command, role) => lock.take(command, role),
    owner: () => store.read((reader) => lock.owner(reader)),
    instruct: (instruction) => lock.instruct(instruction),
    ...intakeRepository(store, timing.now ?? Date.now),
    ...loadingRepository(store),
    ...purgeRepository(store, timing.now ?? Date.now),
    ...retryRepository(store),
    ...submissionRepository(store),
    ...settlementRepository(store),
    ...recordRepository(store),
    async close() {
      await lock.release();
      await close();
    },
  };
}
