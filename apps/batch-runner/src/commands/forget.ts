import { defineCommand, type AnyCommand } from '../command.ts';
import { openFingerprintKey, digestsWith, openLedger } from '../assemble.ts';
import { actor } from '../audit.ts';
import type { Context } from '../context.ts';
import { RunnerError } from '../errors.ts';
import type { ExitName } from '../exit-codes.ts';
import { count, plural } from '../terminal/format.ts';

/**
 * `enrollkit forget CONSUMER --yes`: erases a person from the ledger, by key: entries of the register become
 * tombstones without data, and ids, masked numbers and fingerprints are blanked. The provider keeps what it
 * has.
 */
export async function forget(
  context: Context,
  externalConsumerId: string,
  { yes }: { readonly yes?: boolean },
): Promise<ExitName> {
  if (yes !== true)
    throw new RunnerError(
      'usage',
      'What enrollkit forget erases cannot be brought back; nothing was changed',
      {
        hint: 'look with enrollkit who CONSUMER, then repeat the command with --yes',
      },
    );
  const loaded = context.config();
  const consumerKey = digestsWith(loaded, openFingerprintKey(loaded)).consumerKey(externalConsumerId);
  const ledger = await openLedger(loaded);
  try {
    const lock = await ledger.lock('forget', { as: 'operator' });
    try {
      const { entries, rows } = await ledger.forget({ externalConsumerId, consumerKey });
      // The audit trail must not name the person again: the key says whom, to whoever has the id.
      await ledger.appendEvent({
        at: new Date(),
        actor: actor(),
        action: 'forget',
        detail: { consumerKey: consumerKey.toString('hex'), entries, rows },
      });
      context.terminal.note(
        `erased ${count(entries)} ${plural(entries, 'entry', 'entries')} of the register and ${count(rows)} ${plural(rows, 'row')}; the provider keeps what it has`,
      );
      return 'allEnrolled';
    } finally {
      await lock.release();
    }
  } finally {
    await ledger.close();
  }
}

/** `enrollkit forget` as it is typed. */
export const forgetCommand: AnyCommand = defineCommand<{ readonly yes?: boolean }>({
  declare: (command) => command.argument('<consumer>').option('--yes', 'do it'),
  examples: [{ line: 'enrollkit forget CUSTOMER-1 --yes', does: 'cannot be brought back' }],
  run: (context, options, [consumer]) => forget(context, consumer, options),
});
