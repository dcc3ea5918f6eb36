import { hash } from 'node:crypto';
import type { LedgerRecord } from '../port/records.ts';
import type { ReadStep } from '../port/intakes.ts';
import type { SealedBatch } from '../port/batches.ts';
import { CONSUMER_KEY_BYTES, DIGEST_BYTES, HASH_BYTES, KEY_BYTES, TWIN_BYTES } from '../port/digests.ts';
import { LedgerConflictError } from '../errors.ts';
import { packRecords, type PackedRecords } from './record-codec.ts';

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

/** A step of reading in the form in which it travels and is stored. */
export interface PackedStep extends Omit<ReadStep, 'batch' | 'keys' | 'identities' | 'lines'> {
  readonly batch?: PackedBatch;
  /** Rows in the step. */
  readonly rows: number;
  readonly keys: Uint8Array;
  readonly identities: Uint8Array;
  /** Four bytes each, in the machine's order. */
  readonly lines: Uint8Array;
}

/**
 * Packs a step; throws `LedgerConflictError` when its keys, identities or lines are not those of its rows.
 */
export function packStep({ batch, keys, identities, lines, ...step }: ReadStep): PackedStep {
  const records = batch?.records ?? [];
  const unchanged = Object.values(step.unchanged ?? {}).reduce((sum, rows) => sum + rows, 0);
  const rows = records.length + step.rejections.length + (step.unsent?.length ?? 0) + unchanged;
  if (
    (keys !== undefined && keys.length !== rows * KEY_BYTES) ||
    (identities !== undefined && identities.length !== rows * HASH_BYTES) ||
    (lines !== undefined && lines.length !== rows)
  )
    throw new LedgerConflictError(`the step has ${rows} rows, its keys, identities or lines are not as many`);
  const places = keys === undefined || lines === undefined ? placesOf(step, records, rows) : undefined;
  const ofLines = lines ?? places?.lines ?? new Uint32Array(rows);
  return {
    ...step,
    ...(batch && { batch: packBatch(batch) }),
    rows,
    keys: keys ?? places?.keys ?? new Uint8Array(rows * KEY_BYTES),
    identities: identities ?? new Uint8Array(rows * HASH_BYTES),
    lines: new Uint8Array(ofLines.buffer, ofLines.byteOffset, ofLines.byteLength),
  };
}

/**
 * Keys without a secret, for a caller who gives none: good enough to find a key that occurs twice in an
 * input.
 */
function placesOf(
  { position }: Pick<ReadStep, 'position'>,
  records: readonly LedgerRecord[],
  rows: number,
): { readonly keys: Uint8Array; readonly lines: Uint32Array } {
  const keys = new Uint8Array(rows * KEY_BYTES);
  const lines = new Uint32Array(rows);
  const first = position.rows - rows + 1;
  for (const { place, externalConsumerId, externalCardId } of records) {
    const index = place.row - first;
    if (index < 0 || index >= rows) continue;
    lines[index] = place.line;
    const consumer = hash('sha256', externalConsumerId, 'buffer');
    const card = hash(
      'sha256',
      `${externalConsumerId.length}:${externalConsumerId}${externalCardId}`,
      'buffer',
    );
    keys.set(consumer.subarray(0, CONSUMER_KEY_BYTES), index * KEY_BYTES);
    keys.set(card.subarray(0, KEY_BYTES - CONSUMER_KEY_BYTES), index * KEY_BYTES + CONSUMER_KEY_BYTES);
  }
  return { keys, lines };
}
