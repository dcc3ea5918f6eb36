import type { BatchRow, Intake, Ledger } from '@enrollkit/ledger';
import { openLedger } from './assemble.ts';
import { theIntake } from './intake-choice.ts';
import { actor } from './audit.ts';
import type { LoadedConfig } from './config/load.ts';
import type { Context } from './context.ts';
import { RunnerError } from './errors.ts';

/** A person's decision about one batch: which, and which states it may be in. */
export interface Decision {
  readonly command: string;
  /** Our id of the batch, the provider's, or the ledger's number. */
  readonly batch: string;
  /** Of which intake (default: the newest). */
  readonly intake?: string | undefined;
  readonly from: readonly BatchRow['state'][];
}

/** What a decision acts on, under the ledger's lock. */
export interface DecisionContext {
  readonly ledger: Ledger;
  readonly loaded: LoadedConfig;
  readonly intake: Intake;
  readonly batch: BatchRow;
  readonly now: Date;
}

/** Finds the batch, acts on it, and writes what `act` returns into the audit trail. Throws `RunnerError` `batch-unknown`. */
export async function decide(
  context: Context,
  decision: Decision,
  act: (deciding: DecisionContext) => Promise<Readonly<Record<string, string | number>>>,
): Promise<void> {
  const loaded = context.config();
  const ledger = await openLedger(loaded);
  try {
    const intake = await theIntake(ledger, decision.intake);
    const lock = await ledger.lock(decision.command, { as: 'operator' });
    try {
      await lock.claim(intake.id);
      const batch = await ledger.findBatch(intake.id, decision.batch);
      if (batch === undefined || !decision.from.includes(batch.state)) throw unfit(decision, batch);
      const now = new Date();
      const detail = await act({ ledger, loaded, intake, batch, now });
      await ledger.appendEvent({
        at: now,
        actor: actor(),
        action: decision.command,
        intakeId: intake.id,
        batchId: batch.id,
        detail: { ...detail, externalBatchId: batch.externalBatchId },
      });
    } finally {
      await lock.release();
    }
  } finally {
    await ledger.close();
  }
}

function unfit({ command, batch: reference, from }: Decision, batch: BatchRow | undefined): RunnerError {
  const message =
    batch === undefined
      ? `There is no batch ${reference} in this intake`
      : `Batch ${reference} is ${batch.state}; enrollkit ${command} takes ${from.join(', ')}`;
  return new RunnerError('batch-unknown', message, {
    hint: 'enrollkit report lists the batches in state unknown, report --csv every record with its batch',
  });
}
