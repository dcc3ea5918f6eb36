import { firstPollAfter } from '@enrollkit/pipeline';
import { settingsOf } from '../assemble.ts';
import type { Context } from '../context.ts';
import { decide } from '../decision.ts';
import { RunnerError } from '../errors.ts';
import type { ExitName } from '../exit-codes.ts';

/** What the operator found out about a batch in state unknown. */
export interface ResolveOptions {
  readonly intake?: string;
  /** It arrived, and this is the provider's id for it. */
  readonly sent?: string;
  /** It did not arrive. */
  readonly notSent?: boolean;
}

/** `enrollkit resolve BATCH --sent ID | --not-sent`: records a person's decision about a batch in state unknown. */
export async function resolve(
  context: Context,
  reference: string,
  { intake, sent, notSent }: ResolveOptions,
): Promise<ExitName> {
  if ((sent === undefined) === (notSent !== true)) {
    throw new RunnerError('usage', 'enrollkit resolve needs either --sent PROVIDER_BATCH_ID or --not-sent', {
      hint: 'ask the provider whether it received the batch, then say which',
    });
  }
  await decide(
    context,
    { command: 'resolve', batch: reference, intake, from: ['unknown'] },
    async ({ ledger, loaded, batch, now }) => {
      if (sent === undefined) await ledger.releaseUnknown(batch.id, now);
      else
        await ledger.recordReceipt(
          batch.id,
          sent,
          new Date(now.getTime() + firstPollAfter(settingsOf(loaded.config).poll, Math.random)),
        );
      context.terminal.note(
        `batch ${batch.externalBatchId} is now ${sent === undefined ? 'waiting to be sent again, under the same id' : 'submitted'}; enrollkit resume continues`,
      );
      return { decision: sent === undefined ? 'not-sent' : 'sent' };
    },
  );
  return 'allEnrolled';
}
