import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { compilerFaults } from '../codegen/compiled.ts';
import { cases } from './cases.ts';
import { houses } from './documents/index.ts';
import { editions, Houses } from './workspaces.ts';

const all = new Houses();
beforeAll(() => all.build(5));
afterAll(() => all.remove());

it('What is generated from the documents of all houses compiles under strict settings', () => {
  expect(compilerFaults(all.sources)).toEqual([]);
}, 120_000);

interface Shown {
  readonly id: string;
  readonly severity: string;
  readonly message: string;
  readonly details: readonly { readonly label: string }[];
}

describe.each(Object.keys(houses))('The document of the house "%s"', (house) => {
  it('breaks in its next version where it was changed and nowhere else, each time with a value that shows it', async () => {
    const { code, out, err } = await all.run(house, 'diff', ...editions, '--format', 'json');
    const { findings } = JSON.parse(out) as { findings: readonly Shown[] };
    const broken = findings.filter(({ severity }) => severity === 'error');
    expect([code, err]).toEqual([1, '']);
    expect(broken.map(({ message }) => message)).toEqual(cases[house]?.breaks);
    const unproven = broken.filter(({ id }) => !/-(removed|added)$/.test(id));
    for (const { details } of unproven)
      expect(details.map(({ label }) => label)).toContainEqual(expect.stringMatching(/^valid under/));
  });

  it('is the same as itself', async () => {
    expect((await all.run(house, 'diff', editions[0], editions[0])).out).toBe('nothing changed\n');
  });
});
