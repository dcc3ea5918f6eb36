import type { SealedBatch } from '../port/batches.ts';
import { DIGEST_BYTES, KEY_BYTES, TWIN_BYTES } from '../port/digests.ts';
import { LedgerConflictError } from '../errors.ts';
import {
  packRecords,
  unpackOutcomes,
  unpackRecords,
  type PackedRecords,
  type StoredOutcome,
} from './record-codec.ts';
import { sql } from 'kysely';
import type { Db } from './tables.ts';
import { together } from './together.ts';
import type { LedgerRecord } from '../port/records.ts';

/** A batch whose records are packed: what travels between threads, and what is stored. */
export interface PackedBatch extends Omit<SealedBatch, 'records'> {
  readonly packed: PackedRecords;
}

/**
 * Packs the records of a batch; throws `LedgerConflictError` when its register bytes do not fit the records.
 */
export function packBatch({ records, ...batch }: SealedBatch): PackedBatch {
  const { register } = batch;
  if (
    register !== undefined &&
    (register.keys.length !== records.length * KEY_BYTES ||
      register.digests.length !== records.length * DIGEST_BYTES ||
      register.twins.length !== records.length * TWIN_BYTES)
  )
    throw new LedgerConflictError(
      `the keys, digests and twins of batch ${batch.body.externalBatchId} are not those of ${records.length} records`,
    );
  return { ...batch, packed: packRecords(records) };
}

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
    sql`insert into batch_record (batch, packed, fingerprints) values (${id}, ${packed.packed}, ${packed.fingerprints})`.execute(
      db,
    ),
    ...(register === undefined
      ? []
      : [
          sql`insert into twin (batch, keys, hashes) values (${id}, ${register.keys}, ${register.twins})`.execute(
            db,
          ),
          sql`insert into batch_digest (batch, digests) values (${id}, ${register.digests})`.execute(db),
        ]),
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
