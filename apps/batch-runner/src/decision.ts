import type { AuditEvent, BatchRow, Intake, Ledger } from '@enrollkit/ledger';
import { openLedger } from './assemble.ts';
import { theIntake } from './intake-choice.ts';
import type { LoadedConfig } from './config/load.ts';
import { RunnerError } from './errors.ts';

/** A person's decision about one batch: which, and which states it may be in. */
export interface Decision {
  readonly command: string;
  /** Our id of the batch, the provider's, or the ledger's number. */
  readonly batch: string;
  /** Of which intake, where two have a batch of that name. */
  readonly intake?: string | undefined;
  readonly from: readonly BatchRow['state'][];
  /** Who decides, for the audit trail. */
  readonly actor: string;
  /** What else is kept there: why, and what the provider answered. */
  readonly detail?: AuditEvent['detail'] | undefined;
}

/** What a decision acts on, under the ledger's lock. */
export interface DecisionContext {
  readonly ledger: Ledger;
  readonly loaded: LoadedConfig;
  readonly intake: Intake;
  readonly batch: BatchRow;
  readonly now: Date;
}

/**
 * Finds the batch, acts on it, and writes what `act` returns into the audit trail. Throws `RunnerError`
 * `batch-unknown`.
 */
export async function decide(
  loaded: LoadedConfig,
  decision: Decision,
  act: (deciding: DecisionContext) => Promise<Readonly<Record<string, string | number>>>,
): Promise<BatchRow> {
  const ledger = await openLedger(loaded);
  try {
    const intake = await intakeOf(ledger, decision);
    const lock = await ledger.lock(decision.command, { as: 'operator' });
    try {
      await lock.claim(intake.id);
      const batch = await ledger.findBatch(intake.id, decision.batch);
      if (batch === undefined || !decision.from.includes(batch.state)) throw unfit(decision, batch);
      const now = new Date();
      const detail = await act({ ledger, loaded, intake, batch, now });
      await ledger.appendEvent({
        at: now,
        actor: decision.actor,
        action: decision.command,
        intakeId: intake.id,
        batchId: batch.id,
        detail: { ...detail, ...decision.detail, externalBatchId: batch.externalBatchId },
      });
      return batch;
    } finally {
      await lock.release();
    }
  } finally {
    await ledger.close();
  }
}

/** The intake that was named, or the only one that has the batch. Throws `RunnerError` `batch-unknown`. */
async function intakeOf(ledger: Ledger, { command, batch, intake }: Decision): Promise<Intake> {
  if (intake !== undefined) return theIntake(ledger, intake);
  const having: Intake[] = [];
  for (const one of await ledger.listIntakes())
    if ((await ledger.findBatch(one.id, batch)) !== undefined) having.push(one);
  const [found, other] = having;
  if (found === undefined)
    throw new RunnerError('batch-unknown', `There is no batch ${batch} in any intake`, {
      hint: whereBatches,
    });
  if (other === undefined) return found;
  throw new RunnerError('batch-unknown', `${having.length} intakes have a batch ${batch}`, {
    hint: `say which: ${having.map(({ id }) => `enrollkit ${command} ${batch} --intake ${id.slice(0, 12)}`).join(', ')}`,
  });
}

const whereBatches =
  'enrollkit report lists the batches in state unknown, report --csv every record with its batch';

function unfit({ command, batch: reference, from }: Decision, batch: BatchRow | undefined): RunnerError {
  const message =
    batch === undefined
      ? `There is no batch ${reference} in this intake`
      : `Batch ${reference} is ${batch.state}; enrollkit ${command} takes ${from.join(', ')}`;
  return new RunnerError('batch-unknown', message, { hint: whereBatches });
}
