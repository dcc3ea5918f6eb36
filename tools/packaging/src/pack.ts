import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishedPackages, root } from './packages.ts';
import { installedComponents } from './sbom.ts';

/** Packs every published package into a folder. Answers the tarballs by package folder. */
export function packAll(destination: string): ReadonlyMap<string, string> {
  mkdirSync(destination, { recursive: true });
  return new Map(
    publishedPackages.map(({ folder }) => {
      const out = execFileSync('npm', ['pack', '--json', '--pack-destination', destination], {
        cwd: join(root, folder),
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      return [folder, join(destination, filenameIn(out))];
    }),
  );
}

function filenameIn(out: string): string {
  const [packed] = JSON.parse(out.slice(out.indexOf('['))) as readonly { readonly filename: string }[];
  if (packed === undefined) throw new Error('npm pack reported no tarball');
  return packed.filename;
}

if (import.meta.main) {
  const destination = join(root, 'dist');
  for (const [folder, tarball] of packAll(destination)) process.stdout.write(`${folder}: ${tarball}\n`);
  const sbom = execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev'], { cwd: root });
  writeFileSync(join(destination, 'sbom.cdx.json'), sbom);
  const licences = installedComponents()
    .map(({ name, version, licenses }) => `${name}@${version}\t${licenses.join(', ')}`)
    .sort();
  writeFileSync(join(destination, 'licences.tsv'), `${licences.join('\n')}\n`);
}
