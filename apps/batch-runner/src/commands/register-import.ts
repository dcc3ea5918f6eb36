import { defineCommand, type AnyCommand } from '../command.ts';
import { digestsWith, openFingerprintKey, openLedger } from '../assemble.ts';
import { actor } from '../audit.ts';
import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';
import { readKeys } from '../ids-file.ts';
import { count, plural } from '../terminal/format.ts';

/**
 * `enrollkit register import FILE`: adds cards that were enrolled by other means, from a CSV of
 * externalConsumerId and externalCardId. Their data are filled in when a file brings them for the first time.
 * Entries that exist stay.
 */
export async function importRegister(context: Context, file: string): Promise<ExitName> {
  const loaded = context.config();
  const digests = digestsWith(loaded, openFingerprintKey(loaded));
  const ledger = await openLedger(loaded);
  try {
    const lock = await ledger.lock('register import');
    try {
      await ledger.bind(digests.binding);
      let rows = 0;
      let added = 0;
      for await (const keys of readKeys(file)) {
        rows += keys.length;
        added += await ledger.importEntries(digests.keysOf(keys));
      }
      await ledger.appendEvent({
        at: new Date(),
        actor: actor(),
        action: 'register import',
        detail: { file, rows, added },
      });
      context.terminal.note(
        `${count(rows)} ${plural(rows, 'row')} read, ${count(added)} ${plural(added, 'card')} added to the register`,
      );
      return 'allEnrolled';
    } finally {
      await lock.release();
    }
  } finally {
    await ledger.close();
  }
}

/** `enrollkit register import` as it is typed. */
export const registerImportCommand: AnyCommand = defineCommand({
  declare: (command) => command.argument('<file>'),
  examples: [{ line: 'enrollkit register import enrolled.csv', does: 'ids only, no card numbers' }],
  run: (context, _options, [file]) => importRegister(context, file),
});
