import { expect, test } from 'vitest';

import { shopWorkspace } from '../impact/workspace.ts';
import { verified } from '../verify/pacts.ts';
import { gate } from '../workspace.ts';

test('reliance lists what is not documented and used, with who uses it, and nothing else', async () => {
  const cwd = await shopWorkspace(verified);
  const { code, out } = await gate(cwd, 'reliance', '--format', 'json');
  const { reliances } = JSON.parse(out) as {
    reliances: {
      name: string;
      provenance: string;
      code: { file: string; line: number }[];
      interactions: string[];
    }[];
  };
  expect(code).toBe(0);
  expect(reliances.map(({ name, provenance }) => `${provenance} ${name}`)).toEqual([
    'assumed Order.note',
    'sibling Order.encryptedCard',
  ]);
  expect(reliances[0]).toMatchObject({
    code: [
      { file: 'libs/till/src/order.ts', line: 6 },
      { file: 'libs/till/src/order.ts', line: 7 },
    ],
    interactions: ['an order'],
  });
  const text = await gate(cwd, 'reliance');
  expect(text.out).toContain('2 questions to the provider: 1 assumed, 1 from a sibling');
});
