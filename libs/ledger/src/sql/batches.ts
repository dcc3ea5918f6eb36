import { sql } from 'kysely';
import type { LedgerRecord } from '../port/records.ts';
import type { PackedBatch } from './packing.ts';
import { unpackOutcomes, unpackRecords, type StoredOutcome } from './record-codec.ts';
import type { Db } from './tables.ts';
import { together } from './together.ts';

/** Adds the batch, its body and everything of its records; answers the batch's number. */
export async function addBatch(db: Db, intake: number, batch: PackedBatch): Promise<number> {
  const { packed, register } = batch;
  const { id } = await db
    .insertInto('batch')
    .values({
      intake,
      generation: batch.generation,
      position: batch.position,
      external_batch_id: batch.body.externalBatchId,
      state: 'sealed',
      kid: batch.body.kid,
      records: packed.count,
      first_row: packed.firstRow,
      last_row: packed.lastRow,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await together(
    sql`insert into body (batch, bytes) values (${id}, ${batch.body.bytes})`.execute(db),
    sql`insert into batch_record (batch, packed, fingerprints)
      values (${id}, ${packed.packed}, ${packed.fingerprints})`.execute(db),
    sql`insert into twin (batch, keys, hashes)
      values (${id}, ${register.keys}, ${register.twins})`.execute(db),
    sql`insert into batch_digest (batch, digests) values (${id}, ${register.digests})`.execute(db),
  );
  return id;
}

/** The records of a batch with their stored outcomes, in the order in which they were sealed. */
export interface StoredRecords {
  readonly records: readonly LedgerRecord[];
  readonly outcomes: readonly StoredOutcome[];
}

/** Reads the records of a batch; none when they were purged. */
export async function storedRecords(db: Db, batch: number): Promise<StoredRecords> {
  const row = await db.selectFrom('batch_record').selectAll().where('batch', '=', batch).executeTakeFirst();
  if (row === undefined) return { records: [], outcomes: [] };
  const records = unpackRecords(row);
  return { records, outcomes: unpackOutcomes(row.outcomes, records.length) };
}

/** Takes the slots at `gone` out of bytes that hold `width` bytes a record. */
export function withoutSlots(bytes: Uint8Array, width: number, gone: ReadonlySet<number>): Uint8Array {
  const count = bytes.length / width;
  const left = new Uint8Array((count - gone.size) * width);
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (gone.has(index)) continue;
    left.set(bytes.subarray(index * width, (index + 1) * width), at);
    at += width;
  }
  return left;
}
