import type { LockOwner } from '../port/lock.ts';
import { runsHere } from '../process-identity.ts';
import type { RunnerSelected } from './tables.ts';

/** Milliseconds after which a silent owner of the lock is taken over. */
export const OWNER_STALE_MS = 15_000;

/** The columns in which an owner writes itself down. */
export type OwnerColumns = Pick<
  RunnerSelected,
  'host' | 'pid' | 'process_id' | 'machine' | 'command' | 'since' | 'heartbeat' | 'instruction'
>;

/**
 * The owner that stands in a row, unless it was silent for too long, or its process is surely gone: its pid
 * means something to us only in the same boot and process namespace.
 */
export function livingOwner(
  row: OwnerColumns,
  { now, staleMs }: { readonly now: number; readonly staleMs: number },
): LockOwner | undefined {
  const { host, pid, process_id: processId, machine, command, since, heartbeat, instruction } = row;
  if (host === null || pid === null || command === null || since === null || heartbeat === null)
    return undefined;
  // A heartbeat of the future is one from before the clock was set back: its owner would have beaten anew.
  if (Math.abs(now - heartbeat) > staleMs || runsHere({ machine, pid }) === false) return undefined;
  return {
    host,
    pid,
    command,
    since: new Date(since),
    heartbeat: new Date(heartbeat),
    ...(processId !== null && { processId }),
    ...(instruction !== null && { instruction }),
  };
}
