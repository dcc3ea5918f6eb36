import type { ProviderReason } from '@enrollkit/enrollment';
import { LedgerConflictError, type Ledger, type LedgerView } from '@enrollkit/ledger';
import { DeniedError, KeyWithdrawnError } from '../errors.ts';
import type { SendContext } from '../send/context.ts';
import type { Pause } from '../send/pause.ts';
import { fewestFailed, type PipelineSettings } from '../settings.ts';

/** How a run ended. `idle` means that nothing is left that could be done without a person. */
export type Ending =
  | { readonly kind: 'idle' }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'deadline' }
  /** The sending window opens after the deadline. */
  | { readonly kind: 'window-closed'; readonly until: Date; readonly zone: string }
  /** What is left changes profiles or cards, and needs the data of the file. */
  | { readonly kind: 'input-needed' }
  | { readonly kind: 'limit'; readonly failed: number; readonly records: number }
  | { readonly kind: 'denied'; readonly reason: ProviderReason }
  | { readonly kind: 'key-withdrawn'; readonly kid: string; readonly needs: KeyWithdrawnError['needs'] };

/** The ending that an error of a stage demands; undefined for any other error. */
export function endingOf(error: unknown): Ending | undefined {
  if (error instanceof DeniedError) return { kind: 'denied', reason: error.reason };
  return error instanceof KeyWithdrawnError
    ? { kind: 'key-withdrawn', kid: error.kid, needs: error.needs }
    : undefined;
}

/** The ending that is due when the deadline has passed, or passes before the sending window opens. */
export function endingByTime(
  { clock, settings }: Pick<SendContext, 'clock' | 'settings'>,
  pause: Pause,
  deadline: number,
): Ending | undefined {
  if (clock.now() >= deadline) return { kind: 'deadline' };
  const until = pause.closedPast(deadline);
  return until && { kind: 'window-closed', until, zone: settings.times?.zone ?? 'UTC' };
}

/** Records of an intake that failed (rejected or refused), and its rows. */
export interface Failures {
  readonly failed: number;
  readonly rows: number;
}

/** Whether so many failures are more than are tolerated. */
export function isLimitPassed(
  { failed, rows }: Failures,
  { count, percent }: PipelineSettings['tolerated'],
): boolean {
  if (count !== undefined && failed > count) return true;
  const counts = failed >= (percent === 0 ? 1 : fewestFailed);
  return counts && percent !== undefined && failed * 100 > percent * rows;
}

/**
 * The ending that is due when more records of the intake failed than are tolerated; undefined while they are
 * not.
 */
export async function passedLimit(
  ledger: Pick<LedgerView, 'tally'>,
  intakeId: string,
  tolerated: PipelineSettings['tolerated'],
): Promise<Ending | undefined> {
  if (tolerated.count === undefined && tolerated.percent === undefined) return undefined;
  const { rejected, refused, rows } = await ledger.tally(intakeId);
  const failed = rejected + refused;
  return isLimitPassed({ failed, rows }, tolerated) ? { kind: 'limit', failed, records: rows } : undefined;
}

/**
 * Settles an intake; false when it has opened again, because a worker that was presumed dead has just written
 * down an answer. Only where many share the ledger can that be.
 */
export async function settles(
  intakeId: string,
  ledger: Pick<Ledger, 'settleIntake'>,
  isShared: boolean,
): Promise<boolean> {
  try {
    await ledger.settleIntake(intakeId);
    return true;
  } catch (error) {
    if (!isShared || !(error instanceof LedgerConflictError)) throw error;
    return false;
  }
}
