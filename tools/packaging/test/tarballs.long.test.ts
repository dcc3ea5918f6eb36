import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiReport } from '../src/api-report.ts';
import { packAll } from '../src/pack.ts';
import { publishedPackages, readManifest, root } from '../src/packages.ts';

const destination = mkdtempSync(join(tmpdir(), 'enrollkit-tarballs-'));
let tarballs: ReadonlyMap<string, string> = new Map();

beforeAll(() => {
  tarballs = packAll(destination);
}, 600_000);
afterAll(() => rmSync(destination, { recursive: true }));

describe.each(publishedPackages)('The tarball of $folder', ({ folder, mostKb, copies = {} }) => {
  it('is no larger than its limit', () => {
    expect(statSync(tarballs.get(folder) ?? '').size / 1000).toBeLessThanOrEqual(mostKb);
  });
  it('holds code, types, source maps, a licence and a README, and neither sources of tests nor build records', () => {
    const files = execFileSync('tar', ['-tzf', tarballs.get(folder) ?? ''], { encoding: 'utf8' }).split('\n');
    for (const wanted of ['LICENSE', 'README.md', 'dist/index.js', 'dist/index.d.ts', 'dist/index.js.map'])
      expect(files).toContain(`package/${wanted}`);
    expect(files.filter((file) => /\.test\.|tsbuildinfo|node_modules/.test(file))).toEqual([]);
  });
  it.each(Object.entries(copies))('holds %s as %s, and exports it', (from, to) => {
    const packed = execFileSync('tar', ['-xOzf', tarballs.get(folder) ?? '', `package/${to}`], {
      encoding: 'utf8',
    });
    expect(packed).toBe(readFileSync(join(root, from), 'utf8'));
    expect(readManifest(folder)).toMatchObject({ exports: { './openapi/*': './openapi/*' } });
  });
  it('passes publint', async () => {
    const { messages } = await publint({ pkgDir: join(root, folder), strict: true });
    const manifest = readManifest(folder);
    expect(messages.map((message) => formatMessage(message, manifest))).toEqual([]);
  });
  it('resolves with its types in every mode of an ES module', () => {
    expect(attw(tarballs.get(folder) ?? '')).toBe('');
  });
  it('has the public API of its committed report', () => expect(apiReport(folder, true)).toBe(true));
});

/** What attw objects to; empty when it is satisfied. */
function attw(tarball: string): string {
  const { status, stdout } = spawnSync('npx', ['attw', '--profile', 'esm-only', '--no-emoji', tarball], {
    cwd: root,
    encoding: 'utf8',
  });
  return status === 0 ? '' : stdout;
}
