import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { cases } from './cases.ts';
import { houses } from './documents/index.ts';
import { editions, Houses } from './workspaces.ts';

const all = new Houses();
beforeAll(() => all.build(12), 600_000);
afterAll(() => all.remove());

describe.each(Object.keys(houses))('The document of the house "%s"', (house) => {
  it('is linted: what is said of it are findings, each with a place', async () => {
    const { code, out } = await all.run(house, 'lint', editions[0], '--format', 'json');
    const { findings } = JSON.parse(out) as { findings: { id: string; place?: { line: number } }[] };
    expect(code).toBeLessThan(2);
    expect(findings.filter(({ place }) => place === undefined)).toEqual([]);
  }, 300_000);

  it('asks for a major version where it breaks', async () => {
    expect((await all.run(house, 'version', ...editions)).out).toMatch(/^major\n/);
  }, 300_000);

  it('hits the lines of a consumer that use what changed, and no others', async () => {
    const argv = ['impact', ...editions, '--contract', 'base', '--format', 'json'];
    const { code, out } = await all.run(house, ...argv);
    const { impacts } = JSON.parse(out) as { impacts: { code: Record<string, { line: number }[]> }[] };
    const hit = impacts.flatMap(({ code: places }) => Object.values(places).flat());
    expect([code, [...new Set(hit.map(({ line }) => line))].sort()]).toEqual([1, cases[house]?.lines]);
  }, 300_000);
});
