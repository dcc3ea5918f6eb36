import { spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest, root } from './packages.ts';

/** Builds packages with what they depend on, and adds the licence to each. Throws when the build fails. */
export function build(folders: readonly string[]): void {
  const names = folders.map((folder) => (readManifest(folder)['nx'] as { readonly name: string }).name);
  const built = spawnSync('npx', ['nx', 'run-many', '-t', 'build', '-p', names.join(',')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NX_NO_CLOUD: 'true', NX_DAEMON: 'false' },
  });
  if (built.status !== 0) throw new Error(`these packages do not build: ${names.join(', ')}`);
  for (const folder of folders) copyFileSync(join(root, 'LICENSE'), join(root, folder, 'LICENSE'));
}
