import type { CardOrigin } from './changes.ts';
import type { Intake, IntakeReading } from './intakes.ts';
import type { FieldGroup, RecordDigests } from './digests.ts';
import type { RecordRow } from './records.ts';
import type { UnsentReason, UnsentRow } from './verdicts.ts';

/** Whose ledger it is, and under which key and normalisation its digests were made. */
export interface LedgerBinding {
  /** Base URL of the provider's API: origin and path, without a trailing slash. */
  readonly environment: string;
  /** `srcClientId` + `serviceId`, or `directoryId`. */
  readonly programme: string;
  /** A keyed hash of a constant, 16 bytes: another fingerprint key has another one. */
  readonly keyCheck: Uint8Array;
  /** Raised whenever the normalisation or the grouping of fields changes. */
  readonly digestVersion: number;
}

/** What the register says of a row that is neither new nor plainly enrolled. */
export interface RegisterHit {
  /** Index in the window. */
  readonly index: number;
  readonly state: 'enrolled' | 'refused' | 'unresolved' | 'erased' | 'removed' | 'opted-out' | 'in-flight';
  /** Groups that differ; empty when none does, or when the register has no digests of it. */
  readonly changed: readonly FieldGroup[];
  /**
   * The register has no digests of it yet (imported, or from a ledger without a register): `fillDigests` adds
   * them.
   */
  readonly digestsMissing: boolean;
  readonly intakeId?: string;
  /** Of an enrolled card: where its ids are. */
  readonly origin?: CardOrigin;
  readonly at?: Date;
  /** Of a refusal. */
  readonly code?: string;
  /** Of a refusal: whether sending it again could succeed. */
  readonly recoverable?: boolean;
}

/** What the register says of a window of rows. Rows that are in neither list are new. */
export interface RegisterWindow {
  readonly epoch: number;
  readonly hits: readonly RegisterHit[];
  /** Indexes that are enrolled and do not differ. */
  readonly unchanged: readonly number[];
  /** How many of those, by the id of the intake that enrolled them; the empty text stands for an import. */
  readonly unchangedBy: Readonly<Record<string, number>>;
}

/** One thing that happened to a cardholder. */
export interface HistoryEntry {
  readonly intakeId?: string;
  readonly source?: string;
  readonly at?: Date;
  readonly externalConsumerId: string;
  readonly externalCardId?: string;
  readonly row?: number;
  readonly what:
    | 'enrolled'
    | 'refused'
    | 'unresolved'
    | 'abandoned'
    | 'waiting'
    | 'submitted'
    | 'unknown'
    | 'rejected'
    | 'imported'
    | 'removed'
    | Exclude<UnsentReason, 'unchanged'>;
  readonly code?: string;
  readonly externalBatchId?: string;
}

/** The register: what was last agreed with the provider about each card of each consumer. No clear data. */
export interface RegisterPort {
  /**
   * Binds the ledger at the first call and compares at every later one; to be called before a run, a worker,
   * a resume or a retry does anything. Throws `LedgerBindingError`: another environment, programme, key or
   * digest version.
   */
  bind(binding: LedgerBinding): Promise<void>;
  /** What the ledger is bound to; undefined before the first `bind`. */
  binding(): Promise<Pick<LedgerBinding, 'environment' | 'programme'> | undefined>;
  /** Grows with every merge, import and erasure. */
  registerEpoch(): Promise<number>;
  /** Entries of the register. */
  registerSize(): Promise<number>;
  /**
   * The newest intake of this input that is the same as this input today: not settled, or settled with
   * nothing else merged since its reading began. Otherwise undefined: the file means something else by now
   * and makes another intake. `variants`: only of these, the empty text being the plain one; default: of any.
   */
  findCurrentIntake(
    digest: string,
    programme: string,
    variants?: readonly string[],
  ): Promise<Intake | undefined>;
  /**
   * Looks up a window of rows; free while register and claims are empty. Rows that `intakeId`
   * has claimed itself are not in flight elsewhere.
   */
  lookUp(window: {
    readonly keys: Uint8Array;
    readonly digests: Uint8Array;
    readonly intakeId?: string;
  }): Promise<RegisterWindow>;
  /** Adds the digests of entries that have none. */
  fillDigests(window: Pick<RecordDigests, 'keys' | 'digests'>): Promise<void>;
  /**
   * Takes an intake in `reading` back to row 0, of which nothing was sent: because the register has changed,
   * or to read it by other settings.
   */
  restartReading(intakeId: string, reading?: IntakeReading): Promise<Intake>;
  /**
   * Claims every record of the intake, sorted by key, after the withdrawals of `finishLoading`. Records that
   * another intake has claimed, or has merged since this reading began, become withdrawals (`in-flight`);
   * answers how many. Safe to call again.
   */
  claimRecords(intakeId: string): Promise<number>;
  /**
   * Merges the outcomes of ended batches into the register, 10,000 records a transaction; answers how many
   * records. Settling does it too.
   */
  mergeSettled(): Promise<number>;
  /** The records of a batch from before there was a register; undefined when none is left. */
  nextUnregistered(): Promise<
    { readonly batchId: number; readonly records: readonly RecordRow[] } | undefined
  >;
  /** Gives the records of such a batch their keys, in their order. */
  registerBatch(batchId: number, keys: Uint8Array): Promise<void>;
  /**
   * Rows that were not sent because of the register, in row order; those that are `unchanged` are only
   * counted.
   */
  unsent(intakeId: string): AsyncIterable<UnsentRow>;
  /**
   * What all intakes have enrolled or on its way, batch by batch: keys of `KEY_BYTES`, and the hashes of
   * e-mail, mobile and card number of `TWIN_BYTES`, in one order.
   */
  twins(): AsyncIterable<Pick<RecordDigests, 'keys' | 'twins'>>;
  /**
   * Everything the ledger knows of one consumer, or of one card of it; `consumerKey` is the first half of its
   * keys.
   */
  history(of: {
    readonly externalConsumerId: string;
    readonly externalCardId?: string;
    readonly consumerKey: Uint8Array;
  }): AsyncIterable<HistoryEntry>;
  /**
   * Erases a consumer: entries become tombstones without data, and its ids, masked numbers and fingerprints
   * are blanked. Throws `LedgerConflictError` while one of its batches has not ended. Answers how many
   * entries and rows.
   */
  forget(of: {
    readonly externalConsumerId: string;
    readonly consumerKey: Uint8Array;
  }): Promise<{ readonly entries: number; readonly rows: number }>;
  /**
   * Adds entries of cards that were enrolled by other means; those that are there stay. Answers how many were
   * added.
   */
  importEntries(keys: Uint8Array): Promise<number>;
  /** Throws `LedgerRewoundError` when the ledger went back in time; every change does that by itself. */
  assertLineage(): Promise<void>;
  /**
   * Remembers who opted out: a consumer (the half of a key followed by zeroes) or one card. None of them is
   * enrolled by a later file. Answers how many were not known to have.
   */
  optOut(keys: Uint8Array): Promise<number>;
  /**
   * Forgets that they opted out, after a new consent: their removed cards are new again. Answers how many
   * had.
   */
  optIn(keys: Uint8Array): Promise<number>;
  /**
   * Accepts a ledger that went back in time, or a backup: whatever is not settled becomes `unknown`, and the
   * ledger gets a lineage of its own. Answers how many batches became unknown.
   *
   * From then on the ledger is in doubt: it does not know whom an input of the lost time has enrolled, so
   * every batch that becomes ready is `unknown`, too, until `endDoubt`.
   */
  adopt(): Promise<number>;
  /** Whether it was adopted, and what was sent in the lost time is not accounted for yet. */
  isInDoubt(): Promise<boolean>;
  /**
   * A person says that everything that was sent in the lost time is in the ledger again: new batches are sent
   * from now on.
   */
  endDoubt(): Promise<void>;
}
