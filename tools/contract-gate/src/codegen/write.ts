import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

/** How a generated file on disk differs from what it should be. */
export interface Drift {
  readonly file: string;
  readonly kind: 'missing' | 'different' | 'left over';
}

/** Compares a folder with what should be in it, file by file, whole. */
export async function driftOf(folder: string, files: ReadonlyMap<string, string>): Promise<Drift[]> {
  const drifts: Drift[] = [];
  for (const [file, text] of files) {
    const found = await readFile(join(folder, file), 'utf8').catch(() => undefined);
    if (found === undefined) drifts.push({ file, kind: 'missing' });
    else if (found !== text) drifts.push({ file, kind: 'different' });
  }
  for (const file of await filesIn(folder)) if (!files.has(file)) drifts.push({ file, kind: 'left over' });
  return drifts;
}

/** Makes a folder hold exactly these files. Only what differs is touched. */
export async function writeFiles(folder: string, files: ReadonlyMap<string, string>): Promise<Drift[]> {
  const drifts = await driftOf(folder, files);
  for (const { file, kind } of drifts) {
    const path = join(folder, file);
    if (kind === 'left over') {
      await rm(path);
    } else {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, files.get(file) ?? '');
    }
  }
  return drifts;
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}
