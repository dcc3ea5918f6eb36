import { sql } from 'kysely';
import type { SealedBatch } from '../port/batches.ts';
import type { LedgerRecord } from '../port/records.ts';
import type { Dialect } from './store.ts';
import type { Db } from './tables.ts';

/** Adds the batch and its body; answers the batch's number. */
export async function addBatch(db: Db, intake: number, batch: SealedBatch): Promise<number> {
  const { id } = await db
    .insertInto('batch')
    .values({
      intake,
      generation: batch.generation,
      position: batch.position,
      external_batch_id: batch.body.externalBatchId,
      state: 'sealed',
      kid: batch.body.kid,
      records: batch.records.length,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db.insertInto('body').values({ batch: id, bytes: batch.body.bytes }).execute();
  return id;
}

/** Where records go. */
export interface RecordsOfBatch {
  readonly intake: number;
  readonly batch: number;
  readonly records: readonly LedgerRecord[];
}

/** Adds the records in one statement. */
export async function insertRecords(db: Db, dialect: Dialect, into: RecordsOfBatch): Promise<void> {
  const given = dialect.given(
    [
      { name: 'row_no', type: 'integer' },
      { name: 'line_no', type: 'integer' },
      { name: 'byte_offset', type: 'integer' },
      { name: 'byte_length', type: 'integer' },
      { name: 'external_consumer_id', type: 'text' },
      { name: 'external_card_id', type: 'text' },
      { name: 'masked_pan', type: 'text' },
      { name: 'fingerprint', type: 'bytes' },
    ],
    into.records.map(({ place, externalConsumerId, externalCardId, maskedPan, fingerprint }) => [
      place.row,
      place.line,
      place.offset,
      place.length,
      externalConsumerId,
      externalCardId,
      maskedPan,
      fingerprint,
    ]),
  );
  await sql`insert into record (intake, batch, row_no, line_no, byte_offset, byte_length, external_consumer_id, external_card_id, masked_pan, fingerprint)
    select cast(${into.intake} as bigint), cast(${into.batch} as bigint), given.* from ${given}`.execute(db);
}
