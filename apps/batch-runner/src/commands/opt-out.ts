import { defineCommand, type AnyCommand } from '../command.ts';
import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';
import { readIds } from '../ids-file.ts';
import { withProcessing } from '../process/process-context.ts';
import { processIntake } from '../process/process-intake.ts';

/**
 * `enrollkit opt-out FILE`: remembers who opts out, from a CSV of ids, and deletes what is enrolled of them:
 * the card or, with the last card, the profile. No later file enrolls them again. Started again, it goes on.
 */
export async function optOut(context: Context, file: string): Promise<ExitName> {
  const rows = await readIds(file);
  return withProcessing(context, { command: 'opt-out', as: 'loader' }, async (processing) => {
    const intake = await processing.pipeline.optOut({ source: file, rows });
    return processIntake(context, processing, { intake });
  });
}

/** `enrollkit opt-out` as it is typed. */
export const optOutCommand: AnyCommand = defineCommand({
  declare: (command) => command.argument('<file>'),
  examples: [
    {
      line: 'enrollkit opt-out opted-out.csv',
      does: 'a CSV of externalConsumerId, and externalCardId where it is one card only',
    },
  ],
  run: (context, _options, [file]) => optOut(context, file),
});
