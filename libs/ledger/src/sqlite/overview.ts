import { LedgerConflictError } from '../errors.ts';
import type { DatabaseSync } from 'node:sqlite';
import type { LedgerOverview } from '../port/ledger.ts';
import { livingOwner, OWNER_STALE_MS } from '../sql/owner.ts';
import { toIntake } from '../sql/rows.ts';
import {
  batchSums,
  changeSums,
  keptTally,
  tallyOf,
  unsentSums,
  type BatchSums,
  type ChangeSums,
} from '../sql/sums.ts';
import type { IntakeSelected, RunnerSelected, UnsentSumSelected } from '../sql/tables.ts';

/**
 * The overview of an open file. Fixed selects, so that the query builder need not be loaded to show where
 * things stand.
 */
export function overviewOf(file: DatabaseSync, translated: <T>(work: () => T) => T): LedgerOverview {
  const all = <Row>(text: string, ...values: readonly string[]): Promise<readonly Row[]> =>
    Promise.try(() => translated(() => file.prepare(text).all(...values) as unknown as readonly Row[]));
  return {
    async listIntakes() {
      return (await all<IntakeSelected>('select * from intake order by number desc')).map(toIntake);
    },
    async tally(intakeId) {
      const [intake] = await all<IntakeSelected>('select * from intake where id = ?', intakeId);
      if (intake === undefined) throw new LedgerConflictError(`intake ${intakeId} is not in the ledger`);
      const kept = keptTally(intake);
      if (kept !== undefined) return kept;
      const batches = await all<BatchSums>(batchSums(intake.number));
      const unsent = await all<UnsentSumSelected>(unsentSums(intake.number));
      const changes = await all<ChangeSums>(changeSums(intake.number));
      return tallyOf(intake, { batches, unsent, changes });
    },
    async owner() {
      const [row] = await all<RunnerSelected>('select * from runner');
      return row && livingOwner(row, { now: Date.now(), staleMs: OWNER_STALE_MS });
    },
    close: () => Promise.try(() => file.close()),
  };
}
