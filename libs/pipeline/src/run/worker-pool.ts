import { isHeldBack, type Intake, type SharedLedger } from '@enrollkit/ledger';
import type { SendContext } from '../send/context.ts';
import { Pause } from '../send/pause.ts';
import { SharedLimiter } from '../send/shared-limiter.ts';
import { scheduleOf } from '../settings.ts';
import { isResent } from '../send/unknown.ts';
import { endingByTime, passedLimit, type Ending } from './ending.ts';
import { LostWork } from './lost-work.ts';
import { Worker, type WorkerContext } from './worker.ts';

/** Milliseconds between two looks for lost work of a worker that has no intake of its own. */
const LOST_WORK_EVERY_MS = 10_000;

/** What a process needs to be one worker among many. */
export interface WorkerPool {
  readonly ledger: SharedLedger;
  /** No request of this process lasts longer, in milliseconds. */
  readonly longestRequestMs: number;
}

/**
 * Works with the others, for whatever is ready, until this intake is settled as far as that is possible
 * without a person.
 */
export async function workForIntake(
  intake: Intake,
  context: WorkerContext,
  stop: AbortSignal,
): Promise<Ending> {
  const { ledger, settings, clock } = context;
  const deadline = clock.now() + settings.deadlineMs;
  // Whoever sends tells of it.
  const pause = new Pause({ ...context, notify: () => undefined });
  const lostWork = new LostWork(context);
  return new Worker(context).run(stop, async () => {
    return (
      endingByTime(context, pause, deadline) ??
      (await passedLimit(ledger, intake.id, settings.tolerated)) ??
      ((await isIdle(context, intake, lostWork)) ? { kind: 'idle' } : undefined)
    );
  });
}

/**
 * Works for every intake that is ready, until stopped; with `untilIdle`, until none has anything left that
 * could be done without its input.
 */
export async function workForAll(
  context: WorkerContext,
  stop: AbortSignal,
  untilIdle: boolean,
): Promise<Ending> {
  const lostWork = new LostWork(context);
  const worker = new Worker(context);
  if (untilIdle) return worker.run(stop, () => endingOfAll(context, lostWork));
  return worker.run(stop, () => lostWork.lookEverywhere().then(() => undefined), LOST_WORK_EVERY_MS);
}

/** The context of a worker, made from that of a single runner: the ledger and the request rate are shared. */
export function workerContext(context: SendContext, { ledger, longestRequestMs }: WorkerPool): WorkerContext {
  return {
    ...context,
    ledger,
    longestRequestMs,
    limiter: new SharedLimiter(ledger, scheduleOf(context.settings), context.clock),
  };
}

async function endingOfAll(context: WorkerContext, lostWork: LostWork): Promise<Ending | undefined> {
  let ending: Ending = { kind: 'idle' };
  for (const intake of await context.ledger.listIntakes()) {
    if (intake.state !== 'ready' || (await isIdle(context, intake, lostWork))) continue;
    const limit = await limitOf(context, intake);
    if (limit !== undefined) {
      ending = limit;
      continue;
    }
    const kid = await withdrawnKeyOf(context, intake);
    if (kid === undefined) return undefined;
    ending = { kind: 'key-withdrawn', kid, needs: 'input' };
  }
  return ending;
}

/** The limit of failures, when it keeps all that is left of an intake from being sent. */
async function limitOf({ ledger, settings }: WorkerContext, { id }: Intake): Promise<Ending | undefined> {
  const { batches } = await ledger.tally(id);
  return batches.submitting + batches.submitted > 0 ? undefined : passedLimit(ledger, id, settings.tolerated);
}

/**
 * The key, when all that is left of an intake was sealed with one that the provider does not open any more.
 */
async function withdrawnKeyOf(
  { ledger, withdrawn }: WorkerContext,
  { id }: Intake,
): Promise<string | undefined> {
  if (withdrawn.size === 0) return undefined;
  const { batches } = await ledger.tally(id);
  if (batches.submitting + batches.submitted > 0) return undefined;
  const left = await ledger.batchesIn(id, 'sealed');
  return left.every(({ kid }) => withdrawn.has(kid)) ? left[0]?.kid : undefined;
}

/** Whether all that is sealed waits for the deletion of a card. */
async function isHeld(id: string, { ledger }: WorkerContext): Promise<boolean> {
  const due = await ledger.nextDue(id);
  return due !== undefined && isHeldBack(due);
}

/**
 * Nothing is waiting or in flight, and what is unknown waits for a person. What is held back waits for the
 * run of its input.
 */
async function isIdle(context: WorkerContext, { id }: Intake, lostWork: LostWork): Promise<boolean> {
  const tally = await context.ledger.tally(id);
  const { batches } = tally;
  const underWay = batches.submitting + batches.submitted;
  if (underWay > 0 || (batches.sealed > 0 && !(await isHeld(id, context)))) {
    await lostWork.look(id, tally);
    return false;
  }
  if (batches.unknown === 0) return true;
  const unknown = await context.ledger.batchesIn(id, 'unknown');
  return !unknown.some((batch) => isResent(batch, context));
}
