import type {
  CardAddress,
  ChangeKind,
  ChangeState,
  ProviderReason,
  SourcePlace,
} from '@enrollkit/enrollment';
import type { FieldGroup } from './digests.ts';

/** Where the register has the ids of a card from: a record of a batch. */
export interface CardOrigin {
  /** The ledger's number of the batch. */
  readonly batch: number;
  /** Index among its records. */
  readonly place: number;
}

/** A change on its way into the ledger. */
export interface NewChange {
  readonly kind: ChangeKind;
  /** Row of the file that wants it. */
  readonly row: number;
  /** `KEY_BYTES`: the entry of the register. */
  readonly key: Uint8Array;
  readonly origin: CardOrigin;
  /** Groups of fields that are agreed once it is done. */
  readonly groups: readonly FieldGroup[];
  /** `DIGEST_BYTES`: what the row says; of an update. */
  readonly digests?: Uint8Array;
  /**
   * `TWIN_BYTES`, with zeroes for the card number: the e-mail address and the mobile number that the
   * consumer has once it is done; of an update of the contact.
   */
  readonly contact?: Uint8Array;
}

/**
 * A change as the ledger holds it. Several cards of one consumer may be behind one request about a profile.
 */
export interface ChangeRow {
  /** The ledger's own number for it. */
  readonly id: number;
  readonly intakeId: string;
  readonly kind: ChangeKind;
  readonly state: ChangeState;
  /**
   * Whom and what it is about; the provider's ids as far as they are known. Undefined when nothing is known
   * any more.
   */
  readonly address: CardAddress | undefined;
  /** Where its row stands in the input; absent for a card that is not in the file. */
  readonly place?: SourcePlace;
  readonly attempts: number;
  readonly reason?: ProviderReason;
  /** Of `delete-replaced`: what became of the card that takes its place. */
  readonly successor?: Successor;
}

/**
 * What became of a card that takes the place of another.
 *
 *   sealed    surely not sent yet
 *   open      sent, or about to be
 *   enrolled  in the place of the old one, or beside it
 *   failed    not enrolled
 */
export interface Successor {
  readonly state: 'sealed' | 'open' | 'enrolled' | 'failed';
  readonly providerCardId?: string;
}

/** A card that stayed because the one that was to take its place was not enrolled. */
export interface DroppedReplacement extends CardOrigin {
  /** Row of the file with the card that was to take its place. */
  readonly row: number;
}

/** A card of a consumer that is enrolled. */
export interface EnrolledCard {
  /** Index of the consumer in what was asked. */
  readonly index: number;
  /** `KEY_BYTES`. */
  readonly key: Uint8Array;
  readonly origin: CardOrigin;
}

/** An entry of the register that is enrolled. */
export interface RegisteredCard {
  /** `KEY_BYTES`. */
  readonly key: Uint8Array;
  /** Absent for a card that was imported. */
  readonly address?: CardAddress;
  /** First six and last four digits, while its batch was not purged. */
  readonly maskedPan?: string;
}

/** Which part of an intake's changes: those that wait for no batch, or all. */
export type ChangePhase = 'before-batches' | 'after-batches';

/** How many requests of each kind are in each state. */
export type ChangeTally = Readonly<Record<ChangeKind, Readonly<Record<ChangeState, number>>>>;

/** How many requests have not ended yet. */
export function openChanges(changes: ChangeTally): number {
  return Object.values(changes).reduce(
    (sum, { waiting, sending, unknown }) => sum + waiting + sending + unknown,
    0,
  );
}

const noRequests: Readonly<Record<ChangeState, number>> = {
  waiting: 0,
  sending: 0,
  unknown: 0,
  done: 0,
  refused: 0,
  dropped: 0,
};

/** The tally of an intake that changes nothing. */
export function noChanges(): Record<ChangeKind, Record<ChangeState, number>> {
  return {
    'update-profile': { ...noRequests },
    'update-card': { ...noRequests },
    'delete-replaced': { ...noRequests },
    'delete-card': { ...noRequests },
    'delete-profile': { ...noRequests },
  };
}

/** Keys of entries that are enrolled. */
export interface EnrolledKeys {
  /** `KEY_BYTES` each. */
  readonly keys: Uint8Array;
  /** For each, 1 when it was imported without an id by which the provider could be asked. */
  readonly withoutIds: Uint8Array;
}

/** What a full extract does not have. */
export interface MissingCards {
  /** Cards of the register that are enrolled and not in the file. */
  readonly missing: number;
  /** Of those, how many will be removed. */
  readonly removed: number;
  /** Of those, how many were imported without an id by which the provider could be asked. */
  readonly withoutIds: number;
}

/** Single requests that change what is enrolled: intent, unknown state and retry, as for batches. */
export interface ChangesPort {
  /** Changes of a ready intake that are due, one for each request, in order, at most `limit`. */
  dueChanges(
    intakeId: string,
    at: { readonly now: Date; readonly phase: ChangePhase; readonly limit: number },
  ): Promise<readonly ChangeRow[]>;
  /**
   * When the next change of that phase is due, of those that are not due until `after`; undefined when none
   * is left.
   */
  nextChangeDue(intakeId: string, phase: ChangePhase, after?: Date): Promise<Date | undefined>;
  /** `waiting | unknown -> sending`, before the network call, for all of its request. Counts the attempt. */
  recordChangeIntent(changeId: number): Promise<void>;
  /** `sending -> waiting | unknown`: to be sent again, not before. */
  postponeChange(
    changeId: number,
    to: { readonly state: 'waiting' | 'unknown'; readonly notBefore: Date; readonly reason: ProviderReason },
  ): Promise<void>;
  /**
   * Ends a request. `done` makes it agreed in the register, in the same transaction: the digests of an
   * update, the removal of a card. All are possible for one that was never sent.
   */
  endChange(
    changeId: number,
    to: { readonly state: 'done' | 'refused' | 'dropped'; readonly reason?: ProviderReason },
  ): Promise<void>;
  /** `sending -> unknown` for every change that a dead process left behind; answers how many requests. */
  recoverChanges(intakeId: string): Promise<number>;
  /**
   * The cards that stayed because the records of these rows were not enrolled in their places; not those
   * about whose consumers a later intake has made a change. `commitRetry` of such a record makes the
   * deletion of its card wait again.
   */
  droppedReplacements(intakeId: string, rows: readonly number[]): Promise<readonly DroppedReplacement[]>;
  /** The changes of an intake, one for each card, in order. */
  changes(intakeId: string): AsyncIterable<ChangeRow>;
  /**
   * Compares a full extract with the register: cards that are enrolled and neither in the file nor among
   * `present` (`KEY_BYTES` each: rows that were rejected). Makes their removals when they are at most `most`,
   * and keeps the count. Only before the intake is ready. Safe to call again.
   */
  removeMissing(
    intakeId: string,
    given: { readonly present: Uint8Array; readonly most: number },
  ): Promise<MissingCards>;
  /** The keys of all entries that are enrolled, in their order, in portions: for a plan of a full extract. */
  enrolledKeys(): AsyncIterable<EnrolledKeys>;
  /** The enrolled cards of consumers, each named by the half of its key followed by zeroes. */
  enrolledCards(consumers: Uint8Array): Promise<readonly EnrolledCard[]>;
  /**
   * Enrolled entries after a key, in the order of the keys, at most `limit`: the cards of a consumer stand
   * side by side.
   */
  registered(after: Uint8Array, limit: number): Promise<readonly RegisteredCard[]>;
  /** What the provider does not have any more: entries that are enrolled become removed. */
  acceptRemoved(keys: Uint8Array): Promise<void>;
  /**
   * Has the cards of a ready intake deleted that are enrolled although they, or their consumers, opted out
   * since it was begun; answers how many. To be called when its batches have ended; settling it does it,
   * too. Safe to call again.
   */
  removeOptedOut(intakeId: string): Promise<number>;
  /**
   * How both families name a card; undefined when nothing is known of it any more (erased, or imported
   * without ids).
   */
  addressOf(origin: CardOrigin): Promise<CardAddress | undefined>;
  /** Entries that are enrolled. */
  enrolledSize(): Promise<number>;
}
