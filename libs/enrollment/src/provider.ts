import type { EnrollmentRecord, RecordKey } from './record.ts';

/** Records that go out in one request, frozen: the same intake always makes the same drafts. */
export interface BatchDraft {
  /** Derived from intake, generation and position; the provider echoes it. */
  readonly externalBatchId: string;
  /** At least one; rows of one consumer that stand together are adjacent here too. */
  readonly records: readonly EnrollmentRecord[];
}

/**
 * A request body whose sensitive part is a JWE: the exact bytes every attempt sends, of a batch or of one
 * card.
 */
export interface SealedBody {
  readonly externalBatchId: string;
  readonly bytes: Uint8Array;
  /** Id of the provider's key that sealed it. */
  readonly kid: string;
}

/** Why the provider refused, or what the transport met. Holds no sensitive value. */
export interface ProviderReason {
  /** HTTP status, or 0 when there was no answer. */
  readonly httpStatus: number;
  /** `INVALID_STATE`, `TIMEOUT`, `CONNECTION_LOST`, ... */
  readonly code: string;
  readonly message: string;
  readonly origin: 'service' | 'gateway' | 'transport';
  readonly correlationId?: string;
}

/** What one attempt to submit is made with. */
export interface SubmitOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * Asked immediately before the first byte leaves, with nothing in between: false holds the request back. A
   * process that was frozen in the middle of an attempt must not send what another one may have sent
   * meanwhile.
   */
  readonly mayLeave?: (() => boolean) | undefined;
}

/**
 * What one attempt to submit came to.
 *
 *   accepted  202: the provider has it, under its own id
 *   completed the one card of the request has its result already: it was sealed by `sealOne`
 *   exists    the provider says the id is already there: the first attempt arrived (its batch id may be told)
 *   refused   a final no to the batch
 *   withdrawn not taken: the provider cannot open the JWE, so its key has changed since the batch was sealed
 *   busy      not taken, try later (429, 503): nothing happened
 *   denied    not taken, and will not be until a person corrects credentials or configuration (401, 403)
 *   late      nothing left: `mayLeave` held the request back
 *   unknown   no trustworthy answer: it may or may not have arrived
 */
export type Submission =
  | { readonly kind: 'accepted'; readonly providerBatchId: string }
  | { readonly kind: 'completed'; readonly outcome: Omit<RecordOutcome, keyof RecordKey> }
  | { readonly kind: 'exists'; readonly providerBatchId?: string; readonly reason: ProviderReason }
  | { readonly kind: 'refused'; readonly reason: ProviderReason }
  | { readonly kind: 'withdrawn'; readonly reason: ProviderReason }
  | { readonly kind: 'busy'; readonly retryAfterMs?: number; readonly reason: ProviderReason }
  | { readonly kind: 'denied'; readonly reason: ProviderReason }
  | { readonly kind: 'late' }
  | { readonly kind: 'unknown'; readonly reason: ProviderReason };

/** One record's result as the provider reports it. Matched by key, never by position. */
export interface RecordOutcome extends RecordKey {
  readonly result: 'enrolled' | 'refused';
  /** The provider's ids, where it gave them (they may be missing with delayed tokenization). */
  readonly providerConsumerId?: string;
  readonly providerCardId?: string;
  /** For a refusal: `INVALID_PAN`, `ISSUER_DECLINED`, ... */
  readonly code?: string;
  readonly message?: string;
  /** Whether sending the record again, under a new batch id, could succeed. */
  readonly recoverable?: boolean;
}

/**
 * What one poll of a batch came to.
 *
 *   pending   not finished; `outcomes` may already hold some records. `warning` reports an unknown status
 *             value.
 *   finished  the provider is done; `outcomes` holds what it reported, which may be less than was sent
 *   refused   the batch as a whole failed at the provider
 *   busy      poll again later
 *   denied    a person must correct something
 *   missing   the provider does not know the batch id
 */
export type PollAnswer =
  | { readonly kind: 'pending'; readonly outcomes: readonly RecordOutcome[]; readonly warning?: string }
  | { readonly kind: 'finished'; readonly outcomes: readonly RecordOutcome[]; readonly warning?: string }
  | { readonly kind: 'refused'; readonly reason: ProviderReason }
  | { readonly kind: 'busy'; readonly retryAfterMs?: number; readonly reason: ProviderReason }
  | { readonly kind: 'denied'; readonly reason: ProviderReason }
  | { readonly kind: 'missing'; readonly reason: ProviderReason };

/** What a poll of a batch is made with. */
export interface PollOptions {
  /** Our id of the batch. */
  readonly externalBatchId?: string;
  readonly signal?: AbortSignal;
}

/**
 * What one record is in the plaintext of a batch: the JSON text of its consumer with this card alone, as it
 * is sealed, in clear.
 */
export interface RecordPart {
  readonly text: string;
  /** Where the card begins in the text, in UTF-16 units; behind it are only the ends of list and consumer. */
  readonly card: number;
}

/**
 * Makes the part of a record, judged by the contract; undefined when it does not fit, which `seal` then says
 * of the whole batch. Pure.
 */
export type PartMaker = (record: EnrollmentRecord) => RecordPart | undefined;

/** A part among the bytes of others, in UTF-8. */
export interface PartSlot {
  readonly bytes: Uint8Array;
  /** Offset in bytes at which the part begins. */
  readonly start: number;
  /** Offset in bytes at which the text of its card begins. */
  readonly card: number;
  /** Offset in bytes behind the part. */
  readonly end: number;
  /** Whether it is another card of the consumer before it. */
  readonly joins: boolean;
}

/**
 * Seals batches from parts that were made one record at a time, on any thread: a batch's own thread then only
 * joins and encrypts.
 */
export interface PartSealing {
  /** Address of a module whose export `partOf` is this one: functions do not go to another thread. */
  readonly module: string;
  readonly partOf: PartMaker;
  /**
   * What {@link Provider.seal} makes of the same records; throws as it does, but for what a part is judged
   * by.
   */
  seal(externalBatchId: string, parts: readonly PartSlot[]): Promise<SealedBody>;
}

/**
 * The provider in domain words; `libs/client` has one implementation per API family.
 * One call is one attempt: no retries inside. Nothing here throws for what the provider or the network does;
 * a throw means a defect or an aborted signal.
 */
export interface Provider {
  /**
   * Maps, checks against the contract and encrypts. Throws `ContractViolationError` when a record does not
   * fit.
   */
  seal(draft: BatchDraft): Promise<SealedBody>;
  /** The same in parts; absent where a body is not made of them. */
  readonly parts?: PartSealing | undefined;
  /**
   * Id of the key that `seal` would use now; undefined when none can be had. `withdrawn` names a key that the
   * provider does not open any more: then what it publishes is looked up anew.
   */
  currentKid(withdrawn?: string): Promise<string | undefined>;
  /** Sends a body of either kind: a batch, or one card that was sealed by `SealsOne`. */
  submit(body: SealedBody, options?: SubmitOptions): Promise<Submission>;
  /**
   * Asks about a batch under the provider's id; an answer that says it is about another batch than `expected`
   * is not taken.
   */
  poll(providerBatchId: string, expected?: PollOptions): Promise<PollAnswer>;
  /** Frees connections. */
  close(): Promise<void>;
}

/** A provider that can enroll one card by the operation that answers at once. */
export interface SealsOne {
  /**
   * Seals the only record of a draft for that operation; `submit` sends it. Throws as `seal` does,
   * `RangeError` for another number of records, and `ConfigError` when the API asks for consents that neither
   * record nor configuration has.
   */
  sealOne(draft: BatchDraft): Promise<SealedBody>;
}
