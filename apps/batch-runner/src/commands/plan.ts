import { contextAt } from '@enrollkit/enrollment/validation';
import {
  openReader,
  plan as makePlan,
  Validator,
  validationOf,
  type Plan,
  type PlannedRow,
} from '@enrollkit/pipeline';
import type { Intake } from '@enrollkit/ledger';
import { defineCommand, type AnyCommand } from '../command.ts';
import { readingOf, settingsOf } from '../assemble.ts';
import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';
import { declareExpectations, expecting, type ExpectationOptions } from '../process/expectations.ts';
import { withInput } from '../process/input.ts';
import { withRegister } from '../register.ts';
import { whole } from '../option-values.ts';
import { assertFull } from './run.ts';
import { csvLine } from '../terminal/csv.ts';
import { count, duration, plural } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { missingLines, plannedChangeLines } from '../terminal/change-lines.ts';
import { sumLine, unsentLines } from '../terminal/verdict-lines.ts';

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
 * `enrollkit plan FILE`: what a run would do with each row and why, the requests and the time it would take. Writes
 * nothing, sends nothing; works beside a runner.
 */
export async function plan(context: Context, file: string, options: PlanCommandOptions): Promise<ExitName> {
  const { terminal } = context;
  assertFull(options);
  const loaded = context.config();
  return withInput(context, file, (input) =>
    withRegister(loaded, async ({ ledger, digests }) => {
      const reading = readingOf(loaded);
      const reader = await openReader(input, reading);
      const today = new Date();
      if (options.csv === true) terminal.result(columns.join(','));
      const made = await makePlan(
        { reader, validator: new Validator(contextAt(today, validationOf(reading))) },
        {
          ledger: { ...ledger, fillDigests: () => Promise.reject(new Error('a plan writes nothing')) },
          digests,
          today,
          settings: settingsOf(loaded.config),
          again: options.again ?? false,
          full: options.full ?? false,
          confirmed: options.confirmRemovals,
          onRow: (row) => printRow(terminal, row, options),
        },
      );
      if (terminal.mode.json) terminal.resultJson({ kind: 'plan', ...made });
      else if (options.csv !== true)
        terminal.result(planText(made, loaded.config.sending.requestsPerSecond, await ledger.listIntakes()));
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

/** The sums of a plan as a person reads them; `run` prints the same before its first request. */
export function planText(made: Plan, requestsPerSecond: number, intakes: readonly Intake[]): string {
  const { rows, rejected, batches, requests, durationMs } = made;
  return [
    sumLine('rows read', rows),
    sumLine('new: would be sent', made.new),
    sumLine('rejected', rejected),
    ...unsentLines(made, intakes),
    ...missingLines(made.missing, made.changes['delete-card']),
    ...plannedChangeLines(made.changes),
    '',
    requests === 0
      ? '  nothing would be sent'
      : `  ${count(batches)} ${plural(batches, 'batch', 'batches')}, at least ${count(requests)} requests: ${duration(durationMs / 1000)} at ${requestsPerSecond} a second`,
  ].join('\n');
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
