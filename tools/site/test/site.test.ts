import { describe, expect, it } from 'vitest';
import { documentPaths, linksForSite } from '../src/content.ts';
import { errorCodes } from '../src/error-index.ts';

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
  it('finds the codes of a package', () => {
    expect(errorCodes()).toContainEqual(
      expect.objectContaining({ code: 'contract-violation', packageName: '@enrollkit/encryption' }),
    );
  });
});
