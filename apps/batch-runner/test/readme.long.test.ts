import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** A copy of the repository with what is installed in it, as it is after `npm ci`. */
function copyOfRepository(): string {
  const copy = mkdtempSync(join(tmpdir(), 'enrollkit-readme-'));
  onTestFinished(() => rmSync(copy, { recursive: true }));
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: repository,
  });
  execFileSync('xargs', ['-0', 'cp', '--parents', '-t', copy], { cwd: repository, input: files });
  const installed = join(repository, 'node_modules');
  const scope = '@enrollkit';
  mkdirSync(join(copy, 'node_modules', scope), { recursive: true });
  for (const name of readdirSync(installed))
    if (name !== scope) symlinkSync(join(installed, name), join(copy, 'node_modules', name));
  for (const name of readdirSync(join(installed, scope)))
    execFileSync('cp', ['-P', join(installed, scope, name), join(copy, 'node_modules', scope, name)]);
  for (const folder of ['apps', 'libs', 'tools'])
    for (const name of readdirSync(join(repository, folder))) {
      const own = join(folder, name, 'node_modules');
      if (existsSync(join(repository, own))) symlinkSync(join(repository, own), join(copy, own));
    }
  return copy;
}

/**
 * The lines of the README for a shell that use what is installed, but for the tests of the repository itself.
 */
function linesOfReadme(): readonly string[] {
  const readme = readFileSync(join(repository, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
  return blocks
    .flatMap((block) => block.trim().split('\n'))
    .filter((line) => /^npm run (?:demo|enrollkit)\b/.test(line));
}

describe("the README's lines", () => {
  it('work when they are pasted in order into a shell, on a copy of the repository', async () => {
    const lines = linesOfReadme();
    expect(lines.length).toBeGreaterThanOrEqual(6);
    const copy = copyOfRepository();
    // Each line ends with its exit; the simulator, which goes on behind, is ended with the shell's jobs.
    const script = lines
      .map((line) => (line.includes(' &') ? line : `${line}\necho "=== exit $?"`))
      .join('\n');
    const shell = spawn('bash', ['-c', `set -m\n${script}\nkill %1\nwait\n`], {
      cwd: copy,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [said, errors] = await Promise.all([text(shell.stdout), text(shell.stderr), once(shell, 'close')]);
    const exits = [...said.matchAll(/^=== exit (\d+)$/gm)].map(([, code]) => Number(code));
    // demo, sample, check (rows would be rejected), run (rows were), report of it.
    expect({ exits, errors: exits.some((code) => code < 3 && code > 0) ? errors : '' }).toEqual({
      exits: [0, 0, 3, 3, 3],
      errors: '',
    });
    expect(errors).toContain("the provider's world: 10,000 records enrolled once, 0 more than once");
    expect(said).toMatch(/rows read +1,005\n[^]*enrolled +1,000\n[^]*the sums add up/);
    expect(existsSync(join(copy, 'report.html'))).toBe(true);
  });
});
