import type { Ending } from '@enrollkit/pipeline';
import type { Tally } from '@enrollkit/ledger';
import type { ExitName } from './exit-codes.ts';
import type { StopSignal } from './signals.ts';

/** Which exit a ledger's state deserves, once nothing more can be done without a person. */
export function exitOfTally(tally: Tally): ExitName {
  if (tally.unknown > 0) return 'uncertain';
  if (tally.waiting > 0 || tally.submitted > 0) return 'stopped';
  return tally.rejected + tally.refused + tally.abandoned > 0 ? 'someFailed' : 'allEnrolled';
}

/** Which exit a run deserves. */
export function exitOf(ending: Ending, tally: Tally, by: StopSignal | undefined): ExitName {
  switch (ending.kind) {
    case 'idle':
      return exitOfTally(tally);
    case 'interrupted':
      return by === undefined ? 'stopped' : by === 'SIGTERM' ? 'terminated' : 'interrupted';
    case 'limit':
      return 'limitPassed';
    case 'deadline':
    case 'denied':
    case 'key-withdrawn':
      return 'stopped';
  }
}

/** What to tell a person about a run that did not come to its end by itself; undefined when there is nothing to tell. */
export function adviceOn(ending: Ending): { readonly text: string; readonly hint: string } | undefined {
  switch (ending.kind) {
    case 'idle':
      return undefined;
    case 'interrupted':
      return { text: 'stopped on request; nothing is lost', hint: 'enrollkit resume continues' };
    case 'deadline':
      return { text: 'the deadline (sending.deadlineMs) has passed', hint: 'enrollkit resume continues' };
    case 'limit':
      return {
        text: `${ending.failed} of ${ending.records} records failed, more than limits.* tolerate`,
        hint: 'look at enrollkit report, raise the limit or mend the cause, then enrollkit resume',
      };
    case 'denied':
      return {
        text: `the provider denies access: ${ending.reason.code} (HTTP ${ending.reason.httpStatus}): ${ending.reason.message}`,
        hint: 'enrollkit doctor looks at consumer key, signing key, clock, srcClientId and serviceId; mend what it names, then enrollkit resume',
      };
    case 'key-withdrawn':
      return withdrawn[ending.needs](ending.kid);
  }
}

const withdrawn: Readonly<
  Record<'input' | 'key', (kid: string) => { readonly text: string; readonly hint: string }>
> = {
  input: (kid) => ({
    text: `the input is needed: what waits to be sent was sealed with the provider's key ${kid}, which it does not open any more`,
    hint: 'enrollkit resume --file FILE seals it again',
  }),
  key: (kid) => ({
    text: `the provider does not open what is sealed with the key ${kid}, and no other is published or configured`,
    hint: 'check encryption.* with enrollkit doctor, ask the provider which key is in force; then enrollkit resume --file FILE',
  }),
};
