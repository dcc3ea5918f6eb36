import type { ReadStep } from '../port/intakes.ts';
import type { SealedBatch } from '../port/batches.ts';
import { DIGEST_BYTES, HASH_BYTES, KEY_BYTES, TWIN_BYTES } from '../port/digests.ts';
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
    register.keys.length !== records.length * KEY_BYTES ||
    register.digests.length !== records.length * DIGEST_BYTES ||
    register.twins.length !== records.length * TWIN_BYTES
  )
    throw new LedgerConflictError(
      `the keys, digests and twins of batch ${batch.body.externalBatchId} are not those of ${records.length} records`,
    );
  return { ...batch, packed: packRecords(records) };
}

/** A step of reading in the form in which it travels and is stored. */
export interface PackedStep extends Omit<ReadStep, 'batch' | 'lines'> {
  readonly batch?: PackedBatch;
  /** Rows in the step. */
  readonly rows: number;
  /** Four bytes each, in the machine's order. */
  readonly lines: Uint8Array;
}

/**
 * Packs a step; throws `LedgerConflictError` when its keys, identities or lines are not those of its rows.
 */
export function packStep({ batch, lines, ...step }: ReadStep): PackedStep {
  const unchanged = Object.values(step.unchanged ?? {}).reduce((sum, rows) => sum + rows, 0);
  const rows = (batch?.records.length ?? 0) + step.rejections.length + (step.unsent?.length ?? 0) + unchanged;
  if (
    step.keys.length !== rows * KEY_BYTES ||
    step.identities.length !== rows * HASH_BYTES ||
    lines.length !== rows
  )
    throw new LedgerConflictError(`the step has ${rows} rows, its keys, identities or lines are not as many`);
  return {
    ...step,
    ...(batch && { batch: packBatch(batch) }),
    rows,
    lines: new Uint8Array(lines.buffer, lines.byteOffset, lines.byteLength),
  };
}
