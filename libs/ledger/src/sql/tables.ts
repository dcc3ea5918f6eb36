import type { BatchState, ChangeKind, ChangeState, IntakeState } from '@enrollkit/enrollment';
import type { Generated, Kysely, Selectable } from 'kysely';

/** The ledger's tables, the same in every database. Times are milliseconds since 1970. */
export interface Tables {
  readonly intake: IntakeTable;
  readonly batch: BatchTable;
  readonly body: { readonly batch: number; readonly bytes: Uint8Array };
  readonly batch_record: BatchRecordTable;
  readonly twin: { readonly batch: number; readonly keys: Uint8Array; readonly hashes: Uint8Array };
  readonly batch_digest: { readonly batch: number; readonly digests: Uint8Array };
  readonly seen: {
    readonly intake: number;
    readonly step: number;
    readonly keys: Uint8Array;
    readonly identities: Uint8Array;
    readonly lines: Uint8Array;
  };
  readonly withdrawal: WithdrawalTable;
  readonly unsent: UnsentTable;
  readonly unsent_sum: {
    readonly intake: number;
    readonly reason: string;
    readonly origin: string;
    readonly rows: number;
  };
  readonly rejection: RejectionTable;
  readonly register_head: RegisterHeadTable;
  readonly lineage: {
    readonly id: number;
    readonly ledger: Uint8Array;
    readonly serial: number;
    readonly is_copy: number;
    readonly rewound: number;
    readonly in_doubt: number;
    readonly former_ids: string;
  };
  readonly runner: RunnerTable;
  readonly event: EventTable;
  readonly change: ChangeTable;
  readonly opt_out: { readonly k: unknown; readonly at: number };
  readonly kept_ids: { readonly batch: number; readonly ids: Uint8Array };
}

/** A connection or a transaction on the tables. */
export type Db = Kysely<Tables>;

interface IntakeTable {
  readonly number: Generated<number>;
  readonly id: string;
  readonly digest: string;
  readonly programme: string;
  readonly environment: string | null;
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
  readonly epoch: Generated<number>;
  readonly claimed: Generated<number>;
  readonly adopted: Generated<number>;
  readonly variant: string | null;
  readonly missing: number | null;
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
  readonly moved: Generated<number>;
  readonly first_row: number;
  readonly last_row: number;
  readonly attempts: Generated<number>;
  readonly polls: Generated<number>;
  readonly incomplete: Generated<number>;
  readonly not_before: Generated<number>;
  readonly submitted_at: number | null;
  readonly ended_at: number | null;
  readonly merged_epoch: number | null;
  readonly sender: string | null;
  readonly reason: string | null;
}

interface BatchRecordTable {
  readonly batch: number;
  readonly packed: Uint8Array;
  readonly fingerprints: Uint8Array;
  readonly outcomes: Uint8Array | null;
}

interface PlaceColumns {
  readonly intake: number;
  readonly row_no: number;
  readonly line_no: number;
  readonly byte_offset: number;
  readonly byte_length: number;
}

interface WithdrawalTable {
  readonly intake: number;
  readonly row_no: number;
  readonly batch: number;
  readonly reason: string;
  readonly leaves: number;
  readonly first_line: number | null;
  readonly other: number | null;
}

interface UnsentTable extends PlaceColumns {
  readonly external_consumer_id: string;
  readonly external_card_id: string;
  readonly reason: string;
  readonly detail: string;
}

interface RejectionTable extends PlaceColumns {
  readonly external_consumer_id: string | null;
  readonly external_card_id: string | null;
  readonly errors: string;
}

interface RegisterHeadTable {
  readonly id: number;
  readonly epoch: number;
  readonly other_epoch: number;
  readonly environment: string | null;
  readonly programme: string | null;
  readonly key_check: Uint8Array | null;
  readonly digest_version: number | null;
}

interface RunnerTable {
  readonly id: number;
  readonly fence: number;
  readonly host: string | null;
  readonly pid: number | null;
  readonly process_id: string | null;
  readonly machine: string | null;
  readonly command: string | null;
  readonly since: number | null;
  readonly heartbeat: number | null;
  readonly instruction: 'pause' | 'stop' | null;
  readonly paused_until: number;
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

interface ChangeTable {
  readonly id: Generated<number>;
  readonly intake: number;
  readonly row_no: number | null;
  readonly kind: ChangeKind;
  /** A key, in the form of the database. */
  readonly target: unknown;
  readonly k: unknown;
  readonly batch: number;
  readonly place: number;
  readonly agreed: number;
  readonly d: Uint8Array | null;
  readonly hashes: Uint8Array | null;
  readonly state: Generated<ChangeState>;
  readonly attempts: Generated<number>;
  readonly not_before: Generated<number>;
  readonly reason: string | null;
  readonly ended_at: number | null;
  /** Until when an attempt that got no answer may still arrive. */
  readonly may_arrive_until: Generated<number>;
}

/** A change as a select gives it. */
export type ChangeSelected = Selectable<ChangeTable>;
/** An intake as a select gives it. */
export type IntakeSelected = Selectable<IntakeTable>;
/** A batch as a select gives it. */
export type BatchSelected = Selectable<BatchTable>;
/** A rejection as a select gives it. */
export type RejectionSelected = Selectable<RejectionTable>;
/** A row that was not sent, as a select gives it. */
export type UnsentSelected = Selectable<UnsentTable>;
/** How many rows of an intake were not sent, as a select gives it. */
export type UnsentSumSelected = Tables['unsent_sum'];
/** The lock row as a select gives it. */
export type RunnerSelected = Selectable<RunnerTable>;
/** A line of the audit trail as a select gives it. */
export type EventSelected = Selectable<EventTable>;
