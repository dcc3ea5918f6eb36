import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** This process, as it writes itself into a ledger. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** Random: containers may share a host name, and give the same pid. */
  readonly processId: string;
  /**
   * The boot and the process namespace in which the pid means something; another one says nothing about a pid
   * of ours.
   */
  readonly machine: string;
}

/** The identity of this process. */
export const processIdentity: ProcessIdentity = {
  host: hostname(),
  pid: process.pid,
  processId: randomUUID(),
  machine: machine(),
};

function machine(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${hostname()}/${boot}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    // No such files on this system: its pids are those of the host.
    return hostname();
  }
}

/**
 * Whether a process runs here; undefined when it belongs to another machine or namespace, of which nothing
 * can be seen.
 */
export function runsHere(of: { readonly machine: string | null; readonly pid: number }): boolean | undefined {
  if (of.machine !== processIdentity.machine) return undefined;
  try {
    process.kill(of.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
