import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { shopWorkspace } from '../impact/workspace.ts';
import { verified } from '../verify/pacts.ts';
import { gate } from '../workspace.ts';

test('assumptions writes each assumed element with its users and a question, and says when that is out of date', async () => {
  const cwd = await shopWorkspace(verified);
  expect((await gate(cwd, 'assumptions', '--out', 'A.md', '--check')).code).toBe(1);
  expect((await gate(cwd, 'assumptions', '--out', 'A.md')).code).toBe(0);
  const text = readFileSync(join(cwd, 'A.md'), 'utf8');
  expect(text).toMatch(
    /^\| property `Order\.note` \|.*\| `libs\/till\/src\/order\.ts` \| [\w-]+ \| Is there a member/m,
  );
  expect(text).not.toContain('Order.encryptedCard');
  expect((await gate(cwd, 'assumptions', '--out', 'A.md', '--check')).code).toBe(0);
});

test('specs/ASSUMPTIONS.md is what the specs, the code and the pacts say now', async () => {
  const root = join(import.meta.dirname, '../../../..');
  expect(await gate(root, 'assumptions', '--check')).toMatchObject({ code: 0 });
}, 120_000);
