import type { Rejection, SealedBody } from '@enrollkit/enrollment';
import { sql } from 'kysely';
import { LedgerConflictError } from '../errors.ts';
import type { Ledger } from '../port/ledger.ts';
import { DIGEST_BYTES, KEY_BYTES, TWIN_BYTES } from '../port/digests.ts';
import { addBatch, storedRecords, withoutSlots } from './batches.ts';
import { insertChanges } from './changes/rows.ts';
import { intakeById } from './intakes.ts';
import { packStep, type PackedStep } from './packing.ts';
import { packRecords } from './record-codec.ts';
import { addToSums, insertUnsent, takeUnsent } from './unsent.ts';
import type { Dialect, Store } from './store.ts';
import { together } from './together.ts';
import type { BatchSelected, Db, IntakeSelected } from './tables.ts';
import { batchById, refuse } from './transitions.ts';

/**
 * From the first row to the last: rows come in by steps, and leave their batches again as rejections or as
 * not sent.
 */
export function loadingRepository(store: Store): Pick<
  Ledger,
  'commitRead' | 'dropRecords' | 'dropChanges'
> & {
  /** `commitRead` of steps that were packed elsewhere and follow each other, in one transaction. */
  commitPackedReads(steps: readonly PackedStep[]): Promise<void>;
} {
  const commitPackedReads = (steps: readonly PackedStep[]) =>
    store.write((db) => commitReads(db, store.dialect, steps));
  return {
    commitPackedReads,
    // Asynchronous, so that what does not fit is a rejected promise.
    commitRead: async (step) => commitPackedReads([packStep(step)]),
    dropChanges: (intakeId, rejections) =>
      store.write(async (db) => {
        const { number: intake } = await intakeById(db, intakeId);
        for (const { place } of rejections) {
          await takeUnsent(db, intake, place.row);
          await dropChangesOf(db, intake, place.row);
        }
        await insertRejections(db, store.dialect, { intake, rejections });
        await countRejections(db, intake, rejections.length);
      }),
    dropRecords: (batchId, { rejections = [], unsent = [] }, body) =>
      store.write(async (db) => {
        const batch = await batchById(db, batchId);
        const left = batch.records - rejections.length - unsent.length;
        if (batch.state !== 'sealed' || batch.attempts > 0)
          await refuse(db, batchId, 'lose records: it was sent before or is not sealed');
        if (body === undefined ? left !== 0 : left < 1)
          throw new LedgerConflictError(
            `batch ${batchId} would keep ${left} of ${batch.records} records, and ${body === undefined ? 'no' : 'a'} body was given`,
          );
        const rows = [...rejections, ...unsent].map(({ place }) => place.row);
        await takeOut(db, { batch, rows });
        await insertRejections(db, store.dialect, { intake: batch.intake, rejections });
        await insertUnsent(db, store.dialect, { intake: batch.intake, unsent });
        await countRejections(db, batch.intake, rejections.length);
        await (body === undefined ? removeBatch(db, batchId) : replaceBody(db, { batch, body, left }));
      }),
  };
}

async function replaceBody(
  db: Db,
  { batch, body, left }: { readonly batch: BatchSelected; readonly body: SealedBody; readonly left: number },
): Promise<void> {
  if (body.externalBatchId !== batch.external_batch_id)
    throw new LedgerConflictError(
      `batch ${batch.id} is ${batch.external_batch_id}, the body is sealed for ${body.externalBatchId}`,
    );
  await db.updateTable('batch').set({ records: left, kid: body.kid }).where('id', '=', batch.id).execute();
  await db.updateTable('body').set({ bytes: body.bytes }).where('batch', '=', batch.id).execute();
}

/** Removes a batch and everything of its records. */
async function removeBatch(db: Db, batch: number): Promise<void> {
  for (const table of ['body', 'batch_record', 'twin', 'batch_digest'] as const)
    await db.deleteFrom(table).where('batch', '=', batch).execute();
  await db.deleteFrom('batch').where('id', '=', batch).execute();
}

/** Removes rows from the batch, everywhere in their slots; all of them must be in it. */
async function takeOut(
  db: Db,
  { batch, rows }: { readonly batch: BatchSelected; readonly rows: readonly number[] },
): Promise<void> {
  const { records } = await storedRecords(db, batch.id);
  const leaving = new Set(rows);
  const gone = new Set(records.flatMap(({ place }, index) => (leaving.has(place.row) ? [index] : [])));
  if (gone.size !== rows.length)
    throw new LedgerConflictError(
      `${rows.length} rows were to leave batch ${batch.id}, it has ${gone.size} of them`,
    );
  const rest = packRecords(records.filter((_, index) => !gone.has(index)));
  await db
    .updateTable('batch_record')
    .set({ packed: rest.packed, fingerprints: rest.fingerprints })
    .where('batch', '=', batch.id)
    .execute();
  const twin = await db.selectFrom('twin').selectAll().where('batch', '=', batch.id).executeTakeFirst();
  if (twin !== undefined)
    await db
      .updateTable('twin')
      .set({
        keys: withoutSlots(twin.keys, KEY_BYTES, gone),
        hashes: withoutSlots(twin.hashes, TWIN_BYTES, gone),
      })
      .where('batch', '=', batch.id)
      .execute();
  const digest = await db
    .selectFrom('batch_digest')
    .selectAll()
    .where('batch', '=', batch.id)
    .executeTakeFirst();
  if (digest !== undefined)
    await db
      .updateTable('batch_digest')
      .set({ digests: withoutSlots(digest.digests, DIGEST_BYTES, gone) })
      .where('batch', '=', batch.id)
      .execute();
  for (const row of rows) await dropChangesOf(db, batch.intake, row);
}

/** A row that leaves changes nothing, and is not withdrawn any more. */
async function dropChangesOf(db: Db, intake: number, row: number): Promise<void> {
  for (const table of ['withdrawal', 'change'] as const)
    await db.deleteFrom(table).where('intake', '=', intake).where('row_no', '=', row).execute();
}

async function countRejections(db: Db, intake: number, count: number): Promise<void> {
  await db
    .updateTable('intake')
    .set((eb) => ({ rejected: eb('rejected', '+', count) }))
    .where('number', '=', intake)
    .execute();
}

async function commitReads(db: Db, dialect: Dialect, steps: readonly PackedStep[]): Promise<void> {
  let intake: IntakeSelected | undefined;
  const committing: Promise<void>[] = [];
  for (const step of steps) {
    if (intake?.id !== step.intakeId) intake = await intakeById(db, step.intakeId);
    committing.push(commitRead(db, dialect, { intake, step }));
    intake = { ...intake, rows_read: step.position.rows, batches: step.position.batches };
  }
  await together(...committing);
}

async function commitRead(
  db: Db,
  dialect: Dialect,
  { intake, step }: { readonly intake: IntakeSelected; readonly step: PackedStep },
): Promise<void> {
  await together(
    advance(db, intake, step),
    addRows(db, dialect, { intake, step }),
    addSeen(db, intake, step),
  );
}

async function addRows(
  db: Db,
  dialect: Dialect,
  { intake, step }: { readonly intake: IntakeSelected; readonly step: PackedStep },
): Promise<void> {
  const { batch, rejections, position } = step;
  if (batch !== undefined) {
    if (batch.packed.firstRow <= intake.rows_read || batch.packed.lastRow > position.rows)
      throw new LedgerConflictError(
        `the batch has rows ${batch.packed.firstRow} to ${batch.packed.lastRow}, the step ${intake.rows_read + 1} to ${position.rows}`,
      );
    await addBatch(db, intake.number, batch);
  }
  await insertRejections(db, dialect, { intake: intake.number, rejections });
  await insertUnsent(db, dialect, { intake: intake.number, unsent: step.unsent ?? [] });
  await insertChanges(db, dialect, { intake: intake.number, changes: step.changes ?? [] });
  await addToSums(db, {
    intake: intake.number,
    reason: 'unchanged',
    rows: Object.entries(step.unchanged ?? {}),
  });
}

async function addSeen(db: Db, intake: IntakeSelected, step: PackedStep): Promise<void> {
  if (step.rows === 0) return;
  await sql`insert into seen (intake, step, keys, identities, lines)
    values (${intake.number}, ${intake.rows_read}, ${step.keys}, ${step.identities}, ${step.lines})`.execute(
    db,
  );
}

/** Moves the intake's position over the step, which must begin where it stands. */
async function advance(db: Db, intake: IntakeSelected, step: PackedStep): Promise<void> {
  const { batch, rejections, position } = step;
  const rowsBefore = position.rows - step.rows;
  const batchesBefore = position.batches - (batch === undefined ? 0 : 1);
  const [moved] = await db
    .updateTable('intake')
    .set((eb) => ({
      byte_offset: position.offset,
      line_no: position.line,
      rows_read: position.rows,
      batches: position.batches,
      rejected: eb('rejected', '+', rejections.length),
    }))
    .where('number', '=', intake.number)
    .where('state', '=', 'reading')
    .where('rows_read', '=', rowsBefore)
    .where('batches', '=', batchesBefore)
    .execute();
  if (moved?.numUpdatedRows !== 1n)
    throw new LedgerConflictError(
      `the step follows ${rowsBefore} rows and ${batchesBefore} batches of an intake in reading; ` +
        `intake ${intake.id} has ${intake.rows_read} rows and ${intake.batches} batches and is ${intake.state}`,
    );
}

async function insertRejections(
  db: Db,
  dialect: Dialect,
  into: { readonly intake: number; readonly rejections: readonly Rejection[] },
): Promise<void> {
  if (into.rejections.length === 0) return;
  const given = dialect.given(
    [
      { name: 'row_no', type: 'integer' },
      { name: 'line_no', type: 'integer' },
      { name: 'byte_offset', type: 'integer' },
      { name: 'byte_length', type: 'integer' },
      { name: 'external_consumer_id', type: 'text' },
      { name: 'external_card_id', type: 'text' },
      { name: 'errors', type: 'text' },
    ],
    into.rejections.map(({ place, externalConsumerId, externalCardId, errors }) => [
      place.row,
      place.line,
      place.offset,
      place.length,
      externalConsumerId ?? null,
      externalCardId ?? null,
      JSON.stringify(errors),
    ]),
  );
  await sql`insert into rejection (intake, row_no, line_no, byte_offset, byte_length, external_consumer_id,
    external_card_id, errors)
    select cast(${into.intake} as bigint), given.* from ${given}`.execute(db);
}
