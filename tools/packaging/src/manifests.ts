import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { publishedPackages, readManifest, root, type Manifest, type PublishedPackage } from './packages.ts';

/**
 * What every published package.json has in common. RELEASING.md names the two fields that the owner of the
 * repository fills in here before the first release: `repository` and `homepage`.
 */
const sharedFields = {
  license: 'Apache-2.0',
  type: 'module',
  publishConfig: { access: 'public', provenance: true },
} as const;

const prepack = 'node ../../tools/packaging/src/prepack.ts';

/** The package.json of a published package as it must be. */
export function completeManifest(manifest: Manifest, published: PublishedPackage): Manifest {
  return {
    ...manifest,
    ...sharedFields,
    keywords: published.keywords,
    engines: { node: published.node },
    scripts: { ...manifest.scripts, prepack },
  };
}

/**
 * Writes the shared fields into every published package.json; with `check`, only reports which ones differ.
 */
export function writeManifests(check: boolean): readonly string[] {
  return publishedPackages.flatMap((published) => {
    const file = join(root, published.folder, 'package.json');
    const text = `${JSON.stringify(completeManifest(readManifest(published.folder), published), null, 2)}\n`;
    if (text === readFileSync(file, 'utf8')) return [];
    if (!check) writeFileSync(file, text);
    return [published.folder];
  });
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const changed = writeManifests(values.check);
  for (const folder of changed)
    process.stdout.write(`${folder}/package.json ${values.check ? 'differs' : 'rewritten'}\n`);
  if (values.check && changed.length > 0) {
    process.stdout.write('hint: npm run manifests\n');
    process.exitCode = 1;
  }
}
