import type { AuditEvent } from '@enrollkit/ledger';
import { defineCommand, type AnyCommand } from '../command.ts';
import { openLedgerView } from '../assemble.ts';
import { theIntake } from '../intake-choice.ts';
import type { Context } from '../context.ts';
import { csvLine } from '../terminal/csv.ts';
import type { ExitName } from '../exit-codes.ts';

/** Which events, and in which form. */
export interface AuditOptions {
  readonly intake?: string;
  readonly csv?: boolean;
}

const columns = ['at', 'actor', 'action', 'intakeId', 'batchId', 'detail'] as const;

/**
 * `enrollkit audit`: who did what when, oldest first; events of no one intake (a command's start) are shown
 * without `--intake` only.
 */
export async function audit(context: Context, { intake, csv }: AuditOptions): Promise<ExitName> {
  const { terminal } = context;
  const ledger = await openLedgerView(context.config());
  try {
    const id = intake === undefined ? undefined : (await theIntake(ledger, intake)).id;
    if (csv === true) terminal.result(columns.join(','));
    for await (const event of ledger.events(id))
      await terminal.stream(lineOf(event, csv === true ? 'csv' : terminal.mode.json ? 'json' : 'text'));
    return 'allEnrolled';
  } finally {
    await ledger.close();
  }
}

function lineOf(
  { at, actor, action, intakeId, batchId, detail }: AuditEvent,
  form: 'csv' | 'json' | 'text',
): string {
  const when = at.toISOString();
  if (form === 'json') return JSON.stringify({ at: when, actor, action, intakeId, batchId, detail });
  if (form === 'csv')
    return csvLine([
      when,
      actor,
      action,
      intakeId,
      batchId === undefined ? undefined : String(batchId),
      JSON.stringify(detail),
    ]);
  const details = Object.entries(detail)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
  return [when, actor, action, intakeId, details]
    .filter((part) => part !== undefined && part !== '')
    .join('  ');
}

/** `enrollkit audit` as it is typed. */
export const auditCommand: AnyCommand = defineCommand<AuditOptions>({
  declare: (command) =>
    command.option('--intake <id>', 'only what was done with this one').option('--csv', 'as CSV'),
  examples: [
    { line: 'enrollkit audit', does: 'oldest first' },
    { line: 'enrollkit audit --csv', does: 'for a spreadsheet' },
  ],
  run: audit,
});
