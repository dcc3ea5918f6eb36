import type { Intake, SharedLedger } from '@enrollkit/ledger';
import { passedLimit, type Ending } from './ending.ts';
import { SharedLimiter } from '../send/shared-limiter.ts';
import type { SendContext } from '../send/context.ts';
import { ALREADY_EXISTS } from '../send/submit.ts';
import { Worker, type WorkerContext } from './worker.ts';

/** What it takes to be one of many: the ledger they share, and how long a request of this process may last. */
export interface WorkerPool {
  readonly ledger: SharedLedger;
  readonly longestRequestMs: number;
}

/** Works with the others, for whatever is ready, until this intake is settled as far as that is possible without a person. */
export async function workForIntake(intake: Intake, room: WorkerContext, stop: AbortSignal): Promise<Ending> {
  const { ledger, settings, clock } = room;
  const deadline = clock.now() + settings.deadlineMs;
  return new Worker(room).run(stop, async () => {
    if (clock.now() >= deadline) return { kind: 'deadline' };
    return (
      (await passedLimit(ledger, intake.id, settings.tolerated)) ??
      ((await isIdle(room, intake)) ? { kind: 'idle' } : undefined)
    );
  });
}

/** Works for every intake that is ready, until it is stopped; with `untilIdle`, until none has anything left that could be done without its input. */
export async function workForAll(
  room: WorkerContext,
  stop: AbortSignal,
  untilIdle: boolean,
): Promise<Ending> {
  return new Worker(room).run(stop, untilIdle ? () => endingOfAll(room) : undefined);
}

async function endingOfAll(room: WorkerContext): Promise<Ending | undefined> {
  let ending: Ending = { kind: 'idle' };
  for (const intake of await room.ledger.listIntakes()) {
    if (intake.state !== 'ready' || (await isIdle(room, intake))) continue;
    const kid = await withdrawnKeyOf(room, intake);
    if (kid === undefined) return undefined;
    ending = { kind: 'key-withdrawn', kid, needs: 'input' };
  }
  return ending;
}

/** The room of one of many, out of the room of one. */
export function workerContext(room: SendContext, { ledger, longestRequestMs }: WorkerPool): WorkerContext {
  return {
    ...room,
    ledger,
    longestRequestMs,
    limiter: new SharedLimiter(ledger, room.settings.requestsPerSecond, room.clock),
  };
}

/** The key, when all that is left of an intake was sealed with one that the provider does not open any more. */
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

async function isIdle({ ledger, settings }: WorkerContext, { id }: Intake): Promise<boolean> {
  const { batches } = await ledger.tally(id);
  if (batches.sealed + batches.submitting + batches.submitted > 0) return false;
  // With `resend`, what is unknown is on its way to be sent again, by whoever took it over.
  if (settings.onUnknown !== 'resend' || batches.unknown === 0) return true;
  return (await ledger.batchesIn(id, 'unknown')).every(({ reason }) => reason?.code === ALREADY_EXISTS);
}
