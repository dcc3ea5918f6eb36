import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documentPaths, linksForSite } from '../src/content.ts';
import { errorCodes } from '../src/error-index.ts';
import { root } from '../src/root.ts';

describe('The site', () => {
  it('turns a link to a folder into one to its README, and a link to a source into text', () => {
    expect(linksForSite('README.md', '[client](libs/client)')).toBe('[client](libs/client/README.md)');
    expect(linksForSite('docs/x.md', '[states](../libs/enrollment/src/states.ts)')).toBe('states');
    expect(linksForSite('docs/x.md', '[exit codes](../README.md#exit-codes)')).toBe(
      '[exit codes](../README.md#exit-codes)',
    );
  });
  it('holds the guides of all three audiences', () => {
    expect(documentPaths()).toEqual(
      expect.arrayContaining(['docs/start-operator.md', 'docs/start-ci.md', 'docs/start-platform-team.md']),
    );
  });
});

describe('The index of error codes', () => {
  it('has a meaning for every code, once for each package', () => {
    const codes = errorCodes();
    expect(codes.filter(({ meaning }) => meaning.length < 15)).toEqual([]);
    const names = codes.map(({ packageName, code }) => `${packageName} ${code}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
  it('has every code by which the command decides how it ends', () => {
    const known = new Set(errorCodes().map(({ code }) => code));
    const table = readFileSync(join(root, 'apps/batch-runner/src/exit-of-error.ts'), 'utf8');
    const codes = [...table.matchAll(/^ {2}'?([a-z0-9-]+)'?: '[a-z]+',$/gm)].map(([, code = '']) => code);
    expect(codes.length).toBeGreaterThan(50);
    expect(codes.filter((code) => !known.has(code))).toEqual([]);
  });
  it('finds the codes of a package', () => {
    expect(errorCodes()).toContainEqual(
      expect.objectContaining({ code: 'contract-violation', packageName: '@enrollkit/encryption' }),
    );
  });
});
