import { luhn } from '@enrollkit/base';

/** How the provider treats one card number. */
export interface ReservedPan {
  readonly pan: string;
  /** The detail reason it leads to. */
  readonly reason: CardRefusal;
  /** `once`: only the first try of a card fails, a second one is enrolled. */
  readonly fails: 'always' | 'once';
}

/**
 * What goes with each reason; `httpStatus` and `reason` are those of the same refusal answered to a
 * synchronous call.
 */
export const refusals = {
  INVALID_PAN: { httpStatus: 400, reason: 'INVALID_STATE', message: 'The card number is not valid' },
  PAN_INELIGIBLE: { httpStatus: 400, reason: 'INVALID_STATE', message: 'The account range is not eligible' },
  TOKENIZATION_INELIGIBLE: {
    httpStatus: 400,
    reason: 'INVALID_STATE',
    message: 'The card cannot be tokenized',
  },
  ISSUER_DECLINE: {
    httpStatus: 400,
    reason: 'INVALID_STATE',
    message: 'The issuer declined the tokenization',
  },
  ISSUER_DECLINED: {
    httpStatus: 400,
    reason: 'INVALID_STATE',
    message: 'The issuer declined the tokenization',
  },
  NO_RESPONSE_FROM_ISSUER: {
    httpStatus: 503,
    reason: 'UNAVAILABLE',
    message: 'The issuer did not answer in time',
  },
  INVALID_VALUE: { httpStatus: 400, reason: 'INVALID_ARGUMENT', message: 'The card has expired' },
} as const;

/** Why a card is not enrolled: the detail reasons the reference names for cards. */
export type CardRefusal = keyof typeof refusals;

/** Whether a text is one of them. */
export function isCardRefusal(text: string): text is CardRefusal {
  return Object.hasOwn(refusals, text);
}

/**
 * Card numbers with a fixed result. All are synthetic and pass Luhn, so that nothing but the provider refuses
 * them. The provider has published no numbers of this kind; these are ours.
 */
export const reservedPans: readonly ReservedPan[] = [
  { pan: '5204739990000016', reason: 'INVALID_PAN', fails: 'always' },
  { pan: '5204739990000024', reason: 'PAN_INELIGIBLE', fails: 'always' },
  { pan: '5204739990000032', reason: 'TOKENIZATION_INELIGIBLE', fails: 'always' },
  { pan: '5204739990000040', reason: 'ISSUER_DECLINED', fails: 'always' },
  { pan: '5204739990000057', reason: 'NO_RESPONSE_FROM_ISSUER', fails: 'always' },
  { pan: '5204739990000065', reason: 'NO_RESPONSE_FROM_ISSUER', fails: 'once' },
  { pan: '5204739990000073', reason: 'ISSUER_DECLINE', fails: 'always' },
  { pan: '5186009990000016', reason: 'INVALID_PAN', fails: 'always' },
  { pan: '5186009990000024', reason: 'PAN_INELIGIBLE', fails: 'always' },
  { pan: '5186009990000032', reason: 'TOKENIZATION_INELIGIBLE', fails: 'always' },
  { pan: '5186009990000040', reason: 'ISSUER_DECLINED', fails: 'always' },
  { pan: '5186009990000057', reason: 'NO_RESPONSE_FROM_ISSUER', fails: 'always' },
  { pan: '5186009990000065', reason: 'NO_RESPONSE_FROM_ISSUER', fails: 'once' },
];

/** A card number that is enrolled with an event pending for the first checkout, which is a full success. */
export const pendingPan = { pan: '5204739990000081', pendingEvents: ['PENDING_SCA'] } as const;

const byPan = new Map(reservedPans.map((reserved) => [reserved.pan, reserved]));

/** A card as it came in. */
export interface PresentedCard {
  readonly pan: string;
  readonly expiryMonth: string;
  readonly expiryYear: string;
  /** Whether this very card came in before. */
  readonly triedBefore: boolean;
}

/** Why this card is refused at this time (milliseconds), or undefined when it is enrolled. */
export function refusalOf(
  { pan, expiryMonth, expiryYear, triedBefore }: PresentedCard,
  now: number,
): CardRefusal | undefined {
  if (!luhn(pan)) return 'INVALID_PAN';
  // A card is good through the last day of its month, wherever on earth that ends last.
  if (Date.UTC(Number(expiryYear), Number(expiryMonth), 1, 12) <= now) return 'INVALID_VALUE';
  const reserved = byPan.get(pan);
  if (reserved === undefined || (reserved.fails === 'once' && triedBefore)) return undefined;
  return reserved.reason;
}
