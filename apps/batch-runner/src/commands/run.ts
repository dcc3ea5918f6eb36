import { defineCommand, type AnyCommand } from '../command.ts';
import { actor } from '../audit.ts';
import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';
import { withInput } from '../process/input.ts';
import { withProcessing } from '../process/process-context.ts';
import { processIntake } from '../process/process-intake.ts';

/** Whether and why what is enrolled is enrolled anew, and whether to ask. */
export interface RunOptions {
  /** The reason; absent when what is enrolled stays as it is. */
  readonly again?: string;
  /** Answers every question with yes. */
  readonly yes?: boolean;
}

/** `enrollkit run FILE`: processes a file until every record is settled, or reports why it could not. */
export async function run(context: Context, file: string, { again, yes }: RunOptions): Promise<ExitName> {
  return withProcessing(context, { command: 'run', as: 'loader' }, (processing) =>
    withInput(context, file, async (input) => {
      const intake = await processing.pipeline.open(input, {
        again: again === undefined ? undefined : { actor: actor(), reason: again },
      });
      if (intake.state === 'settled' && again === undefined)
        context.terminal.note(
          `this file was run before, as ${intake.source} on ${intake.createdAt.toISOString().slice(0, 10)}: nothing is sent now`,
        );
      return processIntake(context, processing, { intake, input, ask: yes !== true });
    }),
  );
}

/** `enrollkit run` as it is typed. */
export const runCommand: AnyCommand = defineCommand<RunOptions>({
  declare: (command) =>
    command
      .argument('<file>')
      .option(
        '--again <reason>',
        'enroll anew what is enrolled already; the reason goes into the audit trail',
      )
      .option('-y, --yes', 'do not ask on a terminal'),
  examples: [
    { line: 'enrollkit run cardholders.csv', does: 'every row to its end; started again, it continues' },
    { line: 'gpg -d cardholders.csv.gpg | enrollkit run -', does: 'from standard input' },
  ],
  run: (context, options, [file]) => run(context, file, options),
});
