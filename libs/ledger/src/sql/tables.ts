import type { BatchState, IntakeState, RecordState } from '@enrollkit/enrollment';
import type { Generated, Kysely, Selectable } from 'kysely';

/** The ledger's tables, the same in every database. Times are milliseconds since 1970. */
export interface Tables {
  readonly intake: IntakeTable;
  readonly batch: BatchTable;
  readonly body: { readonly batch: number; readonly bytes: Uint8Array };
  readonly record: RecordTable;
  readonly duplicate: { readonly intake: number; readonly row_no: number; readonly first_line: number };
  readonly attempt: {
    readonly intake: number;
    readonly row_no: number;
    readonly batch: number;
    readonly code: string | null;
    readonly message: string | null;
  };
  readonly rejection: RejectionTable;
  readonly runner: RunnerTable;
  readonly event: EventTable;
}

/** A connection or a transaction on the tables. */
export type Db = Kysely<Tables>;

interface IntakeTable {
  readonly number: Generated<number>;
  readonly id: string;
  readonly digest: string;
  readonly programme: string;
  readonly source: string;
  readonly bytes: number;
  readonly format: 'csv' | 'ndjson';
  readonly batch_size: number;
  readonly reading_digest: string;
  readonly state: IntakeState;
  readonly created_at: number;
  readonly byte_offset: Generated<number>;
  readonly line_no: Generated<number>;
  readonly rows_read: Generated<number>;
  readonly batches: Generated<number>;
  readonly rejected: Generated<number>;
  readonly rows_searched: number | null;
  readonly purged: string | null;
}

interface BatchTable {
  readonly id: Generated<number>;
  readonly intake: number;
  readonly generation: number;
  readonly position: number;
  readonly external_batch_id: string;
  readonly state: BatchState;
  readonly provider_batch_id: string | null;
  readonly kid: string;
  readonly records: number;
  readonly enrolled: Generated<number>;
  readonly refused: Generated<number>;
  readonly attempts: Generated<number>;
  readonly polls: Generated<number>;
  readonly incomplete: Generated<number>;
  readonly not_before: Generated<number>;
  readonly submitted_at: number | null;
  readonly reason: string | null;
}

interface PlaceColumns {
  readonly intake: number;
  readonly row_no: number;
  readonly line_no: number;
  readonly byte_offset: number;
  readonly byte_length: number;
}

interface RecordTable extends PlaceColumns {
  readonly batch: number;
  readonly external_consumer_id: string;
  readonly external_card_id: string;
  readonly masked_pan: string;
  readonly fingerprint: Uint8Array;
  readonly state: Generated<RecordState>;
  readonly provider_consumer_id: string | null;
  readonly provider_card_id: string | null;
  readonly code: string | null;
  readonly message: string | null;
}

interface RejectionTable extends PlaceColumns {
  readonly external_consumer_id: string | null;
  readonly external_card_id: string | null;
  readonly faults: string;
}

interface RunnerTable {
  readonly id: number;
  readonly fence: number;
  readonly host: string | null;
  readonly pid: number | null;
  readonly command: string | null;
  readonly since: number | null;
  readonly heartbeat: number | null;
  readonly told: 'pause' | 'stop' | null;
  readonly held_until: number;
}

interface EventTable {
  readonly id: Generated<number>;
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly intake_id: string | null;
  readonly batch_id: number | null;
  readonly detail: string;
}

/** An intake as a select gives it. */
export type IntakeSelected = Selectable<IntakeTable>;
/** A batch as a select gives it. */
export type BatchSelected = Selectable<BatchTable>;
/** A record as a select gives it. */
export type RecordSelected = Selectable<RecordTable>;
/** A rejection as a select gives it. */
export type RejectionSelected = Selectable<RejectionTable>;
/** The lock row as a select gives it. */
export type RunnerSelected = Selectable<RunnerTable>;
/** A line of the audit trail as a select gives it. */
export type EventSelected = Selectable<EventTable>;
