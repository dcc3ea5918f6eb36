import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LedgerConflictError } from '../errors.ts';
import type { LedgerFinding } from '../port/maintenance.ts';
import { mapError } from './error-mapping.ts';
import { openSqliteLedger, openSqliteLedgerView } from './open.ts';

/** What a backup or a compaction came to, in bytes. */
export interface FileSizes {
  readonly before: number;
  readonly after: number;
}

/**
 * Writes the ledger in the file, as it is at this moment, into another file of mode 0600, also while a runner
 * writes. The copy holds no deleted data, is verified, and takes its name only when it is on the disk whole.
 * It says that it is a copy: it can be read, and written only after `adopt`.
 * Throws `LedgerConflictError` when the target is there or the copy is not sound, `LedgerStorageError` as
 * `openSqliteLedger`.
 */
export async function backupSqliteLedger(path: string, target: string): Promise<FileSizes> {
  // Refuses what is not a ledger of this version.
  await (await openSqliteLedgerView(path)).close();
  if (existsSync(target))
    throw new LedgerConflictError(`${target} is there already; a backup replaces nothing`);
  const part = `${target}.${process.pid}.part`;
  return translated(target, async () => {
    try {
      closeSync(openSync(part, 'wx', 0o600));
      copyInto(path, part);
      markAsCopy(part);
      const [finding] = await verifyFile(part);
      if (finding !== undefined)
        throw new LedgerConflictError(
          `the copy is not sound: ${finding.what} (${finding.place}); enrollkit ledger verify looks at the ledger itself`,
        );
      renameSync(part, target);
      sync(dirname(target));
      return { before: statSync(path).size, after: statSync(target).size };
    } finally {
      for (const suffix of ['', '-wal', '-shm']) rmSync(`${part}${suffix}`, { force: true });
    }
  });
}

/**
 * Gives the space of what was deleted back to the disk, under the ledger's lock. Needs as much free space as
 * the ledger has content.
 */
export async function compactSqliteLedger(path: string): Promise<FileSizes> {
  statLedger(path);
  const ledger = await openSqliteLedger(path);
  try {
    await ledger.lock('ledger compact');
    return await translated(path, async () => {
      const file = new DatabaseSync(path);
      try {
        const before = bytesOf(path);
        file.exec(
          'pragma busy_timeout = 5000; pragma secure_delete = on; vacuum; pragma wal_checkpoint(truncate)',
        );
        return { before, after: bytesOf(path) };
      } finally {
        file.close();
      }
    });
  } finally {
    await ledger.close();
  }
}

function copyInto(path: string, part: string): void {
  const file = new DatabaseSync(path, { readOnly: true });
  try {
    // A read transaction: the runner goes on, and what it writes meanwhile is not in the copy.
    file.prepare('vacuum into ?').run(part);
  } finally {
    file.close();
  }
}

/** A copy says that it is one: what it was made of may go on, and send what the copy holds as sealed. */
function markAsCopy(part: string): void {
  const file = new DatabaseSync(part);
  try {
    file.exec('update lineage set is_copy = 1; pragma wal_checkpoint(truncate)');
  } finally {
    file.close();
  }
  sync(part);
}

async function verifyFile(path: string): Promise<readonly LedgerFinding[]> {
  const view = await openSqliteLedgerView(path);
  try {
    return await view.verify();
  } finally {
    await view.close();
  }
}

/** Looking must not make a ledger where there is none. */
function statLedger(path: string): void {
  try {
    statSync(path);
  } catch (error) {
    throw mapError(error, path) ?? error;
  }
}

function bytesOf(path: string): number {
  return statSync(path).size + (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0);
}

function sync(path: string): void {
  const handle = openSync(path, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

async function translated<T>(where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw mapError(error, where) ?? error;
  }
}
