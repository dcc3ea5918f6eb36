import type { BatchRow } from '@enrollkit/ledger';
import { firstQuestionAfter } from '@enrollkit/pipeline';
import { openLedger, theIntake, settingsOf } from '../assemble.ts';
import type { Context } from '../context.ts';
import { RunnerError } from '../errors.ts';
import type { ExitName } from '../exit-codes.ts';
import { actor } from '../audit.ts';

/** What a person found out about an uncertain batch. */
export interface ResolveOptions {
  readonly intake?: string;
  /** It arrived, and this is the provider's id for it. */
  readonly sent?: string;
  /** It did not arrive. */
  readonly notSent?: boolean;
}

/** `enrollkit resolve BATCH --sent ID | --not-sent`: records a person's decision about an uncertain batch. */
export async function resolve(context: Context, reference: string, options: ResolveOptions): Promise<ExitName> {
  if ((options.sent === undefined) === (options.notSent !== true)) {
    throw new RunnerError('USAGE', 'enrollkit resolve needs either --sent PROVIDER_BATCH_ID or --not-sent', { hint: 'ask the provider whether it received the batch, then say which' });
  }
  const loaded = context.config();
  const ledger = await openLedger(loaded);
  try {
    const intake = await theIntake(ledger, options.intake);
    const lock = await ledger.lock('resolve');
    try {
      const batch = await ledger.findBatch(intake.id, reference);
      if (batch?.state !== 'unknown') throw notUncertain(reference, batch);
      const now = Date.now();
      if (options.sent !== undefined) {
        const askAt = new Date(now + firstQuestionAfter(settingsOf(loaded.config).poll, Math.random));
        await ledger.recordReceipt(batch.id, options.sent, askAt);
      } else {
        await ledger.releaseUnknown(batch.id, new Date(now));
      }
      const decision = options.sent === undefined ? 'not-sent' : 'sent';
      await ledger.appendEvent({ at: new Date(now), actor: actor(), action: 'resolve', intakeId: intake.id, batchId: batch.id, detail: { decision, externalBatchId: batch.externalBatchId } });
      context.terminal.note(`batch ${batch.externalBatchId} is now ${options.sent === undefined ? 'waiting to be sent again, under the same id' : 'submitted'}; enrollkit resume carries it on`);
      return 'allEnrolled';
    } finally {
      await lock.release();
    }
  } finally {
    await ledger.close();
  }
}

function notUncertain(reference: string, batch: BatchRow | undefined): RunnerError {
  return new RunnerError('BATCH_UNKNOWN', batch === undefined ? `There is no batch ${reference} in this intake` : `Batch ${reference} is not uncertain: it is ${batch.state}`, { hint: 'enrollkit report lists the uncertain batches' });
}
