import { openChanges, type Tally } from '@enrollkit/ledger';
import type { Ending } from '@enrollkit/pipeline';
import type { ExitName } from './exit-codes.ts';
import { clockText } from './terminal/format.ts';
import type { StopSignal } from './signals.ts';
import { limitPassedHint, limitPassedText } from './terminal/limit-text.ts';

/** The exit that the state of an intake earns when nothing more can be done without a person. */
export function exitOfTally(tally: Tally): ExitName {
  const { unsent, changes } = tally;
  const refusedChanges = Object.values(changes).reduce((sum, { refused }) => sum + refused, 0);
  if (tally.unknown + unsent.unresolved > 0) return 'unknown';
  if (tally.waiting + tally.submitted + openChanges(changes) + unsent['in-flight'] > 0) return 'stopped';
  const failed = tally.rejected + tally.refused + tally.abandoned + refusedChanges;
  const kept = tally.missing - Object.values(changes['delete-card']).reduce((sum, of) => sum + of, 0);
  return failed + Math.max(0, kept) + unsent.new + unsent.changed + unsent['refused-before'] > 0
    ? 'someFailed'
    : 'allEnrolled';
}

/** The exit that a run earns by how it ended. */
export function exitOf(ending: Ending, tally: Tally, by: StopSignal | undefined): ExitName {
  switch (ending.kind) {
    case 'idle':
      return exitOfTally(tally);
    case 'interrupted':
      return exitOfSignal(by);
    case 'limit':
      return 'limitPassed';
    case 'deadline':
    case 'window-closed':
    case 'denied':
    case 'input-needed':
    case 'key-withdrawn':
      return 'stopped';
  }
}

/** The exit of a command that was stopped: by a signal, or by `enrollkit stop`. */
export function exitOfSignal(by: StopSignal | undefined): ExitName {
  return by === undefined ? 'stopped' : by === 'SIGTERM' ? 'terminated' : 'interrupted';
}

/** What an operator should read about a run that did not finish; undefined when it did. */
export function adviceOn(ending: Ending): { readonly text: string; readonly hint: string } | undefined {
  switch (ending.kind) {
    case 'idle':
      return undefined;
    case 'interrupted':
      return { text: 'stopped on request; nothing is lost', hint: 'enrollkit resume continues' };
    case 'deadline':
      return { text: 'the deadline (sending.deadlineMs) has passed', hint: 'enrollkit resume continues' };
    case 'window-closed':
      return {
        text: `the sending window opens ${clockText(ending.until, ending.zone)}, after the deadline (sending.deadlineMs)`,
        hint: 'enrollkit resume then continues',
      };
    case 'limit':
      return {
        text: limitPassedText(ending),
        hint: limitPassedHint,
      };
    case 'input-needed':
      return {
        text: 'the input is needed: what is left changes profiles or cards, and their data is in the file only',
        hint: 'enrollkit resume --file FILE',
      };
    case 'denied':
      return {
        text: `the provider denies access: ${ending.reason.code} (HTTP ${ending.reason.httpStatus}): ${ending.reason.message}`,
        hint: 'enrollkit doctor checks consumer key, signing key, clock and the ids of the programme; fix what it names, then enrollkit resume',
      };
    case 'key-withdrawn':
      return keyWithdrawn[ending.needs](ending.kid);
  }
}

const keyWithdrawn: Readonly<
  Record<'input' | 'key', (kid: string) => { readonly text: string; readonly hint: string }>
> = {
  input: (kid) => ({
    text: `the input is needed: what is waiting to be sent was sealed with the provider's key ${kid}, which the provider no longer opens`,
    hint: 'enrollkit resume --file FILE seals it again',
  }),
  key: (kid) => ({
    text: `the provider no longer opens what is sealed with the key ${kid}, and no other key is published or configured`,
    hint: 'check encryption.* with enrollkit doctor, ask the provider which key is in force; then enrollkit resume --file FILE',
  }),
};
