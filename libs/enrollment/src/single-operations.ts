import type { ProviderReason, RecordOutcome, SubmitOptions } from './provider.ts';
import type { Address, Consumer, EnrollmentRecord } from './record.ts';

/** A consumer as both API families name one: by our id, and by the provider's where it is known. */
export interface ConsumerAddress {
  readonly externalConsumerId: string;
  /** Click to Pay knows consumers by this id only; it comes with the result of an enrollment. */
  readonly providerConsumerId?: string;
}

/** A card as both API families name one. */
export interface CardAddress extends ConsumerAddress {
  readonly externalCardId: string;
  readonly providerCardId?: string;
}

/** A failure of a single request, with its reason for a person. */
interface Failed<Kind extends string> {
  readonly kind: Kind;
  readonly reason: ProviderReason;
}

/** Not taken, try later. */
interface Busy extends Failed<'busy'> {
  readonly retryAfterMs?: number;
}

/**
 * The outcome of one attempt to enroll one card.
 *
 *   enrolled   the card is in the directory, with the provider's ids
 *   refused    a final no to this card; `outcome` has code and class
 *   withdrawn  not taken: the provider cannot open the JWE, because its key has changed
 *   busy       not taken, try later
 *   denied     not taken, and will not be until a person fixes credentials or configuration
 *   unknown    it may or may not have been enrolled: look for the card before sending it again
 */
export type SingleEnrollment =
  | { readonly kind: 'enrolled'; readonly outcome: RecordOutcome; readonly card: ProviderCard }
  | (Failed<'refused'> & { readonly outcome: RecordOutcome })
  | Failed<'withdrawn'>
  | Busy
  | Failed<'denied'>
  | Failed<'unknown'>;

/**
 * The outcome of one attempt to update or delete. `unknown` may always be repeated: a second request that
 * arrives changes nothing more, and `missing` after a repeated delete means that it is done. `late`: nothing
 * left, for `mayLeave` held the request back.
 */
export type ChangeResult =
  | { readonly kind: 'done' }
  | Failed<'missing'>
  | Failed<'refused'>
  | Busy
  | Failed<'denied'>
  | { readonly kind: 'late' }
  | Failed<'unknown'>;

/** The outcome of one attempt to read. */
export type ReadResult<Found> =
  | { readonly kind: 'found'; readonly found: Found }
  | Failed<'missing'>
  | Busy
  | Failed<'denied'>;

/** A card as the provider shows it: masked. */
export interface ProviderCard {
  readonly providerCardId?: string;
  /** Only the Credential Directory tells our own id back. */
  readonly externalCardId?: string;
  /** First six and last four digits. */
  readonly panStart?: string;
  readonly panEnd?: string;
  readonly expiryMonth?: string;
  readonly expiryYear?: string;
  /** `other` for a state that is not known here. */
  readonly status: 'active' | 'suspended' | 'cancelled' | 'other' | 'untold';
  /** What the cardholder still has to do at the first checkout; the enrollment is complete nevertheless. */
  readonly pendingEvents: readonly string[];
  /** Masked by the provider, in its own way. */
  readonly billingAddress?: Partial<Address>;
}

/** A consumer's profile as the provider shows it: masked. */
export interface ProviderProfile {
  readonly providerConsumerId?: string;
  readonly status: 'active' | 'suspended' | 'locked' | 'other' | 'untold';
  readonly maskedEmail?: string;
  readonly maskedMobile?: string;
  readonly maskedFirstName?: string;
  readonly maskedLastName?: string;
  readonly countryCode?: string;
  /** ISO 639-1, lower case. */
  readonly languageCode?: string;
  readonly cards: readonly ProviderCard[];
}

/** Why a card is deleted, and at whose request. */
export interface DeletionReason {
  readonly because: 'account-closed' | 'suspected-fraud' | 'other';
  readonly by: 'issuer' | 'cardholder';
}

/**
 * The provider, one cardholder at a time; each call is one attempt, and throws only for an aborted signal or
 * a defect.
 */
export interface SingleOperations {
  /**
   * By which id a card is named to be changed or deleted: by ours, a card that was enrolled again under the
   * same id cannot be told from the one before.
   */
  readonly cardsAreNamedBy: 'provider-id' | 'external-id';
  /** Throws `ContractViolationError` or `RequestViolationError` when the record does not fit the contract. */
  enrollOne(record: EnrollmentRecord, signal?: AbortSignal): Promise<SingleEnrollment>;
  getProfile(consumer: ConsumerAddress, signal?: AbortSignal): Promise<ReadResult<ProviderProfile>>;
  /** Replaces all data of the consumer. */
  updateProfile(address: ConsumerAddress, consumer: Consumer, options?: SubmitOptions): Promise<ChangeResult>;
  /** Deletes the profile with all its cards. */
  deleteProfile(consumer: ConsumerAddress, options?: SubmitOptions): Promise<ChangeResult>;
  getCard(card: CardAddress, signal?: AbortSignal): Promise<ReadResult<ProviderCard>>;
  /** Replaces the billing address; nothing else of a card can be changed. */
  updateCard(card: CardAddress, billingAddress: Address, options?: SubmitOptions): Promise<ChangeResult>;
  deleteCard(card: CardAddress, reason: DeletionReason, options?: SubmitOptions): Promise<ChangeResult>;
}
