/**
 * When a refused card may be sent again.
 *
 *   again  the provider or the issuer could not, and neither said no: at once
 *   later  the account range is not enabled yet: in three to six months, or when the issuer has enabled it
 *   never  the same data will be refused again
 */
export type ResendClass = 'again' | 'later' | 'never';

/** Codes of refusals that the same data may not meet again. */
const passing: ReadonlySet<string> = new Set([
  'UNAVAILABLE',
  'NO_RESPONSE_FROM_ISSUER',
  'INTERNAL',
  'DEADLINE_EXCEEDED',
  'RESOURCE_EXHAUSTED',
  'ABORTED',
]);

/** Codes of account ranges that the network has not enabled yet. */
const notYetEnabled: ReadonlySet<string> = new Set(['PAN_INELIGIBLE', 'TOKENIZATION_INELIGIBLE']);

/** When a card that was refused with this code may be sent again. A code that is not known is `never`. */
export function resendClassOf(code: string): ResendClass {
  if (passing.has(code)) return 'again';
  return notYetEnabled.has(code) ? 'later' : 'never';
}

/** Months after which a card that was refused as `later` is worth another try (reference: three to six). */
const LATER_MONTHS = 3;

/** Whether a card that was refused with `code` at `at` is worth sending again at `now`, as it is. */
export function mayResend(
  code: string,
  { at, now }: { readonly at?: Date | undefined; readonly now: Date },
): boolean {
  const resend = resendClassOf(code);
  if (resend !== 'later' || at === undefined) return resend === 'again';
  const due = new Date(at);
  due.setUTCMonth(due.getUTCMonth() + LATER_MONTHS);
  return due <= now;
}

/** Spellings of one refusal in the provider's documents, and the one that is used here. */
const spellings: Readonly<Record<string, string>> = { ISSUER_DECLINE: 'ISSUER_DECLINED' };

/** The code of a refusal under its one spelling. */
export function refusalCode(code: string): string {
  return Object.hasOwn(spellings, code) ? (spellings[code] ?? code) : code;
}
