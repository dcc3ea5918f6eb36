import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundleOf } from './footprint/bundle.ts';

/**
 * What a package weighs for the one who installs it: packages and bytes on disk, itself and all it depends
 * on, and the time of its first import in a fresh process. Ours are measured as published, from `dist`; run
 * their build first.
 */
export interface Footprint {
  readonly name: string;
  /** Packages installed, itself included. */
  readonly packages: number;
  /** Kilobytes on disk: itself, and with everything it depends on. */
  readonly ownKb: number;
  readonly wholeKb: number;
  /** Milliseconds from the start of the import to its end, in a fresh process: median of fifteen. */
  readonly importMs: number;
}

const root = join(import.meta.dirname, '../../..');
const rounds = 15;

/** Measures the packages in turn, one process each per round, so that a slow second hits all. */
export function measureFootprints(names: readonly string[]): readonly Footprint[] {
  const times = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const name of names) {
      const time = importTime(name);
      if (round >= 0) times.get(name)?.push(time);
    }
  }
  return names.map((name) => {
    const tree = dependencyTree(name);
    const sizes = [...tree.values()].map(installedBytes);
    return {
      name,
      packages: tree.size,
      ownKb: Math.round((sizes[0] ?? 0) / 1000),
      wholeKb: Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1000),
      importMs: median(times.get(name)),
    };
  });
}

function importTime(name: string): number {
  const script = `const began = performance.now(); await import(${JSON.stringify(name)}); process.stdout.write(String(performance.now() - began));`;
  return Number(
    execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    }),
  );
}

/** The folders of a package and of all its production dependencies, by folder, itself first. */
function dependencyTree(name: string): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (wanted: string, from: string): void => {
    const folder = installedFolder(wanted, from);
    if (found.has(folder)) return;
    found.set(folder, folder);
    const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>;
    };
    for (const dependency of Object.keys(dependencies)) visit(dependency, folder);
  };
  visit(name, root);
  return found;
}

function installedFolder(name: string, from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
    if (folder === dirname(folder)) throw new Error(`${name} is not installed`);
  }
}

/** What the package brings: of ours, only what its `files` publishes. */
function installedBytes(folder: string): number {
  const published = folder.includes('node_modules')
    ? [folder]
    : ['dist', 'package.json', 'README.md'].map((part) => join(folder, part));
  if (!published.every((part) => existsSync(part) || part.endsWith('README.md')))
    throw new Error(`${folder} is not built: npm run build in it first`);
  return published.filter((part) => existsSync(part)).reduce((sum, part) => sum + bytesIn(part), 0);
}

function bytesIn(path: string): number {
  const facts = statSync(path);
  if (!facts.isDirectory()) return facts.size;
  return readdirSync(path)
    .filter((entry) => entry !== 'node_modules')
    .reduce((sum, entry) => sum + bytesIn(join(path, entry)), 0);
}

function median(values: readonly number[] = []): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

if (import.meta.main) {
  const names =
    process.argv.length > 2
      ? process.argv.slice(2)
      : [
          '@enrollkit/keys',
          '@enrollkit/encryption',
          'mastercard-client-encryption',
          '@enrollkit/signing',
          'mastercard-oauth1-signer',
        ];
  for (const { name, packages, ownKb, wholeKb, importMs } of measureFootprints(names)) {
    console.log(
      `${name.padEnd(30)} ${String(packages).padStart(3)} packages   ${String(ownKb).padStart(6)} kB own   ${String(wholeKb).padStart(6)} kB in all   first import ${importMs.toFixed(0).padStart(4)} ms`,
    );
  }
  for (const name of ['client', 'official', 'openapi-fetch']) {
    const { kb, gzippedKb, withoutUndiciKb } = await bundleOf(name);
    console.log(
      `one operation, bundled: ${name.padEnd(15)} ${kb} kB   ${gzippedKb} kB gzipped   ${withoutUndiciKb} kB without undici`,
    );
  }
}
