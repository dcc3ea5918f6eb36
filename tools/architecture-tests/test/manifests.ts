import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { root, type Source } from '../src/sources.ts';

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** The sources that package.json, a command line or a worker thread starts from. */
export function entryPoints(sources: readonly Source[]): Set<string> {
  const paths = sources.map(({ path }) => path);
  const named = ['apps', 'libs', 'tools']
    .flatMap((folder) =>
      readdirSync(join(root, folder)).flatMap((project) => {
        const manifest = readFileSync(join(root, folder, project, 'package.json'), 'utf8');
        return [...manifest.matchAll(/src\/[\w./*-]+\.ts/g)].map(([path]) => `${folder}/${project}/${path}`);
      }),
    )
    .flatMap((pattern) => paths.filter((path) => matchesGlob(path, pattern)));
  const byName = paths.filter(
    (path) =>
      /\/src\/(index|main|.*\.worker)\.tsx?$/.test(path) ||
      /^tools\/(bench|packaging|site)\/src\//.test(path),
  );
  return new Set([...named, ...byName]);
}

/** Imports of packages that the project's package.json does not declare. */
export function undeclaredImports(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, imports }) => {
    const folder = path.split('/').slice(0, 2).join('/');
    const manifestFile = join(root, folder, 'package.json');
    if (!existsSync(manifestFile)) return [`${folder} has no package.json`];
    const declared = declaredIn(JSON.parse(readFileSync(manifestFile, 'utf8')) as Manifest);
    return imports
      .map(({ specifier }) => specifier)
      .filter((specifier) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
      .map(packageOf)
      .filter((name) => !declared.has(name))
      .map((name) => `${path} imports ${name}, which ${folder}/package.json does not declare`);
  });
}

function declaredIn(manifest: Manifest): ReadonlySet<string> {
  const { name, dependencies, peerDependencies, devDependencies } = manifest;
  const own = { ...dependencies, ...peerDependencies, ...(manifest.private && devDependencies) };
  return new Set([name, ...Object.keys(own)]);
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
