import { describe, expect, it } from 'vitest';

import { diffContracts } from '../../src/diff/diff.ts';
import { breaks } from '../../src/diff/finding.ts';
import { operationRows } from './operation-rows.ts';

describe('what a contract allows decides', () => {
  it.each(operationRows)('$name', ({ base, revision, breaking }) => {
    const findings = diffContracts(base, revision);
    expect(findings.some(breaks), JSON.stringify(findings.filter(breaks))).toBe(breaking);
  });

  it('has one verdict per name', () => {
    const names = operationRows.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});
