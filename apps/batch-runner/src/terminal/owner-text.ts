import type { LockOwner } from '@enrollkit/ledger';

/** A runner as the operator reads it. */
export function describeOwner({ command, pid, host, since }: LockOwner): string {
  return `\`${command}\`, process ${pid} on ${host}, since ${since.toISOString()}`;
}
