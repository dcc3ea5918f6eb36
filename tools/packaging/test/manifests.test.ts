import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { linksOutside } from '../src/links.ts';
import { writeManifests } from '../src/manifests.ts';
import { publishedPackages, readManifest, root } from '../src/packages.ts';
import { copyleft, installedComponents } from '../src/sbom.ts';

describe('A published package', () => {
  it('has the shared fields of its manifest as the table has them', () => {
    expect(writeManifests(true)).toEqual([]);
  });
  it('is in the table exactly when it is not private', () => {
    const open = ['apps', 'libs', 'tools']
      .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
      .filter((folder) => readManifest(folder).private !== true);
    expect(publishedPackages.map(({ folder }) => folder).sort()).toEqual(open.sort());
  });
  it('depends on published packages only, at the same version', () => {
    const versions = new Map(
      publishedPackages.map(({ folder }) => readManifest(folder)).map(({ name, version }) => [name, version]),
    );
    const wrong = publishedPackages.flatMap(({ folder }) =>
      Object.entries(readManifest(folder).dependencies ?? {})
        .filter(([name, version]) => name.startsWith('@enrollkit/') && versions.get(name) !== version)
        .map(([name, version]) => `${folder} needs ${name}@${version}`),
    );
    expect(wrong).toEqual([]);
  });
  it.each(publishedPackages.map(({ folder }) => folder))('has a README without links out of %s', (folder) => {
    const text = readFileSync(join(root, folder, 'README.md'), 'utf8');
    expect(linksOutside('README.md', text)).toEqual([]);
  });
});

describe('What the client brings with it', () => {
  it('is a short list of packages, without phone numbers, databases or test tools', () => {
    const all = new Set<string>();
    const add = (folder: string): void => {
      for (const name of Object.keys(readManifest(folder).dependencies ?? {})) {
        if (all.has(name)) continue;
        all.add(name);
        add(name.startsWith('@enrollkit/') ? `libs/${name.slice(11)}` : `node_modules/${name}`);
      }
    };
    add('libs/client');
    const others = [...all].filter((name) => !name.startsWith('@enrollkit/')).toSorted();
    expect(others).toEqual([
      '@peculiar/utils',
      'asn1js',
      'openapi-fetch',
      'openapi-typescript-helpers',
      'undici',
    ]);
  });
});

describe('What is installed', () => {
  it('has no part under a copyleft licence, development included', () => {
    expect(copyleft(installedComponents())).toEqual([]);
  });
  it('would be reported if it were under the GPL', () => {
    const component = { name: 'x', version: '1.0.0' };
    expect(copyleft([{ ...component, licenses: ['GPL-3.0-only'] }])).toHaveLength(1);
    expect(copyleft([{ ...component, licenses: ['(BSD-3-Clause OR GPL-2.0)'] }])).toEqual([]);
  });
});

describe('A link of a README', () => {
  it('is reported when it leads out of the package', () => {
    expect(linksOutside('README.md', '[a](../../docs/x.md#y) [b](docs/y.md) [c](https://x.example)')).toEqual(
      ['README.md links to ../../docs/x.md, which is not in the tarball'],
    );
  });
});
