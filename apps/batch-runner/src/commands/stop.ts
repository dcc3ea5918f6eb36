import { setTimeout as delay } from 'node:timers/promises';
import type { LockOwner } from '@enrollkit/ledger';
import { defineCommand, type AnyCommand } from '../command.ts';
import { openLedgerView } from '../assemble.ts';
import type { Context } from '../context.ts';
import { exitOfSignal } from '../ending.ts';
import type { ExitName } from '../exit-codes.ts';
import { instruct } from '../instruction.ts';

const POLL_MS = 200;

/** `enrollkit stop`: the runner finishes what is in flight and ends with 4; this waits until it has. */
export async function stop(context: Context): Promise<ExitName> {
  const owner = await instruct(context, 'stop');
  if (!(await hasEnded(context, owner))) return exitOfSignal(context.stoppedBy());
  context.terminal.note('it has ended; enrollkit resume continues');
  return 'allEnrolled';
}

/**
 * Waits until the owner has ended; false when a signal ended the waiting. The instruction stands either way.
 */
async function hasEnded(context: Context, instructed: LockOwner): Promise<boolean> {
  const ledger = await openLedgerView(context.config());
  try {
    while (!context.stop.aborted) {
      const owner = await ledger.owner();
      // Everybody who shares a ledger was instructed.
      if (owner?.instruction !== 'stop' && owner?.since.getTime() !== instructed.since.getTime()) return true;
      await delay(POLL_MS, undefined, { signal: context.stop }).catch(() => undefined);
    }
    return false;
  } finally {
    await ledger.close();
  }
}

/** `enrollkit stop` as it is typed. */
export const stopCommand: AnyCommand = defineCommand({
  examples: [{ line: 'enrollkit stop', does: 'enrollkit resume continues' }],
  run: stop,
});
