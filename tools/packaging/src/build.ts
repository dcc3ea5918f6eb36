import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { publishedPackages, readManifest, root } from './packages.ts';

/**
 * Builds packages with what they depend on, and adds the licence and the copied files to each. Throws when
 * the build fails.
 */
export function build(folders: readonly string[]): void {
  const names = folders.map((folder) => (readManifest(folder)['nx'] as { readonly name: string }).name);
  const built = spawnSync('npx', ['nx', 'run-many', '-t', 'build', '-p', names.join(',')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NX_NO_CLOUD: 'true', NX_DAEMON: 'false' },
  });
  if (built.status !== 0) throw new Error(`these packages do not build: ${names.join(', ')}`);
  for (const folder of folders) {
    const copies = publishedPackages.find((published) => published.folder === folder)?.copies ?? {};
    for (const [from, to] of Object.entries({ LICENSE: 'LICENSE', ...copies })) {
      const target = join(root, folder, to);
      mkdirSync(dirname(target), { recursive: true });
      copyFileSync(join(root, from), target);
    }
  }
}
