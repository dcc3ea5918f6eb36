import { withInput } from '../process/input.ts';
import { withProcessing } from '../process/process-context.ts';
import { processIntake } from '../process/process-intake.ts';
import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';

/** `enrollkit run FILE`: processes a file until every record is settled, or reports why it could not. */
export async function run(context: Context, file: string): Promise<ExitName> {
  return withProcessing(context, { command: 'run', as: 'loader' }, (processing) =>
    withInput(context, file, async (input) => {
      const intake = await processing.pipeline.open(input);
      return processIntake(context, processing, { intake, input });
    }),
  );
}
