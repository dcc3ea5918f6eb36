import { batchMoves, type BatchState } from '@enrollkit/enrollment';
import { noChanges, type Ledger, type RecordRow, type Tally } from '@enrollkit/ledger';
import { all, found } from './builders.ts';

/** The tally counted the long way: record by record, rejection by rejection, batch by batch. */
export async function scan(ledger: Ledger, intakeId: string): Promise<Tally> {
  const records = await all(ledger.records(intakeId));
  const states = Object.keys(batchMoves) as BatchState[];
  const count = (matches: (record: RecordRow) => boolean) => records.filter(matches).length;
  const batches = await Promise.all(
    states.map(async (state) => [state, (await ledger.batchesIn(intakeId, state)).length] as const),
  );
  return {
    rows: (await found(ledger, intakeId)).position.rows,
    unsent: (await ledger.tally(intakeId)).unsent,
    unchangedBy: {},
    changes: noChanges(),
    missing: 0,
    rejected: (await all(ledger.rejections(intakeId))).length,
    records: records.length,
    enrolled: count(({ state }) => state === 'enrolled'),
    refused: count(({ state }) => state === 'refused'),
    abandoned: count(({ state }) => state === 'abandoned'),
    unknown: count(({ state, batchState }) => state === 'batched' && batchState === 'unknown'),
    waiting: count(({ state, batchState }) => state === 'batched' && batchState === 'sealed'),
    submitted: count(
      ({ state, batchState }) =>
        state === 'batched' && (batchState === 'submitting' || batchState === 'submitted'),
    ),
    batches: Object.fromEntries(batches) as Tally['batches'],
  };
}
