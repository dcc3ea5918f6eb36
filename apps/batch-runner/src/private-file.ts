import { closeSync, constants, fchmodSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { RunnerError } from './errors.ts';

/**
 * Writes a file that its owner alone may read, whole or not at all. Never through a link, and over a file
 * that is there only by `force`. Throws `RunnerError` `file-exists`, and what the file system throws.
 */
export function writePrivateFile(file: string, text: string, { force = false } = {}): void {
  const target = force ? `${file}.${process.pid}.new` : file;
  const handle = openNew(target);
  try {
    fchmodSync(handle, 0o600);
    writeSync(handle, text);
  } catch (error) {
    rmSync(target, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
  if (force) renameSync(target, file);
}

function openNew(file: string): number {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  try {
    return openSync(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new RunnerError('file-exists', `There is a file at ${file} already; nothing was written`, {
      hint: 'name another, or add --force',
    });
  }
}
