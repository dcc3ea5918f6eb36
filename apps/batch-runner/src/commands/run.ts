import type { Intake, Ledger } from '@enrollkit/ledger';
import type { RowSelection } from '@enrollkit/pipeline';
import { defineCommand, type AnyCommand } from '../command.ts';
import { actor } from '../audit.ts';
import { whole } from '../option-values.ts';
import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';
import { notifyingEnd } from '../on-end/notify.ts';
import { keepReading, openIntake } from '../process/earlier-reading.ts';
import { dryRun } from '../process/dry-run.ts';
import { absolute, withInput } from '../process/input.ts';
import { declareExpectations, expecting, type ExpectationOptions } from '../process/expectations.ts';
import { assertFull } from '../process/planning.ts';
import { shellWord } from '../terminal/as-typed.ts';
import { declareSelection, selectionIn, selectionText } from '../process/selection.ts';
import { withProcessing } from '../process/process-context.ts';
import { processIntake } from '../process/process-intake.ts';

/** Whether and why what is enrolled is enrolled anew, and whether to ask. */
export interface RunOptions extends ExpectationOptions, RowSelection {
  /** The reason; absent when what is enrolled stays as it is. */
  readonly again?: string;
  /** The file is the whole of all cardholders. */
  readonly full?: boolean;
  /** How many cards may be removed, on a person's word. */
  readonly confirmRemovals?: number;
  /** Seals and sends nothing. */
  readonly dryRun?: boolean;
  /** Answers every question with yes. */
  readonly yes?: boolean;
}

/** `enrollkit run FILE`: processes a file until every record is settled, or reports why it could not. */
export async function run(context: Context, file: string, options: RunOptions): Promise<ExitName> {
  const { again, yes, full, confirmRemovals } = options;
  assertFull(options);
  const selection = selectionIn(options);
  return withProcessing(context, { command: 'run', as: 'loader' }, (processing) =>
    withInput(context, absolute(file), async (input) => {
      const { ledger, pipeline } = processing;
      const begun = new Date();
      const intake = await openIntake(processing, input, () =>
        pipeline.open(input, {
          again: again === undefined ? undefined : { actor: actor(), reason: again },
          full: full === true,
          confirmed: confirmRemovals,
          selection,
        }),
      );
      await keepReading(processing, intake);
      const part = selectionText(selection);
      if (part !== undefined)
        context.terminal.note(`${part}: enrollkit run ${shellWord(file)} sends the others later`);
      const exit = await processIntake(context, processing, { intake, input, ask: yes !== true });
      const earlier = await earlierRun(ledger, intake, begun);
      const sent = intake.state === 'settled' ? 0 : (await ledger.tally(intake.id)).records;
      if (earlier !== undefined && sent === 0)
        context.terminal.note(
          `this file was run before, as ${earlier.source} on ${earlier.createdAt.toISOString().slice(0, 10)}: nothing was sent now`,
        );
      return exit;
    }),
  );
}

/** The last run of the same bytes that began before this one. */
async function earlierRun(ledger: Ledger, { digest }: Intake, begun: Date): Promise<Intake | undefined> {
  return (await ledger.listIntakes()).find((one) => one.digest === digest && one.createdAt < begun);
}

/** `enrollkit run` as it is typed. */
export const runCommand: AnyCommand = defineCommand<RunOptions>({
  declare: (command) =>
    declareSelection(declareExpectations(command))
      .argument('<file>')
      .option(
        '--again <reason>',
        'enroll anew what is enrolled already; the reason goes into the audit trail',
      )
      .option('--full', 'the file is the whole of all cardholders: cards that it lacks are removed')
      .option(
        '--confirm-removals <number>',
        'with --full: remove so many cards at most, whatever limits.removals says',
        whole,
      )
      .option('--dry-run', 'read, validate, look up and seal as a run; send nothing, write nothing')
      .option('-y, --yes', 'do not ask on a terminal'),
  examples: [
    { line: 'enrollkit run cardholders.csv', does: 'every row to its end; started again, it continues' },
    {
      line: 'enrollkit run extract.csv --full',
      does: 'the whole of all cardholders: what it lacks is removed',
    },
    { line: 'enrollkit run cardholders.csv --dry-run', does: 'all but sending, and how much would be sent' },
    {
      line: 'enrollkit run cardholders.csv --sample 100',
      does: 'a hundred rows first, as a trial; then the same without it',
    },
    { line: 'gpg -d cardholders.csv.gpg | enrollkit run -', does: 'from standard input' },
  ],
  run: (context, options, [file]) => {
    const settled = expecting(context, options);
    if (options.dryRun === true) return rehearse(settled, file, options);
    return notifyingEnd(settled, { command: 'run' }, (observed) => run(observed, file, options));
  },
});

function rehearse(context: Context, file: string, options: RunOptions): Promise<ExitName> {
  assertFull(options);
  const { again, full = false, confirmRemovals } = options;
  const selection = selectionIn(options);
  return dryRun(context, file, { again: again !== undefined, full, confirmRemovals, selection });
}
