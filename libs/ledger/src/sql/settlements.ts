import { recordKeyOf, type RecordOutcome, type RecordState } from '@enrollkit/enrollment';
import { sql } from 'kysely';
import type { Ledger } from '../port/ledger.ts';
import { intakeById } from './intakes.ts';
import { refuse } from './transitions.ts';
import { toBatch } from './rows.ts';
import type { Store } from './store.ts';
import type { Db } from './tables.ts';

type SettlementMethods = Pick<
  Ledger,
  'duePolls' | 'postpone' | 'settle' | 'refuseBatch' | 'abandonBatch' | 'nextDue'
>;

/** Code of a record for which a finished batch told no outcome. */
const resultMissing = {
  code: 'RESULT_MISSING',
  message: 'the provider finished the batch and told no result for this record',
} as const;

/** From the receipt to an end: asking, and the three ways a batch ends. */
export function settlementRepository(store: Store): SettlementMethods {
  return {
    duePolls: (intakeId, now, limit) =>
      store.read(async (db) => {
        const intake = await intakeById(db, intakeId);
        const rows = await db
          .selectFrom('batch')
          .selectAll()
          .where('intake', '=', intake.number)
          .where('state', '=', 'submitted')
          .where('not_before', '<=', now.getTime())
          .orderBy('not_before')
          .orderBy('id')
          .limit(limit)
          .execute();
        return rows.map((row) => toBatch(row, intakeId));
      }),
    postpone: (batchId, notBefore, answer) =>
      store.write(async (db) => {
        const [asked] = await db
          .updateTable('batch')
          .set((eb) => ({
            not_before: notBefore.getTime(),
            polls: eb('polls', '+', 1),
            incomplete: eb('incomplete', '+', answer === 'incomplete' ? 1 : 0),
          }))
          .where('id', '=', batchId)
          .where('state', '=', 'submitted')
          .returningAll()
          .execute();
        if (asked === undefined) return refuse(db, batchId, 'be asked about later, which takes submitted');
        await store.outbox.moved(db, asked);
      }),
    settle: (batchId, outcomes, onMissing = 'refuse') =>
      store.write(async (db, move) => {
        const records = await db
          .selectFrom('record')
          .select(['row_no', 'external_consumer_id', 'external_card_id'])
          .where('batch', '=', batchId)
          .execute();
        const { rows, unmatched } = matched(records, outcomes);
        const missing = rows.filter(([, outcome]) => outcome === undefined).length;
        if (missing > 0 && onMissing === 'wait') return { settled: false, missing, unmatched };
        const enrolled = rows.filter(([, outcome]) => outcome?.result === 'enrolled').length;
        const batch = await move(batchId, {
          to: 'settled',
          from: ['submitted'],
          set: { enrolled, refused: rows.length - enrolled },
        });
        await writeOutcomes(db, batch.intake, rows);
        await dropBody(db, batchId);
        return { settled: true, missing, unmatched };
      }),
    refuseBatch: (batchId, reason) =>
      store.write(async (db, move) => {
        await move(batchId, {
          to: 'refused',
          from: ['submitting', 'submitted'],
          set: { refused: sql`records`, reason: JSON.stringify(reason) },
        });
        await endRecords(db, batchId, { state: 'refused', code: reason.code, message: reason.message });
        await dropBody(db, batchId);
      }),
    abandonBatch: (batchId) =>
      store.write(async (db, move) => {
        await move(batchId, { to: 'abandoned', from: ['sealed', 'unknown', 'submitted'] });
        await endRecords(db, batchId, { state: 'abandoned', code: null, message: null });
        await dropBody(db, batchId);
      }),
    nextDue: (intakeId) =>
      store.read(async (db) => {
        const intake = await intakeById(db, intakeId);
        const { due } = await db
          .selectFrom('batch')
          .select((eb) => eb.fn.min('not_before').as('due'))
          .where('intake', '=', intake.number)
          .where('state', 'in', ['sealed', 'submitted'])
          .executeTakeFirstOrThrow();
        return due === null ? undefined : new Date(due);
      }),
  };

  /** The outcomes, row by row of the batch, in one statement. */
  async function writeOutcomes(
    db: Db,
    intake: number,
    rows: readonly (readonly [number, RecordOutcome | undefined])[],
  ): Promise<void> {
    const given = store.dialect.given(
      [
        { name: 'row_no', type: 'integer' },
        { name: 'state', type: 'text' },
        { name: 'provider_consumer_id', type: 'text' },
        { name: 'provider_card_id', type: 'text' },
        { name: 'code', type: 'text' },
        { name: 'message', type: 'text' },
      ],
      rows.map(([row, outcome]) =>
        outcome === undefined
          ? [row, 'refused', null, null, resultMissing.code, resultMissing.message]
          : [
              row,
              outcome.result,
              outcome.providerConsumerId ?? null,
              outcome.providerCardId ?? null,
              outcome.code ?? null,
              outcome.message ?? null,
            ],
      ),
    );
    await sql`update record set state = given.state, provider_consumer_id = given.provider_consumer_id, provider_card_id = given.provider_card_id,
      code = given.code, message = given.message
      from ${given} where record.intake = ${intake} and record.row_no = given.row_no`.execute(db);
  }
}

/** Each record of a batch with its outcome, and how many outcomes are for no record of it. */
function matched(
  records: readonly {
    readonly row_no: number;
    readonly external_consumer_id: string;
    readonly external_card_id: string;
  }[],
  outcomes: readonly RecordOutcome[],
): {
  readonly rows: readonly (readonly [number, RecordOutcome | undefined])[];
  readonly unmatched: number;
} {
  const told = byKey(outcomes);
  const rows = records.map((record): readonly [number, RecordOutcome | undefined] => {
    const key = recordKeyOf({
      externalConsumerId: record.external_consumer_id,
      externalCardId: record.external_card_id,
    });
    const outcome = told.get(key);
    told.delete(key);
    return [record.row_no, outcome];
  });
  return { rows, unmatched: told.size };
}

/**
 * Outcomes by record key. Told twice, `enrolled` wins: a record that may be enrolled must not look as if it could be
 * sent again.
 */
function byKey(outcomes: readonly RecordOutcome[]): Map<string, RecordOutcome> {
  const map = new Map<string, RecordOutcome>();
  for (const outcome of outcomes) {
    const key = recordKeyOf(outcome);
    if (map.get(key)?.result !== 'enrolled') map.set(key, outcome);
  }
  return map;
}

async function endRecords(
  db: Db,
  batchId: number,
  end: { readonly state: RecordState; readonly code: string | null; readonly message: string | null },
): Promise<void> {
  await db.updateTable('record').set(end).where('batch', '=', batchId).execute();
}

async function dropBody(db: Db, batchId: number): Promise<void> {
  await db.deleteFrom('body').where('batch', '=', batchId).execute();
}
