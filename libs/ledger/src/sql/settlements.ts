import { recordKeyOf, type RecordKey } from '@enrollkit/enrollment';
import type { Settlement } from '../port/batches.ts';
import type { Ledger } from '../port/ledger.ts';
import { prepared, type Given } from './prepared.ts';
import {
  packEnded,
  packOutcomes,
  unpackEnded,
  unpackEndedKeys,
  unpackKeys,
  type EndedOutcome,
  type PackedEnded,
} from './record-codec.ts';
import type { Store } from './store.ts';
import type { Db } from './tables.ts';
import { together } from './together.ts';

type SettlementMethods = Pick<Ledger, 'settle' | 'refuseBatch' | 'abandonBatch'> & {
  /** `settle` with outcomes that `packEnded` has packed on another thread. */
  settlePacked(batchId: number, ended: PackedEnded, onMissing?: 'refuse' | 'wait'): Promise<Settlement>;
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
  const settlePacked: SettlementMethods['settlePacked'] = async (batchId, answers, onMissing = 'refuse') => {
    const settlement = await store.writeShared(async (db, move) => {
      const {
        rows: [batch],
      } = await packedOf(db, { batch: batchId });
      const records = batch === undefined ? [] : unpackKeys(batch.packed);
      const { enrolled, outcomes, missing, unmatched } = matched(records, answers);
      if (missing > 0 && onMissing === 'wait') return { settled: false, missing, unmatched };
      const moving = move(batchId, {
        to: 'settled',
        from: ['submitting', 'submitted'],
        set: { enrolled, refused: records.length - enrolled, ended_at: now() },
      });
      await together(moving, setOutcomes(db, { batch: batchId, outcomes }), dropBody(db, batchId));
      return { settled: true, missing, unmatched };
    });
    if (settlement.settled) await ended(answers.records);
    return settlement;
  };
  return {
    settlePacked,
    settle: (batchId, outcomes, onMissing) => settlePacked(batchId, packEnded(outcomes), onMissing),
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

/** The outcomes of a batch as they are stored, one for each of its records. */
interface Matched extends Pick<PackedEnded, 'enrolled' | 'outcomes'> {
  /** Records without an outcome. */
  readonly missing: number;
  /** Outcomes for no record of the batch. */
  readonly unmatched: number;
}

function matched(records: readonly RecordKey[], answers: PackedEnded): Matched {
  const keys = unpackEndedKeys(answers);
  // Most providers answer in the order in which they were asked.
  if (areOf(records, keys)) return { ...answers, missing: 0, unmatched: 0 };
  const outcomes = unpackEnded(answers);
  const left = byKey(keys, outcomes);
  const rows = records.map((record) => {
    const key = recordKeyOf(record);
    const outcome = left.get(key);
    left.delete(key);
    return outcome;
  });
  return {
    enrolled: rows.filter((outcome) => outcome?.[0] === 'enrolled').length,
    outcomes: packOutcomes(rows.map((outcome) => outcome ?? resultMissing)),
    missing: rows.filter((outcome) => outcome === undefined).length,
    unmatched: left.size,
  };
}

/** Whether the keys are those of the records, in their order. */
function areOf(records: readonly RecordKey[], keys: readonly string[]): boolean {
  return (
    keys.length === 2 * records.length &&
    records.every(
      ({ externalConsumerId, externalCardId }, index) =>
        externalConsumerId === keys[2 * index] && externalCardId === keys[2 * index + 1],
    )
  );
}

/**
 * Outcomes by record key. Of two for one record `enrolled` wins: a record that may be enrolled must not look
 * as if it could be sent again.
 */
function byKey(keys: readonly string[], outcomes: readonly EndedOutcome[]): Map<string, EndedOutcome> {
  const map = new Map<string, EndedOutcome>();
  for (const [index, outcome] of outcomes.entries()) {
    const [externalConsumerId = '', externalCardId = ''] = keys.slice(2 * index, 2 * index + 2);
    const key = recordKeyOf({ externalConsumerId, externalCardId });
    if (map.get(key)?.[0] !== 'enrolled') map.set(key, outcome);
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
