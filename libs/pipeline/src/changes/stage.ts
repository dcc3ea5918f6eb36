import type { SingleOperations } from '@enrollkit/enrollment';
import { openChanges, type Ledger } from '@enrollkit/ledger';
import { DatabaseRetry } from '../run/database-retry.ts';
import type { Ending } from '../run/ending.ts';
import { workerContext, type WorkerPool } from '../run/worker-pool.ts';
import type { SendContext } from '../send/context.ts';
import { runChanges, type ChangeRun } from './run.ts';

/** What the stage works with. */
export interface ChangeStageContext extends SendContext {
  readonly single?: SingleOperations;
  readonly deletesFirst: boolean;
  readonly pool?: WorkerPool;
}

/** Sends the single requests of an intake, at the one rate of all requests. Without any it does nothing. */
export async function changeStage(
  run: ChangeRun,
  context: ChangeStageContext,
  stop: AbortSignal,
): Promise<Ending> {
  const { ledger, single, pool, notify, clock, deletesFirst } = context;
  // Who opted out while the batches were on their way is enrolled by now, and is deleted at once.
  if (run.phase === 'after-batches') await ledger.removeOptedOut(run.intakeId);
  await ledger.recoverChanges(run.intakeId);
  if ((await ledger.nextChangeDue(run.intakeId, run.phase)) === undefined) return { kind: 'idle' };
  if (single === undefined) throw new Error('a run that changes what is enrolled needs single operations');
  if (pool === undefined) return runChanges(run, { ...context, single }, stop);
  const shared = workerContext(context, pool);
  const retried = new DatabaseRetry({ notify, clock }, stop).wrap(shared.ledger);
  return runChanges(run, { ...shared, single, ledger: retried, deletesFirst }, stop);
}

/** Whether a batch or a change of the intake waits for something. */
export async function isOpen(intakeId: string, ledger: Pick<Ledger, 'tally'>): Promise<boolean> {
  const { batches, changes } = await ledger.tally(intakeId);
  return batches.unknown > 0 || openChanges(changes) > 0;
}
