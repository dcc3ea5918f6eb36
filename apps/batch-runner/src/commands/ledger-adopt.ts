import { defineCommand, type AnyCommand } from '../command.ts';
import { openLedger } from '../assemble.ts';
import { actor } from '../audit.ts';
import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';
import { count, plural } from '../terminal/format.ts';

/**
 * `enrollkit ledger adopt`: accepts a ledger that went back in time, or a backup. Everything that is not settled becomes
 * unknown, since it may have been sent meanwhile, and waits for a decision.
 */
export async function adopt(context: Context): Promise<ExitName> {
  const ledger = await openLedger(context.config());
  try {
    const lock = await ledger.lock('ledger adopt');
    try {
      const batches = await ledger.adopt();
      await ledger.appendEvent({
        at: new Date(),
        actor: actor(),
        action: 'ledger adopt',
        detail: { unknown: batches },
      });
      const { terminal } = context;
      terminal.note('the ledger is adopted');
      if (batches > 0)
        terminal.warn(
          `${count(batches)} ${plural(batches, 'batch', 'batches')} may have been sent meanwhile and became unknown`,
          'enrollkit report lists them; ask the provider about each, then enrollkit resolve',
        );
      return batches > 0 ? 'unknown' : 'allEnrolled';
    } finally {
      await lock.release();
    }
  } finally {
    await ledger.close();
  }
}

/** `enrollkit ledger adopt` as it is typed. */
export const ledgerAdoptCommand: AnyCommand = defineCommand({
  examples: [{ line: 'enrollkit ledger adopt', does: 'after a ledger was restored or copied' }],
  run: adopt,
});
