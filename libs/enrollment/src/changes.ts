import type { FieldGroup } from './fields.ts';

/**
 * Single requests by which a file changes what is enrolled.
 *
 *   update-profile   name, contact and locale of a consumer are replaced
 *   update-card      the billing address of a card is replaced
 *   delete-replaced  a card is deleted whose number or expiry is another one now; the new one goes out in a
 *                    batch
 *   delete-card      a card is deleted
 *   delete-profile   a consumer's profile is deleted, with all of its cards
 */
export const changeKinds = [
  'update-profile',
  'update-card',
  'delete-replaced',
  'delete-card',
  'delete-profile',
] as const;

/** One of {@link changeKinds}. */
export type ChangeKind = (typeof changeKinds)[number];

/**
 * The states of a change. All of them may be repeated, so what is unknown is sent again by itself.
 *
 *   waiting  not sent yet, or surely not taken
 *   sending  written before the network call; never outlives its process: the next start turns it into
 *            `unknown`
 *   unknown  sent, and nobody knows what became of it; sent again
 *   done     it is so at the provider
 *   refused  a final no; a person must look
 *   dropped  not needed any more: the card that was to take this one's place was not enrolled, until its
 *            record is sent again; or the ledger went back in time, and newer data may have been sent since
 */
export type ChangeState = 'waiting' | 'sending' | 'unknown' | 'done' | 'refused' | 'dropped';

/** All moves a change may make. The ledger guards every write with it. */
export const changeMoves = {
  waiting: ['sending', 'done', 'refused', 'dropped'],
  sending: ['waiting', 'unknown', 'done', 'refused', 'dropped'],
  unknown: ['sending', 'dropped'],
  done: [],
  refused: [],
  dropped: ['waiting'],
} as const satisfies Record<ChangeState, readonly ChangeState[]>;

/**
 * What a file does with a difference: it is brought to the provider, only reported, or its row is rejected.
 */
export type ChangeRule = 'apply' | 'report' | 'reject';

/** What happens with each kind of difference between a file and the register. */
export interface ChangeRules {
  /** A card that is not enrolled. */
  readonly enroll: ChangeRule;
  /** E-mail, mobile number, country and language: the consumer's profile. */
  readonly contact: ChangeRule;
  /** First and last name: the consumer's profile. */
  readonly name: ChangeRule;
  readonly billingAddress: ChangeRule;
  /** Another card under the same id: the new one is enrolled and the old one deleted. */
  readonly cardNumber: ChangeRule;
  /** The same card with another expiry: likewise. */
  readonly expiry: ChangeRule;
  /** A card of the register that a full extract does not have. */
  readonly remove: 'apply' | 'report';
  /** What comes first when a card is replaced. */
  readonly replaceOrder: 'enroll-first' | 'delete-first';
}

/** Nothing but new cards is sent unless a person says so. */
export const defaultChangeRules: ChangeRules = {
  enroll: 'apply',
  contact: 'report',
  name: 'report',
  billingAddress: 'report',
  cardNumber: 'report',
  expiry: 'report',
  remove: 'report',
  replaceOrder: 'enroll-first',
};

/** The rule of each group of fields. A consent is never a request of its own: it goes with an enrollment. */
const ruleOfGroup = {
  card: 'cardNumber',
  expiry: 'expiry',
  name: 'name',
  contact: 'contact',
  address: 'billingAddress',
  consent: undefined,
} as const satisfies Record<FieldGroup, keyof ChangeRules | undefined>;

/**
 * What is done with a row that differs in these groups: the strictest of their rules, for a row is applied as
 * a whole. A change of the consent alone is reported; beside others it does not count.
 */
export function ruleFor(groups: readonly FieldGroup[], rules: ChangeRules): ChangeRule {
  const found = groups.flatMap((group) => {
    const name = ruleOfGroup[group];
    return name === undefined ? [] : [rules[name]];
  });
  if (found.includes('reject')) return 'reject';
  return found.length === 0 || found.includes('report') ? 'report' : 'apply';
}

/** Groups that one kind of update brings to the provider. */
export const updatedGroups = {
  'update-profile': ['name', 'contact'],
  'update-card': ['address'],
} as const satisfies Partial<Record<ChangeKind, readonly FieldGroup[]>>;

/** Whether the change of these groups is another card under the same id. */
export function isReplacement(groups: readonly FieldGroup[]): boolean {
  return groups.includes('card') || groups.includes('expiry');
}
