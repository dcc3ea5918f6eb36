import type { BatchRow } from '@enrollkit/ledger';
import type { SendContext } from './context.ts';

/** The reason code of a batch the provider has, under an id it did not give: only a person can settle it. */
export const ALREADY_EXISTS = 'ALREADY_EXISTS';

/**
 * The reason code of a batch that may have been sent, under another id, in a time that an adopted ledger does
 * not remember.
 */
const LEDGER_ADOPTED = 'LEDGER_ADOPTED';

/**
 * Whether a batch in `unknown` is sent again by itself: under policy `resend` it is, with the same bytes and
 * the same id, unless it is known to have arrived, for then the provider would only say so again, or may have
 * been sent under an id by which the provider cannot recognise it.
 */
export function isResent(
  { reason }: Pick<BatchRow, 'reason'>,
  { settings }: Pick<SendContext, 'settings'>,
): boolean {
  return (
    settings.onUnknown === 'resend' && reason?.code !== ALREADY_EXISTS && reason?.code !== LEDGER_ADOPTED
  );
}

/** Moves a batch from `unknown` back to `sealed`, due after `waitMs`, if the policy says so. */
export async function resendUnknown(
  batch: Pick<BatchRow, 'id' | 'reason'>,
  context: Pick<SendContext, 'ledger' | 'settings' | 'clock'>,
  waitMs: number = 0,
): Promise<void> {
  if (isResent(batch, context))
    await context.ledger.releaseUnknown(batch.id, new Date(context.clock.now() + waitMs));
}
