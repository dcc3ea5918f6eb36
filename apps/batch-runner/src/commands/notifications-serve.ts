import { setTimeout as sleep } from 'node:timers/promises';
import { LedgerConflictError, type Ledger } from '@enrollkit/ledger';
import { defineCommand, type AnyCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { exitOfSignal } from '../ending.ts';
import { RunnerError } from '../errors.ts';
import type { ExitName } from '../exit-codes.ts';
import type { OnComplete } from '../notifications/inbox.ts';
import { withProcessing } from '../process/process-context.ts';

/** When to end. */
interface ServeOptions {
  readonly untilIdle?: boolean;
}

const LOOK_EVERY_MS = 500;

/**
 * `enrollkit notifications serve`: settles batches by the results that the provider sends, without sending or
 * polling anything, until it is stopped. What it misses is polled by the next run.
 */
export async function serve(context: Context, { untilIdle = false }: ServeOptions): Promise<ExitName> {
  const { notifications, provider } = context.config().config;
  if (notifications.port === undefined)
    throw new RunnerError('usage', 'There is no notifications.port to receive notifications at', {
      hint: 'set it, and notifications.proof, in the configuration; enrollkit init --print shows both',
    });
  if (provider.family !== 'click-to-pay')
    throw new RunnerError('usage', 'The Credential Directory is not known to send notifications', {
      hint: 'its batches are polled: enrollkit run, resume or worker',
    });
  return withProcessing(
    context,
    { command: 'notifications serve', as: 'worker', onNotified: settle },
    async ({ ledger, stop }) => {
      while (!stop.aborted) {
        if (untilIdle && !(await hasOpenBatches(ledger))) return 'allEnrolled';
        await sleep(LOOK_EVERY_MS, undefined, { signal: stop }).catch(() => undefined);
      }
      return exitOfSignal(context.stoppedBy());
    },
  );
}

/** Settles the batch at once, and its intake when nothing of it is open any more. */
const settle: OnComplete = async ({ batch, outcomes }, { ledger }) => {
  await ledger.settle(batch.id, outcomes, 'wait');
  await ledger.settleIntake(batch.intakeId).catch((error: unknown) => {
    if (!(error instanceof LedgerConflictError)) throw error;
  });
};

async function hasOpenBatches(ledger: Ledger): Promise<boolean> {
  for (const { id, state } of await ledger.listIntakes())
    if (state === 'ready' && (await ledger.tally(id)).submitted > 0) return true;
  return false;
}

/** `enrollkit notifications serve` as it is typed. */
export const notificationsServeCommand: AnyCommand = defineCommand<ServeOptions>({
  declare: (command) =>
    command.option('--until-idle', 'end when no batch is left that was sent and not settled'),
  examples: [
    { line: 'enrollkit notifications serve', does: 'receive results until it is stopped' },
    {
      line: 'enrollkit notifications serve --until-idle',
      does: 'until every batch that was sent is settled',
    },
  ],
  run: serve,
});
