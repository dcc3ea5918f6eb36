import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { gate, workspace } from '../workspace.ts';

const file = 'specs/shop/openapi.yaml';

const spec = `openapi: 3.1.0
info: { title: Shop, version: 1.2.0, license: { name: MIT, identifier: MIT } }
servers: [{ url: 'https://shop.example' }]
security: []
paths:
  /orders:
    post:
      operationId: order
      summary: Order
      requestBody:
        required: true
        content: { application/json: { schema: { type: object, properties: { note: { type: string, maxLength: 5 } } } } }
      responses: { '204': { description: done }, '400': { description: refused } }
`;
const narrower = spec.replace('maxLength: 5', 'maxLength: 4');
const wider = spec.replace('maxLength: 5', 'maxLength: 6');

const pact = (note: string): string =>
  JSON.stringify({
    consumer: { name: 'till' },
    provider: { name: 'shop' },
    interactions: [
      {
        description: 'an order',
        request: {
          method: 'POST',
          path: '/orders',
          headers: { 'Content-Type': 'application/json' },
          body: { note },
        },
        response: { status: 204 },
      },
    ],
    metadata: { pactSpecification: { version: '2.0.0' } },
  });

/** A repository whose main branch holds the shop; `change` writes a file of it. */
function repository(): { cwd: string; git: (...argv: string[]) => string; change: (text: string) => void } {
  const cwd = workspace({ [file]: spec, 'libs/till/pacts/till-shop.json': pact('hello') });
  const git = (...argv: string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...argv], {
      cwd,
      encoding: 'utf8',
    });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-qm', 'The shop');
  return { cwd, git, change: (text) => writeFileSync(join(cwd, file), text) };
}

describe('contract-gate check', () => {
  test('check on main passes when there is no release to compare with, and says so', async () => {
    const { cwd } = repository();
    const { code, out } = await gate(cwd, 'check', file);
    expect([code, out]).toEqual([0, expect.stringContaining('nothing to compare with: this is main itself')]);
  });

  test('check on main compares with the last release', async () => {
    const { cwd, git, change } = repository();
    git('tag', 'v1.2.0');
    change(narrower);
    git('commit', '-qam', 'Take less');
    const { code, out } = await gate(cwd, 'check', file);
    expect([code, out]).toEqual([1, expect.stringContaining('compared with the last release, v1.2.0')]);
    expect(out).toContain('maxLength was 5, is 4');
  });

  test('check shows a harmless change, and passes once info.version is raised', async () => {
    const { cwd, change } = repository();
    change(wider);
    const unmoved = await gate(cwd, 'check', file);
    expect([unmoved.code, unmoved.err]).toEqual([
      1,
      expect.stringContaining('info.version is 1.2.0, and should be 1.3.0 or later'),
    ]);
    change(wider.replace('1.2.0', '1.3.0'));
    const moved = await gate(cwd, 'check', file);
    expect([moved.code, moved.out]).toEqual([0, expect.stringContaining('accepts all it did, and more')]);
  });

  test('check runs impact on a breaking change and names the interaction', async () => {
    const { cwd, change } = repository();
    change(narrower.replace('1.2.0', '2.0.0'));
    const { code, out } = await gate(cwd, 'check', file);
    expect(code).toBe(1);
    expect(out).toContain('in the pact of till');
  });

  test('check fails when regenerated pacts are not staged in git', async () => {
    const { cwd, git } = repository();
    writeFileSync(join(cwd, 'libs/till/pacts/till-shop.json'), pact('bye'));
    const { code, out } = await gate(cwd, 'check', file);
    expect([code, out]).toEqual([1, expect.stringContaining('pact/stale')]);
    git('add', '-A');
    expect((await gate(cwd, 'check', file)).code).toBe(0);
    expect(readFileSync(join(cwd, file), 'utf8')).toBe(spec);
  });

  test('check says when git does not know the base revision', async () => {
    const { cwd } = repository();
    const { code, out } = await gate(cwd, 'check', file, '--base', 'origin/trunk');
    expect([code, out]).toEqual([
      0,
      expect.stringContaining('nothing to compare with: git knows no origin/trunk'),
    ]);
  });
});
