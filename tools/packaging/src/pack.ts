import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.ts';
import { publishedPackages, readManifest, root } from './packages.ts';
import { installedComponents } from './sbom.ts';

/**
 * Packs every published package into a folder, as `npm pack` does with the script `prepack`, but builds all
 * of them at once. Answers the tarballs by package folder.
 */
export function packAll(destination: string): ReadonlyMap<string, string> {
  mkdirSync(destination, { recursive: true });
  const folders = publishedPackages.map(({ folder }) => folder);
  build(folders);
  const paths = folders.map((folder) => `./${folder}`);
  const flags = ['--json', '--ignore-scripts', '--pack-destination', destination];
  const out = execFileSync('npm', ['pack', ...flags, ...paths], { cwd: root, encoding: 'utf8' });
  const packed = JSON.parse(out) as readonly { readonly name: string; readonly filename: string }[];
  return new Map(
    folders.map((folder) => {
      const { name } = readManifest(folder);
      const filename = packed.find((one) => one.name === name)?.filename;
      if (filename === undefined) throw new Error(`npm pack reported no tarball of ${name}`);
      return [folder, join(destination, filename)];
    }),
  );
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
