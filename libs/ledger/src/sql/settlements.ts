import { recordKeyOf, type RecordKey } from '@enrollkit/enrollment';
import type { Settlement } from '../port/batches.ts';
import type { Ledger } from '../port/ledger.ts';
import { prepared, type Given } from './prepared.ts';
import {
  endedRecord,
  packOutcomes,
  unpackEnded,
  unpackKeys,
  type EndedOutcome,
  type EndedRecord,
} from './record-codec.ts';
import type { Store } from './store.ts';
import type { Db } from './tables.ts';
import { together } from './together.ts';

type SettlementMethods = Pick<Ledger, 'settle' | 'refuseBatch' | 'abandonBatch'> & {
  /** `settle` with outcomes that `packEnded` has packed on another thread. */
  settlePacked(batchId: number, outcomes: Uint8Array, onMissing?: 'refuse' | 'wait'): Promise<Settlement>;
};

/** The outcome of a record that a finished batch did not mention. */
const resultMissing: EndedOutcome = [
  'refused',
  null,
  null,
  'RESULT_MISSING',
  'the provider finished the batch without a result for this record',
  null,
];

/** The three ways in which a batch ends. `ended` hears how many records did. */
export function settlementRepository(
  store: Store,
  { now, ended }: { readonly now: () => number; readonly ended: (records: number) => Promise<void> },
): SettlementMethods {
  const settle = async (
    batchId: number,
    outcomes: readonly EndedRecord[],
    onMissing: 'refuse' | 'wait' = 'refuse',
  ): Promise<Settlement> => {
    const settlement = await store.writeShared(async (db, move) => {
      const {
        rows: [batch],
      } = await packedOf(db, { batch: batchId });
      const { rows, unmatched } = matched(batch === undefined ? [] : unpackKeys(batch.packed), outcomes);
      const missing = rows.filter((outcome) => outcome === undefined).length;
      if (missing > 0 && onMissing === 'wait') return { settled: false, missing, unmatched };
      const enrolled = rows.filter((outcome) => outcome?.stored[0] === 'enrolled').length;
      const moving = move(batchId, {
        to: 'settled',
        from: ['submitting', 'submitted'],
        set: { enrolled, refused: rows.length - enrolled, ended_at: now() },
      });
      const stored = rows.map((outcome) => (outcome === undefined ? resultMissing : outcome.stored));
      const outcomesOf = setOutcomes(db, { batch: batchId, outcomes: packOutcomes(stored) });
      await together(moving, outcomesOf, dropBody(db, batchId));
      return { settled: true, missing, unmatched };
    });
    if (settlement.settled) await ended(outcomes.length);
    return settlement;
  };
  return {
    settle: (batchId, outcomes, onMissing) => settle(batchId, outcomes.map(endedRecord), onMissing),
    settlePacked: (batchId, outcomes, onMissing) => settle(batchId, unpackEnded(outcomes), onMissing),
    refuseBatch: async (batchId, reason) => {
      const { records } = await store.writeShared(async (db, move) => {
        const batch = await move(batchId, {
          to: 'refused',
          from: ['submitting', 'submitted'],
          set: { reason: JSON.stringify(reason), ended_at: now() },
          refusesAll: true,
        });
        await dropBody(db, batchId);
        return batch;
      });
      await ended(records);
    },
    abandonBatch: async (batchId) => {
      const { records } = await store.writeShared(async (db, move) => {
        const batch = await move(batchId, {
          to: 'abandoned',
          from: ['sealed', 'unknown', 'submitted'],
          set: { ended_at: now() },
        });
        await dropBody(db, batchId);
        return batch;
      });
      await ended(records);
    },
  };
}

/** The outcome of each record of a batch, and how many outcomes are for no record of it. */
function matched(
  records: readonly RecordKey[],
  outcomes: readonly EndedRecord[],
): { readonly rows: readonly (EndedRecord | undefined)[]; readonly unmatched: number } {
  // Most providers answer in the order in which they were asked.
  if (
    outcomes.length === records.length &&
    outcomes.every((outcome, index) => isFor(records[index], outcome))
  )
    return { rows: outcomes, unmatched: 0 };
  const left = byKey(outcomes);
  const rows = records.map((record) => {
    const key = recordKeyOf(record);
    const outcome = left.get(key);
    left.delete(key);
    return outcome;
  });
  return { rows, unmatched: left.size };
}

function isFor(record: RecordKey | undefined, outcome: EndedRecord): boolean {
  return (
    record?.externalCardId === outcome.externalCardId &&
    record.externalConsumerId === outcome.externalConsumerId
  );
}

/**
 * Outcomes by record key. Of two for one record `enrolled` wins: a record that may be enrolled must not look
 * as if it could be sent again.
 */
function byKey(outcomes: readonly EndedRecord[]): Map<string, EndedRecord> {
  const map = new Map<string, EndedRecord>();
  for (const outcome of outcomes) {
    const key = recordKeyOf(outcome);
    if (map.get(key)?.stored[0] !== 'enrolled') map.set(key, outcome);
  }
  return map;
}

const packedOf = prepared((db, given: Given<{ readonly batch: number }>) =>
  db.selectFrom('batch_record').select('packed').where('batch', '=', given('batch')),
);

const setOutcomes = prepared((db, given: Given<{ readonly batch: number; readonly outcomes: Uint8Array }>) =>
  db
    .updateTable('batch_record')
    .set({ outcomes: given('outcomes') })
    .where('batch', '=', given('batch')),
);

const deleteBody = prepared((db, given: Given<{ readonly batch: number }>) =>
  db.deleteFrom('body').where('batch', '=', given('batch')),
);

async function dropBody(db: Db, batch: number): Promise<void> {
  await deleteBody(db, { batch });
}
