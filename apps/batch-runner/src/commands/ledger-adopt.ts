import type { Ledger } from '@enrollkit/ledger';
import { defineCommand, type AnyCommand } from '../command.ts';
import { openLedger } from '../assemble.ts';
import { actor } from '../audit.ts';
import type { Context } from '../context.ts';
import { RunnerError } from '../errors.ts';
import type { ExitName } from '../exit-codes.ts';
import { count, plural } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Whether the ledger is adopted, or an adoption comes to its end. */
export interface AdoptOptions {
  /** Why everything that was sent in the lost time is in the ledger again. */
  readonly complete?: string;
}

/**
 * `enrollkit ledger adopt`: accepts a ledger that went back in time, or a backup. Everything that is not
 * settled becomes unknown, since it may have been sent meanwhile, and so does every new batch, until
 * `--complete` says that the lost time is accounted for.
 */
export async function adopt(context: Context, { complete }: AdoptOptions): Promise<ExitName> {
  const ledger = await openLedger(context.config());
  try {
    const lock = await ledger.lock('ledger adopt');
    try {
      return await (complete === undefined
        ? begin(ledger, context.terminal)
        : end(ledger, context.terminal, complete));
    } finally {
      await lock.release();
    }
  } finally {
    await ledger.close();
  }
}

async function begin(ledger: Ledger, terminal: Terminal): Promise<ExitName> {
  const batches = await ledger.adopt();
  await record(ledger, { unknown: batches });
  terminal.note('the ledger is adopted');
  if (batches > 0)
    terminal.warn(
      `${count(batches)} ${plural(batches, 'batch', 'batches')} may have been sent meanwhile and became unknown`,
      'enrollkit report lists them; ask the provider about each, then enrollkit resolve',
    );
  terminal.warn(doubt.message, doubt.hint);
  return batches > 0 ? 'unknown' : 'allEnrolled';
}

async function end(ledger: Ledger, terminal: Terminal, reason: string): Promise<ExitName> {
  if (!(await ledger.isInDoubt()))
    throw new RunnerError('usage', 'The ledger is not in doubt: there is nothing to complete', {
      hint: 'enrollkit ledger adopt comes first, where a ledger went back in time',
    });
  await ledger.endDoubt();
  await record(ledger, { complete: reason });
  terminal.note('new batches are sent again');
  return 'allEnrolled';
}

async function record(ledger: Ledger, detail: Readonly<Record<string, string | number>>): Promise<void> {
  await ledger.appendEvent({ at: new Date(), actor: actor(), action: 'ledger adopt', detail });
}

/** What an operator should know of a ledger that was adopted and not completed. */
export const doubt = {
  message:
    'the ledger does not know whom the files of the lost time have enrolled: new batches become unknown instead of being sent',
  hint: 'run the files of that time again and resolve their batches, or add their cards with enrollkit register import; then enrollkit ledger adopt --complete REASON',
} as const;

/** `enrollkit ledger adopt` as it is typed. */
export const ledgerAdoptCommand: AnyCommand = defineCommand<AdoptOptions>({
  declare: (command) =>
    command.option(
      '--complete <reason>',
      'what was sent in the lost time is in the ledger again: new batches are sent from now on',
    ),
  examples: [
    { line: 'enrollkit ledger adopt', does: 'after a ledger was restored or copied' },
    {
      line: 'enrollkit ledger adopt --complete "the files of Tuesday are resolved"',
      does: 'when everything of the lost time is accounted for',
    },
  ],
  run: adopt,
});
