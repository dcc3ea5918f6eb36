import type { ProviderReason, Rejection, SourcePlace } from '@enrollkit/enrollment';
import type { BatchRow } from '../port/batches.ts';
import type { Intake } from '../port/intakes.ts';
import type { AuditEvent } from '../port/maintenance.ts';
import type { RecordRow } from '../port/records.ts';
import type { KeptSums } from './purge.ts';
import type {
  BatchSelected,
  EventSelected,
  IntakeSelected,
  RecordSelected,
  RejectionSelected,
} from './tables.ts';

type PlaceSelected = Pick<RecordSelected, 'row_no' | 'line_no' | 'byte_offset' | 'byte_length'>;

/** Where the row stands in its input. This file is the one place where columns become properties. */
export function toPlace(row: PlaceSelected): SourcePlace {
  return { row: row.row_no, line: row.line_no, offset: row.byte_offset, length: row.byte_length };
}

/** An intake and how far it came. */
export function toIntake(row: IntakeSelected): Intake {
  return {
    id: row.id,
    digest: row.digest,
    programme: row.programme,
    source: row.source,
    bytes: row.bytes,
    format: row.format,
    batchSize: row.batch_size,
    readingDigest: row.reading_digest,
    state: row.state,
    position: { offset: row.byte_offset, line: row.line_no, rows: row.rows_read, batches: row.batches },
    createdAt: new Date(row.created_at),
    ...(row.purged !== null && { purgedAt: new Date((JSON.parse(row.purged) as KeptSums).at) }),
  };
}

/** A batch; the id is its intake's, which the row only numbers. */
export function toBatch(row: BatchSelected, intakeId: string): BatchRow {
  return {
    id: row.id,
    intakeId,
    generation: row.generation,
    position: row.position,
    externalBatchId: row.external_batch_id,
    state: row.state,
    kid: row.kid,
    records: row.records,
    attempts: row.attempts,
    polls: row.polls,
    incomplete: row.incomplete,
    notBefore: new Date(row.not_before),
    ...(row.provider_batch_id !== null && { providerBatchId: row.provider_batch_id }),
    ...(row.submitted_at !== null && { submittedAt: new Date(row.submitted_at) }),
    ...(row.reason !== null && { reason: JSON.parse(row.reason) as ProviderReason }),
  };
}

/** A record joined with its batch. */
export type RecordSelectedWithBatch = RecordSelected & {
  readonly generation: number;
  readonly batch_state: BatchSelected['state'];
  readonly external_batch_id: string;
};

/** A record, with the state of its batch. */
export function toRecord(row: RecordSelectedWithBatch): RecordRow {
  return {
    externalConsumerId: row.external_consumer_id,
    externalCardId: row.external_card_id,
    place: toPlace(row),
    maskedPan: row.masked_pan,
    fingerprint: Buffer.from(row.fingerprint).toString('hex'),
    batchId: row.batch,
    generation: row.generation,
    state: row.state,
    batchState: row.batch_state,
    externalBatchId: row.external_batch_id,
    ...(row.provider_consumer_id !== null && { providerConsumerId: row.provider_consumer_id }),
    ...(row.provider_card_id !== null && { providerCardId: row.provider_card_id }),
    ...(row.code !== null && { code: row.code }),
    ...(row.message !== null && { message: row.message }),
  };
}

/** A rejection with its faults. */
export function toRejection(row: RejectionSelected): Rejection {
  return {
    place: toPlace(row),
    ...(row.external_consumer_id !== null && { externalConsumerId: row.external_consumer_id }),
    ...(row.external_card_id !== null && { externalCardId: row.external_card_id }),
    errors: JSON.parse(row.faults) as Rejection['errors'],
  };
}

/** A line of the audit trail. */
export function toEvent(row: EventSelected): AuditEvent {
  return {
    at: new Date(row.at),
    actor: row.actor,
    action: row.action,
    ...(row.intake_id !== null && { intakeId: row.intake_id }),
    ...(row.batch_id !== null && { batchId: row.batch_id }),
    detail: JSON.parse(row.detail) as AuditEvent['detail'],
  };
}
