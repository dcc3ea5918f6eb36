import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Surroundings } from './process.ts';

/** A disk that is soon full. */
export interface SmallDisk {
  /** What the command must run in to meet the limit. */
  readonly surroundings: Partial<Surroundings>;
  /** Leaves no room on it. */
  fill(): void;
  enlarge(): void;
  remove(): void;
}

/** How small it is. */
export interface DiskSize {
  readonly mebibytes: number;
  /** KiB that a file may grow to where no disk can be mounted. */
  readonly fileKibibytes: number;
}

/**
 * A small tmpfs, where the machine lets us mount one. Elsewhere a folder, and a limit on the size of each
 * file, which says nearly the same to who writes; that is told, for it is the lesser test.
 */
export function smallDisk(folder: string, { mebibytes, fileKibibytes }: DiskSize): SmallDisk {
  mkdirSync(folder);
  const mount = (options: string) =>
    spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).status === 0;
  if (!mount(`size=${mebibytes}m`)) return limited(folder, fileKibibytes);
  const ballast = join(folder, 'ballast');
  return {
    surroundings: {},
    fill: () => fillUp(ballast),
    enlarge: () => {
      rmSync(ballast, { force: true });
      if (!mount(`remount,size=${mebibytes + 64}m`)) throw new Error('the small disk cannot be made larger');
    },
    remove: () => void spawnSync('umount', ['-l', folder]),
  };
}

function fillUp(path: string): void {
  const handle = openSync(path, 'w');
  for (const size of [1 << 20, 1 << 12]) writeUntilFull(handle, Buffer.alloc(size));
  closeSync(handle);
}

function writeUntilFull(handle: number, block: Buffer): void {
  try {
    for (;;) writeSync(handle, block);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

function limited(folder: string, kibibytes: number): SmallDisk {
  process.stderr.write(
    `WARNING: no tmpfs can be mounted at ${folder}: a limit on file sizes stands in for a full disk\n`,
  );
  return {
    surroundings: { under: ['sh', '-c', `ulimit -f ${kibibytes * 2}; exec "$@"`, '--'] },
    fill: () => undefined,
    enlarge: () => undefined,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
