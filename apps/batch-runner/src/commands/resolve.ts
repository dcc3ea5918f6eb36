import { actor } from '../audit.ts';
import { defineCommand, type AnyCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { RunnerError } from '../errors.ts';
import type { ExitName } from '../exit-codes.ts';
import { resolveBatch } from '../resolution.ts';

/** What the operator found out about a batch in state unknown. */
export interface ResolveOptions {
  readonly intake?: string;
  /** It arrived, and this is the provider's id for it. */
  readonly sent?: string;
  /** It did not arrive. */
  readonly notSent?: boolean;
  /** Why the process that sent it cannot be alive, where the ledger cannot know. */
  readonly ownerIsDead?: string;
}

/**
 * `enrollkit resolve BATCH --sent ID | --not-sent`: records a person's decision about a batch in state
 * unknown.
 */
export async function resolve(
  context: Context,
  reference: string,
  { intake, sent, notSent, ownerIsDead }: ResolveOptions,
): Promise<ExitName> {
  if ((sent === undefined) === (notSent !== true)) {
    throw new RunnerError('usage', 'enrollkit resolve needs either --sent PROVIDER_BATCH_ID or --not-sent', {
      hint: 'ask the provider whether it received the batch, then say which',
    });
  }
  const { externalBatchId } = await resolveBatch(
    context.config(),
    { batch: reference, intake, actor: actor() },
    { sent, ownerIsDead },
  );
  context.terminal.note(
    `batch ${externalBatchId} is now ${sent === undefined ? 'waiting to be sent again, under the same id' : 'submitted'}; enrollkit resume continues`,
  );
  return 'allEnrolled';
}

/** `enrollkit resolve` as it is typed. */
export const resolveCommand: AnyCommand = defineCommand<ResolveOptions>({
  declare: (command) =>
    command
      .argument('<batch>')
      .option('--intake <id>', 'of which intake, where two have a batch of that name')
      .option('--sent <provider-batch-id>', 'it arrived, and this is its id at the provider')
      .option('--not-sent', 'it did not arrive: send it again under the same id')
      .option('--owner-is-dead <reason>', 'overrule that the process that sent it may still be alive'),
  examples: [
    { line: 'enrollkit resolve BATCH --sent PROVIDER_BATCH_ID', does: 'the provider has it' },
    { line: 'enrollkit resolve BATCH --not-sent', does: 'the provider does not have it' },
  ],
  run: (context, options, [batch]) => resolve(context, batch, options),
});
