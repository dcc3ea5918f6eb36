import { execFileSync } from 'node:child_process';
import { root } from './packages.ts';

/** One component of a software bill of materials (CycloneDX 1.5), as far as it is read here. */
export interface Component {
  readonly name: string;
  readonly version: string;
  readonly licenses: readonly string[];
}

interface CycloneDx {
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly licenses?: readonly {
      readonly expression?: string;
      readonly license?: { readonly id?: string; readonly name?: string };
    }[];
  }[];
}

/** Everything that `npm ci` installs in this workspace, development included. */
export function installedComponents(): readonly Component[] {
  const text = execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const { components } = JSON.parse(text) as CycloneDx;
  return components.map(({ name, version, licenses = [] }) => ({
    name,
    version,
    licenses: licenses.map(({ expression, license }) => expression ?? license?.id ?? license?.name ?? 'none'),
  }));
}

/**
 * Components that may only be used under a GPL, AGPL or LGPL licence. A choice with a permissive one is fine.
 */
export function copyleft(components: readonly Component[]): readonly string[] {
  return components
    .filter(({ licenses }) => licenses.some((license) => /GPL/.test(license) && !/\bOR\b/.test(license)))
    .map(({ name, version, licenses }) => `${name}@${version}: ${licenses.join(', ')}`);
}
