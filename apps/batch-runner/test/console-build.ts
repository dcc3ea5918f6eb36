import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');
const sources = [
  'apps/console/src',
  'apps/console/public',
  'apps/console/index.html',
  'apps/console/vite.config.ts',
  'libs/look/src',
];

/** Builds the console once before the tests, unless its build is newer than all that it is made of. */
export function setup(): void {
  const built = join(root, 'apps', 'console', 'dist', 'index.html');
  if (existsSync(built) && statSync(built).mtimeMs > Math.max(...sources.map(newest))) return;
  const { status, stderr } = spawnSync('npm', ['run', 'build', '-w', '@enrollkit/console'], {
    cwd: root,
    encoding: 'utf8',
    // What vitest sets would make it the build for developers.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (status !== 0) throw new Error(`the console does not build: ${stderr}`);
}

function newest(path: string): number {
  const whole = join(root, path);
  if (!statSync(whole).isDirectory()) return statSync(whole).mtimeMs;
  return Math.max(
    ...readdirSync(whole, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  );
}
