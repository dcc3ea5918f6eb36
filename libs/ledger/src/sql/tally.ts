import { sql } from 'kysely';
import type { Tally } from '../port/records.ts';
import { intakeById } from './intakes.ts';
import {
  batchSums,
  changeSums,
  keptTally,
  tallyOf,
  unsentSums,
  type BatchSums,
  type ChangeSums,
} from './sums.ts';
import type { Db, UnsentSumSelected } from './tables.ts';

/** The tally of an intake; of a purged one, the sums that were kept. */
export async function tally(db: Db, intakeId: string): Promise<Tally> {
  const intake = await intakeById(db, intakeId);
  const kept = keptTally(intake);
  if (kept !== undefined) return kept;
  const batches = await sql.raw<BatchSums>(batchSums(intake.number)).execute(db);
  const unsent = await sql.raw<UnsentSumSelected>(unsentSums(intake.number)).execute(db);
  const changes = await sql.raw<ChangeSums>(changeSums(intake.number)).execute(db);
  return tallyOf(intake, { batches: batches.rows, unsent: unsent.rows, changes: changes.rows });
}
