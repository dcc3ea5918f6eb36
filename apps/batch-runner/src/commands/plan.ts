import type { PlannedRow } from '@enrollkit/pipeline';
import { defineCommand, type AnyCommand } from '../command.ts';
import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';
import { declareExpectations, expecting, type ExpectationOptions } from '../process/expectations.ts';
import { withInput } from '../process/input.ts';
import { assertFull, planInput, planText } from '../process/planning.ts';
import { withRegister } from '../register.ts';
import { whole } from '../option-values.ts';
import { csvLine } from '../terminal/csv.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** In which form, and whether what is enrolled would be enrolled anew. */
export interface PlanCommandOptions extends ExpectationOptions {
  /** One line for each row that would not be sent. */
  readonly csv?: boolean;
  readonly again?: boolean;
  readonly full?: boolean;
  readonly confirmRemovals?: number;
}

const columns = [
  'row',
  'line',
  'externalConsumerId',
  'externalCardId',
  'reason',
  'detail',
  'intake',
] as const;

/**
 * `enrollkit plan FILE`: what a run would do with each row and why, the requests and the time it would take.
 * Writes nothing, sends nothing; works beside a runner.
 */
export async function plan(context: Context, file: string, options: PlanCommandOptions): Promise<ExitName> {
  const { terminal } = context;
  assertFull(options);
  const loaded = context.config();
  return withInput(context, file, (input) =>
    withRegister(loaded, async (register) => {
      if (options.csv === true) terminal.result(columns.join(','));
      const made = await planInput(loaded, register, {
        input,
        again: options.again ?? false,
        full: options.full ?? false,
        confirmRemovals: options.confirmRemovals,
        onRow: (row) => printRow(terminal, row, options),
      });
      if (terminal.mode.json) terminal.resultJson({ kind: 'plan', ...made });
      else if (options.csv !== true)
        terminal.result(planText(made, loaded.config, await register.ledger.listIntakes()));
      return 'allEnrolled' as const;
    }),
  );
}

async function printRow(
  terminal: Terminal,
  row: PlannedRow,
  { csv = false }: PlanCommandOptions,
): Promise<void> {
  if (terminal.mode.json) return terminal.stream(JSON.stringify({ kind: 'row', ...row }));
  if (csv)
    return terminal.stream(
      csvLine([
        String(row.row),
        String(row.line),
        row.externalConsumerId,
        row.externalCardId,
        row.reason,
        [...(row.codes ?? []), ...(row.groups ?? [])].join(' '),
        row.intakeId,
      ]),
    );
}

/** `enrollkit plan` as it is typed. */
export const planCommand: AnyCommand = defineCommand<PlanCommandOptions>({
  declare: (command) =>
    declareExpectations(command)
      .argument('<file>')
      .option('--csv', 'one line for each row that is not plainly new or unchanged')
      .option('--again', 'as if what is enrolled were enrolled anew')
      .option('--full', 'the file is the whole of all cardholders: cards that it lacks are removed')
      .option('--confirm-removals <number>', 'with --full: as if so many removals were confirmed', whole),
  examples: [
    { line: 'enrollkit plan cardholders.csv', does: 'what would be sent, and how long it would take' },
    { line: 'enrollkit plan cardholders.csv --csv', does: 'each row that would not be sent, and why' },
  ],
  run: (context, options, [file]) => plan(expecting(context, options), file, options),
});
