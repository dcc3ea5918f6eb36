import { processIntake, withProcessing, withInput } from '../process.ts';
import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';

/** `enrollkit run FILE`: carries a file forward until every record is settled, or says why not. */
export async function run(context: Context, file: string): Promise<ExitName> {
  return withProcessing(context, { command: 'run', as: 'loader' }, (tools) =>
    withInput(context, file, async (input) => {
      const intake = await tools.pipeline.open(input);
      return processIntake(context, tools, { intake, input });
    }),
  );
}
