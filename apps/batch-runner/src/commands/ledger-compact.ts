import { compactSqliteLedger } from '@enrollkit/ledger';
import { defineCommand, type AnyCommand } from '../command.ts';
import { ledgerFileOf } from '../assemble.ts';
import { appendBeside } from '../audit.ts';
import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';
import { count } from '../terminal/format.ts';

/** `enrollkit ledger compact`: gives the space of what was deleted back to the disk; not beside a runner. */
export async function compact(context: Context): Promise<ExitName> {
  const loaded = context.config();
  const { before, after } = await compactSqliteLedger(
    ledgerFileOf(
      loaded,
      'PostgreSQL does it by itself (autovacuum); VACUUM FULL gives the space back to the disk',
    ),
  );
  await appendBeside(loaded, { action: 'ledger compact', detail: { before, after } });
  context.terminal.note(`${count(before)} bytes before, ${count(after)} now`);
  return 'allEnrolled';
}

/** `enrollkit ledger compact` as it is typed. */
export const ledgerCompactCommand: AnyCommand = defineCommand({
  examples: [{ line: 'enrollkit ledger compact', does: 'after a purge' }],
  run: compact,
});
