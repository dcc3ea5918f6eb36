import { actor } from '../audit.ts';
import { defineCommand, type AnyCommand } from '../command.ts';
import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';
import { abandonBatch } from '../resolution.ts';
import { count } from '../terminal/format.ts';

/** `enrollkit abandon BATCH`: a person decides to go no further with a batch; its sealed body is dropped. */
export async function abandon(
  context: Context,
  reference: string,
  { intake }: { readonly intake?: string },
): Promise<ExitName> {
  const batch = await abandonBatch(context.config(), { batch: reference, intake, actor: actor() });
  context.terminal.note(
    `batch ${batch.externalBatchId} and its ${count(batch.records)} records are abandoned`,
  );
  if (batch.state !== 'sealed')
    context.terminal.warn(
      'the provider may have enrolled them all the same, and is not asked any more',
      "ask the provider by the batch's id if it matters",
    );
  return 'allEnrolled';
}

/** `enrollkit abandon` as it is typed. */
export const abandonCommand: AnyCommand = defineCommand<{ readonly intake?: string }>({
  declare: (command) =>
    command
      .argument('<batch>')
      .option('--intake <id>', 'of which intake, where two have a batch of that name'),
  examples: [{ line: 'enrollkit abandon BATCH', does: 'its records are counted as abandoned' }],
  run: (context, options, [batch]) => abandon(context, batch, options),
});
