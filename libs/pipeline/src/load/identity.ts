import { createHash } from 'node:crypto';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The intake's id: the same bytes under the same programme are the same intake. 32 hex digits. */
export function intakeIdOf(inputDigest: string, programme: string): string {
  return digest(`intake\n${inputDigest}\n${programme}`).slice(0, 32);
}

/** What a batch's id is derived from; nothing random, so the same intake always makes the same ids. */
export interface BatchIdentity {
  readonly intakeId: string;
  readonly batchSize: number;
  readonly generation: number;
  readonly position: number;
}

/**
 * The `externalBatchId` of a batch, in UUID form (RFC 9562 version 8, custom). A generation or a batch size is part of
 * it because another make-up under the same id would be another request under the same name.
 */
export function externalBatchIdOf(batch: BatchIdentity): string {
  const hex = digest(`batch\n${batch.intakeId}\n${batch.batchSize}\n${batch.generation}\n${batch.position}`);
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
