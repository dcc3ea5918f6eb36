import { assertOneRecord } from '../process/one-record.ts';
import { actor } from '../audit.ts';
import { defineCommand, type AnyCommand } from '../command.ts';
import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';
import { keepReading, openIntake } from '../process/earlier-reading.ts';
import { absolute, withInput } from '../process/input.ts';
import { withProcessing } from '../process/process-context.ts';
import { processIntake } from '../process/process-intake.ts';
import { printOne } from '../terminal/one-result.ts';

/** Whether and why a card that is enrolled is enrolled anew. */
interface EnrollOptions {
  readonly again?: string;
}

/**
 * `enrollkit enroll FILE`: enrolls one cardholder by the operation that answers at once. The file has one
 * record, and is an intake like any other: compared with the register, its intent written down first, resumed
 * when it was interrupted.
 */
export async function enroll(context: Context, file: string, { again }: EnrollOptions): Promise<ExitName> {
  return withInput(context, absolute(file), async (input) => {
    await assertOneRecord(input, context.config(), 'enrollkit run FILE enrolls all of them, in batches');
    return withProcessing(context, { command: 'enroll', as: 'loader', oneCard: true }, async (processing) => {
      const intake = await openIntake(processing, input, () =>
        processing.pipeline.open(input, {
          again: again === undefined ? undefined : { actor: actor(), reason: again },
        }),
      );
      await keepReading(processing, intake);
      return processIntake(context, processing, { intake, input, print: printOne });
    });
  });
}

/** `enrollkit enroll` as it is typed. */
export const enrollCommand: AnyCommand = defineCommand<EnrollOptions>({
  declare: (command) =>
    command
      .argument('<file>', 'CSV or NDJSON with one record; - is standard input')
      .option(
        '--again <reason>',
        'enroll anew what is enrolled already; the reason goes into the audit trail',
      ),
  examples: [
    { line: 'enrollkit enroll cardholder.ndjson', does: 'one cardholder, answered at once' },
    {
      line: 'print-cardholder 4711 | enrollkit --json enroll -',
      does: 'from standard input: a card number never stands on a command line',
    },
  ],
  run: (context, options, [file]) => enroll(context, file, options),
});
