import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './packages.ts';

// Runs in a package's folder before `npm pack` and `npm publish`: builds it with what it depends on, adds the licence.
const { nx } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly nx: { readonly name: string } };
const built = spawnSync('npx', ['nx', 'run', `${nx.name}:build`], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
  env: { ...process.env, NX_NO_CLOUD: 'true', NX_DAEMON: 'false' },
});
if (built.status !== 0) process.exit(1);
copyFileSync(join(root, 'LICENSE'), 'LICENSE');
