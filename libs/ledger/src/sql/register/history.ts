import { defined } from '@enrollkit/base';
import { sql } from 'kysely';
import type { HistoryEntry, RegisterPort } from '../../port/register.ts';
import type { RecordRow } from '../../port/records.ts';
import { storedRecords } from '../batches.ts';
import { present } from '../records.ts';
import { toRejection } from '../rows.ts';
import type { Store } from '../store.ts';
import type { BatchSelected, Db, RejectionSelected, UnsentSelected } from '../tables.ts';
import { toUnsent } from '../unsent.ts';
import { consumerRange } from './consumer-range.ts';
import { entryStateOf } from './states.ts';

type Of = Parameters<RegisterPort['history']>[0];
type WithIntake<T> = T & { readonly intake_id: string; readonly source: string; readonly created_at: number };

/** One cardholder over all intakes. */
export function historyRepository(store: Store): Pick<RegisterPort, 'history'> {
  return { history: (of) => history(store, of) };
}

async function* history(store: Store, of: Of): AsyncIterable<HistoryEntry> {
  const mine = (cardId: string | undefined) =>
    of.externalCardId === undefined || cardId === of.externalCardId;
  const entries = await store.read(async (db) => [
    ...(await fromBatches(db, store, of)),
    ...(await fromRows(db, of)),
    ...(await fromImports(db, store, of)),
  ]);
  yield* entries
    .filter(({ externalCardId, what }) => what === 'imported' || what === 'removed' || mine(externalCardId))
    .sort((a, b) => (a.at?.getTime() ?? 0) - (b.at?.getTime() ?? 0));
}

async function fromBatches(
  db: Db,
  store: Store,
  { externalConsumerId }: Of,
): Promise<readonly HistoryEntry[]> {
  const { rows } = await sql<
    WithIntake<BatchSelected>
  >`select batch.*, intake.id as intake_id, intake.source, intake.created_at
    from batch_record join batch on batch.id = batch_record.batch join intake on intake.number = batch.intake
    where ${store.dialect.contains(sql`batch_record.packed`, Buffer.from(JSON.stringify(externalConsumerId)))}
    order by batch.id`.execute(db);
  const entries: HistoryEntry[] = [];
  for (const batch of rows) {
    const { records, outcomes } = await storedRecords(db, batch.id);
    for (const [index, record] of records.entries()) {
      if (record.externalConsumerId !== externalConsumerId) continue;
      const outcome = outcomes[index] ?? null;
      if (outcome?.[0] === 'moved')
        entries.push(entryOf(batch, record, { what: 'refused', code: outcome[3] ?? undefined }));
      else {
        const row = present(record, outcome, batch);
        if (row !== undefined) entries.push(entryOf(batch, record, { what: whatOf(row), code: row.code }));
      }
    }
  }
  return entries;
}

function entryOf(
  batch: WithIntake<BatchSelected>,
  record: Pick<RecordRow, 'externalConsumerId' | 'externalCardId' | 'place'>,
  { what, code }: { readonly what: HistoryEntry['what']; readonly code: string | undefined },
): HistoryEntry {
  return defined<HistoryEntry>({
    intakeId: batch.intake_id,
    source: batch.source,
    at: new Date(batch.ended_at ?? batch.submitted_at ?? batch.created_at),
    externalConsumerId: record.externalConsumerId,
    externalCardId: record.externalCardId,
    row: record.place.row,
    what,
    code,
    externalBatchId: batch.external_batch_id,
  });
}

function whatOf({ state, batchState, code }: RecordRow): HistoryEntry['what'] {
  if (code === 'RESULT_MISSING') return 'unresolved';
  if (state !== 'batched') return state;
  if (batchState === 'sealed') return 'waiting';
  return batchState === 'unknown' ? 'unknown' : 'submitted';
}

/** Rows that were rejected or not sent. */
async function fromRows(db: Db, { externalConsumerId }: Of): Promise<readonly HistoryEntry[]> {
  const rejections = await sql<
    WithIntake<RejectionSelected>
  >`select rejection.*, intake.id as intake_id, intake.source, intake.created_at
    from rejection join intake on intake.number = rejection.intake
    where external_consumer_id = ${externalConsumerId}`.execute(db);
  const unsent = await sql<
    WithIntake<UnsentSelected>
  >`select unsent.*, intake.id as intake_id, intake.source, intake.created_at
    from unsent join intake on intake.number = unsent.intake
    where external_consumer_id = ${externalConsumerId}`.execute(db);
  const common = (row: WithIntake<RejectionSelected | UnsentSelected>) => ({
    intakeId: row.intake_id,
    source: row.source,
    at: new Date(row.created_at),
    externalConsumerId,
    externalCardId: row.external_card_id ?? undefined,
    row: row.row_no,
  });
  return [
    ...rejections.rows.map((row) =>
      defined<HistoryEntry>({ ...common(row), what: 'rejected', code: toRejection(row).errors[0].code }),
    ),
    ...unsent.rows.map((row) => {
      const { reason, code } = toUnsent(row);
      return defined<HistoryEntry>({ ...common(row), what: reason, code });
    }),
  ];
}

/** Entries that no batch of this ledger explains any more: imports, erasures, and what was purged. */
async function fromImports(db: Db, store: Store, of: Of): Promise<readonly HistoryEntry[]> {
  const { rows } = await sql<{
    readonly state: number;
    readonly batch: number;
    readonly ended_at: number | null;
    readonly intake_id: string | null;
    readonly source: string | null;
  }>`
    select register.state, register.batch, batch.ended_at, intake.id as intake_id, intake.source
    from register left join batch on batch.id = register.batch left
    join intake on intake.number = batch.intake
      left join batch_record on batch_record.batch = register.batch
    where batch_record.batch is null and ${consumerRange(store.dialect, of.consumerKey)}`.execute(db);
  return rows.map(({ state, ended_at: at, intake_id: intakeId, source }) => {
    const name = entryStateOf(state);
    return defined<HistoryEntry>({
      intakeId: intakeId ?? undefined,
      source: source ?? undefined,
      at: at === null ? undefined : new Date(at),
      externalConsumerId: of.externalConsumerId,
      what: name === 'enrolled' && intakeId === null ? 'imported' : name === 'erased' ? 'removed' : name,
    });
  });
}
