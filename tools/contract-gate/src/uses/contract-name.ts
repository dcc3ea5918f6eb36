import { access } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { Config } from '../config/config.ts';
import { asObject, type JsonObject } from '../spec/json.ts';
import { findSpecs } from '../spec/find.ts';
import { loadSpec, nameOf } from '../spec/load.ts';

/** What is asked about: the two documents as they were given, and one of them. */
export interface Named {
  readonly files: readonly string[];
  readonly document: JsonObject;
}

/**
 * The name under which a contract is known in the workspace: the folder of its spec and of its generated
 * code. It is that of one of the files, or of the workspace's spec with the same title; `undefined` when
 * nothing fits.
 */
export async function contractName(
  { files, document }: Named,
  config: Config,
  cwd: string,
): Promise<string | undefined> {
  for (const name of files.map(nameOf)) {
    if (await isThere(resolve(cwd, config.source.generated, name))) return name;
  }
  const specs = await findSpecs(cwd, config.specs).catch(() => []);
  const known = await Promise.all(specs.map((file) => loadSpec(file, cwd)));
  const { title } = asObject(document.info);
  return (
    known.find((spec) => files.map(nameOf).includes(spec.name))?.name ??
    known.find((spec) => asObject(spec.document.info).title === title)?.name
  );
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
