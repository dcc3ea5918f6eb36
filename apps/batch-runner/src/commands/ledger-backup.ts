import { resolve } from 'node:path';
import { backupSqliteLedger } from '@enrollkit/ledger';
import { defineCommand, type AnyCommand } from '../command.ts';
import { appendBeside } from '../audit.ts';
import { ledgerFileOf } from '../assemble.ts';
import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';
import { count } from '../terminal/format.ts';

/**
 * `enrollkit ledger backup FILE`: a verified copy of the ledger as it is now, also while a runner runs. A
 * ledger in PostgreSQL is backed up by its own means.
 */
export async function backup(context: Context, target: string): Promise<ExitName> {
  const loaded = context.config();
  const file = ledgerFileOf(
    loaded,
    "back it up with PostgreSQL's own means: pg_dump --schema=enrollkit --format=custom --file=FILE DATABASE",
  );
  const { after } = await backupSqliteLedger(file, resolve(target));
  await appendBeside(loaded, { action: 'ledger backup', detail: { file: resolve(target), bytes: after } });
  context.terminal.note(`${target}: ${count(after)} bytes, verified`);
  context.terminal.note(
    'put back later, it does not know what was sent since: enrollkit ledger backup is for a lost disk, not for going back',
  );
  return 'allEnrolled';
}

/** `enrollkit ledger backup` as it is typed. */
export const ledgerBackupCommand: AnyCommand = defineCommand({
  declare: (command) => command.argument('<file>'),
  examples: [{ line: 'enrollkit ledger backup /backup/enrollkit.db', does: 'also while a runner runs' }],
  run: (context, _options, [file]) => backup(context, file),
});
