import { describe, expect, it } from 'vitest';

import { diffContracts } from '../../src/diff/diff.ts';
import { breaks } from '../../src/diff/finding.ts';
import type { JsonObject } from '../../src/spec/json.ts';
import { answered, asked } from './api.ts';
import { schemaRows } from './schema-rows.ts';

interface Case {
  readonly name: string;
  readonly base: JsonObject;
  readonly revision: JsonObject;
  readonly breaking: boolean;
}

/** Each row in both orders and both directions. */
const cases: readonly Case[] = schemaRows.flatMap(({ name, first, second, relation, versions = ['3.1.0'] }) =>
  versions.flatMap((version): Case[] => [
    {
      name: `${version} request, ${name}`,
      base: asked(first, version),
      revision: asked(second, version),
      breaking: relation !== 'same',
    },
    {
      name: `${version} request, back: ${name}`,
      base: asked(second, version),
      revision: asked(first, version),
      breaking: relation === 'other',
    },
    {
      name: `${version} answer, ${name}`,
      base: answered(first, version),
      revision: answered(second, version),
      breaking: relation === 'other',
    },
    {
      name: `${version} answer, back: ${name}`,
      base: answered(second, version),
      revision: answered(first, version),
      breaking: relation !== 'same',
    },
  ]),
);

describe('what a schema accepts decides', () => {
  it.each(cases)('$name', ({ base, revision, breaking }) => {
    const findings = diffContracts(base, revision);
    expect(findings.some(breaks), JSON.stringify(findings.filter(breaks))).toBe(breaking);
  });
});
