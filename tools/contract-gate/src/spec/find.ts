import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { SpecError } from './errors.ts';

/** Every `<folder>/<name>/openapi.yaml`, relative to `cwd`, sorted. Throws `SpecError` when there is none. */
export async function findSpecs(cwd: string, folder: string): Promise<string[]> {
  const entries = await readdir(resolve(cwd, folder), { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  const names = entries
    .filter(
      (entry) =>
        entry.isFile() &&
        entry.name === 'openapi.yaml' &&
        resolve(entry.parentPath, '..') === resolve(cwd, folder),
    )
    .map((entry) => entry.parentPath.split(/[\\/]/).at(-1) ?? '')
    .sort();
  if (names.length === 0) {
    throw new SpecError('spec-not-found', `no spec in ${folder}`, {
      hint: `Put one at ${folder}/<name>/openapi.yaml, or run at the root of the workspace.`,
    });
  }
  return names.map((name) => join(folder, name, 'openapi.yaml'));
}
