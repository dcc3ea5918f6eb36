import { setTimeout as delay } from 'node:timers/promises';
import type { LockOwner } from '@enrollkit/ledger';
import { openLedgerView } from '../assemble.ts';
import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';
import { instruct } from '../instruction.ts';

const LOOK_EVERY_MS = 200;

/** `enrollkit stop`: the runner finishes what is in flight and ends with 4; this waits until it has. */
export async function stop(context: Context): Promise<ExitName> {
  const told = await instruct(context, 'stop');
  if (!(await ended(context, told))) return context.stoppedBy() === 'SIGTERM' ? 'terminated' : 'interrupted';
  context.terminal.note('it has ended; enrollkit resume goes on');
  return 'allEnrolled';
}

/** Whether it has ended before somebody lost patience; what it was told stands either way. */
async function ended(context: Context, told: LockOwner): Promise<boolean> {
  const ledger = await openLedgerView(context.config());
  try {
    while (!context.stop.aborted) {
      const holder = await ledger.owner();
      // Those who share a ledger were all told.
      if (holder?.instruction !== 'stop' && holder?.since.getTime() !== told.since.getTime()) return true;
      await delay(LOOK_EVERY_MS, undefined, { signal: context.stop }).catch(() => undefined);
    }
    return false;
  } finally {
    await ledger.close();
  }
}
