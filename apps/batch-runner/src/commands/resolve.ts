import type { BatchRow, Ledger } from '@enrollkit/ledger';
import { firstPollAfter } from '@enrollkit/pipeline';
import { defineCommand, type AnyCommand } from '../command.ts';
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
  await decide(
    context,
    { command: 'resolve', batch: reference, intake, from: ['unknown'] },
    async ({ ledger, loaded, batch, now }) => {
      if (sent === undefined) {
        if (ownerIsDead === undefined) await refuseWhileAlive(ledger, batch, now);
        await ledger.releaseUnknown(batch.id, now);
      } else
        await ledger.recordReceipt(
          batch.id,
          sent,
          new Date(now.getTime() + firstPollAfter(settingsOf(loaded.config).poll, Math.random)),
        );
      context.terminal.note(
        `batch ${batch.externalBatchId} is now ${sent === undefined ? 'waiting to be sent again, under the same id' : 'submitted'}; enrollkit resume continues`,
      );
      return {
        decision: sent === undefined ? 'not-sent' : 'sent',
        ...(ownerIsDead !== undefined && { ownerIsDead }),
      };
    },
  );
  return 'allEnrolled';
}

/**
 * A gateway refuses signatures that are older; OAuth 1.0a leaves the tolerance to it, and none is known to be
 * wider.
 */
const SIGNATURE_VALID_MS = 15 * 60_000;

/**
 * A process that was frozen after its intent could still send. It cannot when it has ended, or when every
 * signature of that time is too old for the gateway. Throws `RunnerError` `owner-alive`.
 */
async function refuseWhileAlive(
  ledger: Pick<Ledger, 'senderAlive'>,
  { id, externalBatchId, sender, submittedAt }: BatchRow,
  now: Date,
): Promise<void> {
  const alive = await ledger.senderAlive(id);
  const age = now.getTime() - (submittedAt?.getTime() ?? 0);
  if (alive === 'dead' || (alive === 'unknown' && age > SIGNATURE_VALID_MS)) return;
  const who = sender === undefined ? 'the process' : `process ${sender.pid} on ${sender.host}`;
  throw new RunnerError(
    'owner-alive',
    `Batch ${externalBatchId} was being sent by ${who}, which ${alive === 'alive' ? 'is alive' : 'may be alive'} and could still send it`,
    {
      hint: 'end that process, then repeat the command; if it cannot be running any more, add --owner-is-dead REASON',
    },
  );
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
