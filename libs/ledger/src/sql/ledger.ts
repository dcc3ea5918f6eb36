import type { LedgerOptions } from '../options.ts';
import type { BrowsingPort } from '../port/browsing.ts';
import type { Settlement } from '../port/batches.ts';
import type { Ledger } from '../port/ledger.ts';
import { adoptionRepository } from './adoption.ts';
import { auditRepository } from './audit.ts';
import { browsingRepository } from './browsing/browsing.ts';
import { batchViews } from './batch-views.ts';
import { changeRepository } from './changes/changes.ts';
import { hasLateOptOuts, removeOptedOut } from './changes/late-opt-outs.ts';
import { optOutRepository } from './changes/opt-outs.ts';
import { registeredRepository } from './changes/registered.ts';
import { removalRepository } from './changes/removals.ts';
import { verify } from './checks.ts';
import { intakeRepository } from './intakes.ts';
import { loadingRepository } from './loading.ts';
import { RunnerLock, type Lock } from './lock.ts';
import { pauseRepository } from './pause.ts';
import { pollRepository } from './polls.ts';
import { purgeRepository } from './purge.ts';
import { recordRepository } from './records.ts';
import { backlogRepository } from './register/backlog.ts';
import { bindingRepository } from './register/binding.ts';
import { claimRepository } from './register/claims.ts';
import { erasureRepository } from './register/erasure.ts';
import { findingsRepository } from './register/findings.ts';
import { historyRepository } from './register/history.ts';
import { lookupRepository } from './register/lookup.ts';
import { createMerger, type Merger } from './register/merge.ts';
import { twinsRepository } from './register/twins.ts';
import { retryRepository } from './retries.ts';
import { settlementRepository } from './settlements.ts';
import type { PackedStep } from './packing.ts';
import type { PackedEnded } from './record-codec.ts';
import { createStore, type Dialect, type Store, type StoreParts } from './store.ts';
import { submissionRepository } from './submissions.ts';
import type { Db } from './tables.ts';
import { unsentRepository } from './unsent.ts';

/** How it is timed, and what it does at once. */
type LedgerTiming = Omit<LedgerOptions, 'mark'>;

interface LedgerParts {
  readonly timing: LedgerTiming;
  readonly close: () => Promise<void>;
  /** Shared by ledgers on one database. */
  readonly merger?: Merger;
}

/** A ledger that takes what was packed on another thread. */
export interface PackedLedger extends Ledger {
  /** `commitRead` of steps that were packed already and follow each other. */
  commitPackedReads(steps: readonly PackedStep[]): Promise<void>;
  /** `settle` with outcomes that `packEnded` has packed. */
  settlePacked(batchId: number, ended: PackedEnded, onMissing?: 'refuse' | 'wait'): Promise<Settlement>;
}

/** The ledger on an open, migrated database with one runner. */
export function createLedger(
  db: Db,
  dialect: Dialect,
  { timing, ...parts }: StoreParts & { readonly timing: LedgerTiming },
): PackedLedger & BrowsingPort {
  const store = createStore(db, dialect, parts);
  return {
    ...ledgerOf(store, new RunnerLock(store, timing), { timing, close: () => db.destroy() }),
    ...pauseRepository(store, timing.now ?? Date.now),
  };
}

/** The ledger on a store, guarded by a lock; all but the one rate, which is kept where the runners are. */
export function ledgerOf(
  store: Store,
  lock: Lock,
  { timing, close, merger = createMerger(store, timing.mergedAtOnce) }: LedgerParts,
): Omit<PackedLedger, 'pauseFor' | 'pausedForMs'> & BrowsingPort {
  store.assertMayWrite = (trx) => lock.assertMayWrite(trx);
  store.isAtWork = (db, processId) => lock.isAtWork(db, processId);
  store.noteAlive = (db) => lock.noteAlive(db);
  const now = timing.now ?? Date.now;
  const { ended, mergeSettled } = merger;
  const intakes = intakeRepository(store, now);
  const retries = retryRepository(store, now);
  const removeLate = async (intakeId: string): Promise<number> => {
    if (!(await store.read((db) => hasLateOptOuts(db, intakeId)))) return 0;
    await mergeSettled();
    return removeOptedOut(store, intakeId);
  };
  return {
    lock: (command, role) => lock.take(command, role),
    owner: () => store.read((reader) => lock.owner(reader)),
    instruct: (instruction) => lock.instruct(instruction),
    ...intakes,
    async settleIntake(intakeId) {
      await removeLate(intakeId);
      await intakes.settleIntake(intakeId);
      await mergeSettled();
    },
    ...loadingRepository(store),
    ...findingsRepository(store),
    ...claimRepository(store),
    ...purgeRepository(store, now),
    ...retries,
    // What a merge has left half done would give up the claims of the retry.
    async commitRetry(intakeId, batch) {
      await mergeSettled();
      await retries.commitRetry(intakeId, batch);
    },
    ...submissionRepository(store),
    ...pollRepository(store),
    ...settlementRepository(store, { now, ended }),
    ...batchViews(store),
    ...recordRepository(store),
    ...unsentRepository(store),
    ...bindingRepository(store),
    ...lookupRepository(store),
    ...backlogRepository(store),
    ...historyRepository(store),
    ...twinsRepository(store),
    ...erasureRepository(store),
    ...adoptionRepository(store),
    ...auditRepository(store),
    ...browsingRepository(store),
    ...changeRepository(store, now),
    ...optOutRepository(store, now),
    ...removalRepository(store),
    ...registeredRepository(store),
    mergeSettled,
    removeOptedOut: removeLate,
    verify: () => verify(store),
    async close() {
      await lock.release();
      store.lineage.close();
      await close();
    },
  };
}
