import { createHash, hash } from 'node:crypto';
import { measured } from '@enrollkit/enrollment';
import type { RecordDigests } from '@enrollkit/ledger';

/** What makes an intake another one. */
export interface IntakeMakeUp {
  /** SHA-256 of the input's bytes, hex. */
  readonly inputDigest: string;
  /** Base URL of the provider's API. */
  readonly environment: string;
  readonly programme: string;
  /**
   * The register's epoch when it is first read: the same file means something else once others were merged.
   */
  readonly epoch: number;
  /** Under which rules it is read, where they are not the plain ones. */
  readonly variant: string | undefined;
  /** How it is read, where the same file was settled by another reading before. */
  readonly reading?: string | undefined;
}

/** The id of an intake, 32 hex digits: nothing random, so that the same command finds the same intake. */
export function intakeIdOf(makeUp: IntakeMakeUp): string {
  const { inputDigest, environment, programme, epoch, variant, reading } = makeUp;
  const text = measured(inputDigest) + measured(environment) + measured(programme);
  const suffix =
    (variant === undefined ? '' : ` ${variant}`) + (reading === undefined ? '' : ` read by ${reading}`);
  return hash('sha256', `intake ${text}${epoch}${suffix}`).slice(0, 32);
}

/** What a batch's id is derived from; nothing random, so the same intake always makes the same ids. */
export interface BatchIdentity {
  readonly intakeId: string;
  readonly batchSize: number;
  readonly generation: number;
  readonly position: number;
  /** The digests of its records: what it holds depends on the register, too, and not only on its place. */
  readonly content: Pick<RecordDigests, 'keys' | 'digests'>;
}

/**
 * The `externalBatchId` of a batch, in UUID form (RFC 9562 version 8, custom). Everything that makes it
 * another request is part of it, for another content under the same id would be another request under the
 * same name.
 */
export function externalBatchIdOf(batch: BatchIdentity): string {
  const { intakeId, batchSize, generation, position, content } = batch;
  const hex = createHash('sha256')
    .update(`batch\n${intakeId}\n${batchSize}\n${generation}\n${position}\n`)
    .update(content.keys)
    .update(content.digests)
    .digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
