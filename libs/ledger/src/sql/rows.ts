import { defined } from '@enrollkit/base';
import type { ProviderReason, Rejection, SourcePlace } from '@enrollkit/enrollment';
import type { BatchRow, Sender } from '../port/batches.ts';
import type { Intake } from '../port/intakes.ts';
import type { AuditEvent } from '../port/maintenance.ts';
import type { KeptSums } from './kept-sums.ts';
import type { BatchSelected, EventSelected, IntakeSelected, RejectionSelected } from './tables.ts';

type PlaceSelected = Pick<RejectionSelected, 'row_no' | 'line_no' | 'byte_offset' | 'byte_length'>;

/** Where the row stands in its input. */
export function toPlace(row: PlaceSelected): SourcePlace {
  return { row: row.row_no, line: row.line_no, offset: row.byte_offset, length: row.byte_length };
}

/** An intake and how far it came. */
export function toIntake(row: IntakeSelected): Intake {
  return {
    ...defined<Pick<Intake, 'environment' | 'purgedAt' | 'variant'>>({
      environment: row.environment ?? undefined,
      variant: row.variant ?? undefined,
      purgedAt: row.purged === null ? undefined : new Date((JSON.parse(row.purged) as KeptSums).at),
    }),
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
    epoch: row.epoch,
  };
}

/** What the ledger keeps of the process that recorded an intent. */
export interface StoredSender extends Sender {
  /** The machine and the process namespace in which `pid` means something. */
  readonly machine: string;
}

/** A batch; the id is its intake's, which the row only numbers. */
export function toBatch(row: BatchSelected, intakeId: string): BatchRow {
  return {
    ...defined<Pick<BatchRow, 'providerBatchId' | 'submittedAt' | 'reason' | 'sender'>>({
      providerBatchId: row.provider_batch_id ?? undefined,
      submittedAt: row.submitted_at === null ? undefined : new Date(row.submitted_at),
      reason: row.reason === null ? undefined : (JSON.parse(row.reason) as ProviderReason),
      sender: row.sender === null ? undefined : toSender(row.sender),
    }),
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
  };
}

function toSender(text: string): Sender {
  const { host, pid, processId } = JSON.parse(text) as StoredSender;
  return { host, pid, processId };
}

/** A rejection with its errors. */
export function toRejection(row: RejectionSelected): Rejection {
  return {
    ...defined<Pick<Rejection, 'externalConsumerId' | 'externalCardId'>>({
      externalConsumerId: row.external_consumer_id ?? undefined,
      externalCardId: row.external_card_id ?? undefined,
    }),
    place: toPlace(row),
    errors: JSON.parse(row.errors) as Rejection['errors'],
  };
}

/** A line of the audit trail. */
export function toEvent(row: EventSelected): AuditEvent {
  return {
    ...defined<Pick<AuditEvent, 'intakeId' | 'batchId'>>({
      intakeId: row.intake_id ?? undefined,
      batchId: row.batch_id ?? undefined,
    }),
    at: new Date(row.at),
    actor: row.actor,
    action: row.action,
    detail: JSON.parse(row.detail) as AuditEvent['detail'],
  };
}
