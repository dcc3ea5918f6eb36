import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { publishedPackages, readManifest, root } from './packages.ts';

/**
 * Builds packages with what they depend on, and adds the licence, the copied files and the included builds.
 * Throws when the build fails.
 */
export function build(folders: readonly string[]): void {
  const published = folders.map((folder) => publishedPackages.find((one) => one.folder === folder));
  const included = published.flatMap((one) => one?.includes ?? []);
  const names = [
    ...folders.map((folder) => (readManifest(folder)['nx'] as { readonly name: string }).name),
    ...included.map(({ project }) => project),
  ];
  const built = spawnSync('npx', ['nx', 'run-many', '-t', 'build', '-p', names.join(',')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NX_NO_CLOUD: 'true', NX_DAEMON: 'false' },
  });
  if (built.status !== 0) throw new Error(`these packages do not build: ${names.join(', ')}`);
  for (const [index, folder] of folders.entries()) {
    const { copies = {}, includes } = published[index] ?? {};
    for (const [from, to] of Object.entries({ LICENSE: 'LICENSE', ...copies })) {
      const target = join(root, folder, to);
      mkdirSync(dirname(target), { recursive: true });
      copyFileSync(join(root, from), target);
    }
    if (includes === undefined) continue;
    const target = join(root, folder, includes.to);
    rmSync(target, { recursive: true, force: true });
    cpSync(join(root, includes.from), target, { recursive: true });
  }
}
