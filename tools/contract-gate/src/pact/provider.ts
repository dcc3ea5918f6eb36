import { resolve } from 'node:path';

import type { Config } from '../config/config.ts';
import { asObject } from '../spec/json.ts';
import { findSpecs } from '../spec/find.ts';
import { loadSpec, type Spec } from '../spec/load.ts';
import type { Pact } from './pact.ts';

/** Finds the contract of a pact's provider. */
export type ContractFinder = (pact: Pick<Pact, 'provider'>) => Spec | undefined;

/**
 * Reads all contracts of the workspace. A provider's is the one the configuration names, or has its name, or
 * its title.
 */
export async function contractFinder(
  { specs: folder, providers }: Config,
  cwd: string,
): Promise<ContractFinder> {
  const files = new Set(
    [...(await findSpecs(cwd, folder)), ...Object.values(providers)].map((file) => resolve(cwd, file)),
  );
  const specs = await Promise.all(
    [...files].map(async (file) => ({
      file,
      spec: await loadSpec(file.slice(resolve(cwd).length + 1), cwd),
    })),
  );
  return ({ provider }) => {
    const named = Object.hasOwn(providers, provider) ? providers[provider] : undefined;
    const found =
      named === undefined
        ? (specs.find(({ spec }) => spec.name === provider) ??
          specs.find(({ spec }) => asObject(spec.document.info).title === provider))
        : specs.find(({ file }) => file === resolve(cwd, named));
    return found?.spec;
  };
}
