import type { Intake } from '@enrollkit/contract/runner';
import type { Intake as LedgerIntake, LedgerBrowser } from '@enrollkit/ledger';
import { ServeError } from '../errors.ts';
import { intakeView } from './views.ts';

/** Milliseconds over which the pace is taken. */
const PACE_MS = 60_000;

/** Where an intake stands now. */
export async function standingOf(ledger: LedgerBrowser, intake: LedgerIntake): Promise<Intake> {
  const now = new Date();
  const tally = await ledger.tally(intake.id);
  if (intake.state === 'settled') return intakeView(intake, tally);
  const since = new Date(now.getTime() - PACE_MS);
  return intakeView(intake, tally, await ledger.paceSince(intake.id, since, now));
}

/** The intake with that id. Throws `ServeError` `not-in-ledger`. */
export async function intakeWith(ledger: LedgerBrowser, id: string): Promise<LedgerIntake> {
  const found = await ledger.findIntake(id);
  if (found !== undefined) return found;
  throw new ServeError('not-in-ledger', `The ledger has no intake ${id}`, {
    hint: 'look at the list of intakes',
  });
}
