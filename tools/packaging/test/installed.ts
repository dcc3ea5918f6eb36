import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { packAll } from '../src/pack.ts';
import { root } from '../src/packages.ts';

/** The oldest Node the libraries promise; the newest is the one that runs the tests. */
const OLDEST_NODE = '22.23.3';

/** An empty folder in which packages are installed from their tarballs, as strangers do. */
export interface Project {
  readonly folder: string;
  readonly nodes: Readonly<Record<'oldest' | 'newest', string>>;
  write(name: string, text: string): void;
  remove(): void;
}

/** Packs everything, installs the named packages in an empty folder, and the oldest Node beside them. */
export function installedProject(packages: readonly string[]): Project {
  const folder = mkdtempSync(join(tmpdir(), 'enrollkit-installed-'));
  const tarballs = packAll(join(folder, 'tarballs'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const wanted = packages.map((name) => tarballs.get(name) ?? '');
  npm(folder, 'install', '--save', '--no-package-lock', ...wanted, '@types/node@26.6.6');
  const nodeFolder = join(folder, 'oldest-node');
  mkdirSync(nodeFolder);
  writeFileSync(join(nodeFolder, 'package.json'), '{ "private": true, "allowScripts": { "node": true } }');
  npm(nodeFolder, 'install', '--no-package-lock', `node@${OLDEST_NODE}`);
  return {
    folder,
    nodes: { oldest: join(nodeFolder, 'node_modules', '.bin', 'node'), newest: process.execPath },
    write: (name, text) => writeFileSync(join(folder, name), text),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function npm(cwd: string, ...args: readonly string[]): void {
  execFileSync('npm', [...args, '--prefer-offline', '--no-audit', '--no-fund'], { cwd, stdio: 'pipe' });
}

/** A program of this repository's development dependencies. */
export const bin = (name: string): string => join(root, 'node_modules', '.bin', name);

/** What a program printed as JSON, run by this Node in the project's folder. */
export function run(
  { folder }: Project,
  node: string,
  { file, env = {} }: { readonly file: string; readonly env?: Readonly<Record<string, string>> },
): unknown {
  const { stdout, stderr, status } = spawnSync(node, [file], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as unknown;
}

/**
 * What the compiler objects to in these files, strictly and with every declaration file; empty when they
 * compile.
 */
export function typeErrors(
  project: Project,
  name: string,
  { files, ...options }: { readonly files: readonly string[]; readonly [option: string]: unknown },
): string {
  const strict = { strict: true, skipLibCheck: false, noEmit: true, target: 'es2024', types: ['node'] };
  project.write(
    `tsconfig.${name}.json`,
    JSON.stringify({ compilerOptions: { ...strict, ...options }, files }),
  );
  const args = ['-p', `tsconfig.${name}.json`];
  return spawnSync(bin('tsc'), args, { cwd: project.folder, encoding: 'utf8' }).stdout;
}

/**
 * A simulator started from the project's own install: its addresses as environment, and its world. Ends with
 * the test.
 */
export async function simulator({ folder }: Project, ...flags: readonly string[]) {
  const keys = join(folder, 'keys');
  rmSync(keys, { recursive: true, force: true });
  const program = join(folder, 'node_modules', '.bin', 'enrollkit-simulator');
  const child = spawn(process.execPath, [program, '--keys', keys, ...flags], { cwd: folder, stdio: 'pipe' });
  onTestFinished(async () => {
    child.kill();
    await once(child, 'exit');
  });
  while (!existsSync(join(keys, 'enrollkit.yaml')))
    if (await Promise.race([once(child, 'exit'), once(child.stdout, 'data').then(() => false)])) break;
  const address = (name: string): string => readFileSync(join(keys, name), 'utf8').trim();
  const [api, keySet] = [address('api-url.txt'), address('key-set-url.txt')];
  const call = async (path: string, method = 'GET'): Promise<unknown> =>
    (await fetch(new URL(path, api), { method })).json();
  return { env: { API_URL: api, KEY_SET_URL: keySet }, world: () => call('/__world') };
}
