import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

import { diffContracts } from '../../src/diff/diff.ts';
import { breaks, type ContractFinding } from '../../src/diff/finding.ts';
import { loadBundle } from '../../src/spec/bundle.ts';
import type { JsonObject } from '../../src/spec/json.ts';
import { batch, type Draft, same, schema, sealed, wire } from './own-spec-changes.ts';

/**
 * Twenty changes of our own contract: twelve on the wire, four inside what travels encrypted, four that
 * change nothing.
 */

const spec = await loadBundle(
  'specs/click-to-pay-enrollment/openapi.yaml',
  resolve(import.meta.dirname, '../../../..'),
);

function changed(edit: (draft: Draft) => void): readonly ContractFinding[] {
  const draft = structuredClone(spec.document) as Draft;
  edit(draft);
  return diffContracts(spec.document, draft as JsonObject);
}

describe('a change of our own contract', () => {
  it.each([...wire, ...sealed])('breaks: $name', ({ edit, kind, where, hits, witness }) => {
    const broken = changed(edit).filter(breaks);
    const finding = broken.find((one) => one.kind === kind && where.test(one.where));
    expect(finding, JSON.stringify(broken.map((one) => [one.kind, one.where, one.message]))).toBeDefined();
    expect(finding?.operations).toEqual(expect.arrayContaining([...hits]));
    expect(finding?.witness === undefined).toBe(!witness);
  });

  it.each(same)('means the same: $name', ({ edit, kind, where }) => {
    const findings = changed(edit);
    expect(findings.filter(breaks)).toEqual([]);
    const cleared = findings.filter(({ clearedBecause }) => clearedBecause !== undefined);
    expect(cleared.map((finding) => finding.kind)).toEqual(kind === '' ? [] : cleared.map(() => kind));
    expect(cleared.some((finding) => where.test(finding.where))).toBe(kind !== '');
  });

  it('makes its values up: nothing that an example or a default of a sensitive field says is shown', () => {
    const known = '5555555555554444';
    const before = structuredClone(spec.document) as Draft;
    Object.assign(schema(before, 'PrimaryAccountNumber'), { example: known, examples: [known] });
    const after = structuredClone(before);
    schema(after, 'PrimaryAccountNumber')['pattern'] = '^[0-9]{19}$';
    const findings = diffContracts(before as JsonObject, after as JsonObject);
    expect(findings.filter(breaks).length).toBeGreaterThan(0);
    expect(JSON.stringify(findings)).not.toContain(known);
  });

  it('names only the operations that a change inside the JWE hits', () => {
    const findings = changed((draft) => {
      schema(draft, 'EnrollmentData', 'properties', 'consumers')['maxItems'] = 1;
    }).filter(breaks);
    expect(findings.map(({ operations }) => operations)).toEqual([
      [batch, 'POST /cards/batch/pre-provisioning'],
    ]);
  });
});
