import { describe, expect, it } from 'vitest';

import { diffContracts } from '../../src/diff/diff.ts';
import { breaks } from '../../src/diff/finding.ts';
import { paymentsDocument } from './payments.ts';

describe('the document of a payment provider, in which everything leads to everything', () => {
  const [base, revision] = [false, true].map((revised) => paymentsDocument({ resources: 24, revised }));

  it('is compared with its next version place by place, each break with a value, at its shallowest place', () => {
    const broken = diffContracts(base ?? {}, revision ?? {}).filter(breaks);
    expect(broken.length).toBeGreaterThan(0);
    expect(broken.map(({ kind, severity }) => `${severity} ${kind}`)).toEqual(
      broken.map(() => 'breaking enum'),
    );
    for (const { witness, where } of broken) {
      expect(JSON.stringify(witness?.value)).toContain('"nok"');
      expect(where.split('/').length).toBeLessThan(7);
    }
  }, 60_000);

  it('is the same as itself', () => {
    expect(diffContracts(base ?? {}, structuredClone(base ?? {}))).toEqual([]);
  }, 60_000);
});
