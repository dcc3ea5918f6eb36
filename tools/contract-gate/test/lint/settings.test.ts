import { describe, expect, test } from 'vitest';

import { gate, shop, shopFiles, workspace } from '../workspace.ts';

describe('lint as a team has set it', () => {
  const unmarked = shopFiles(shop.replace('x-sensitive: pan, ', ''));
  const rules = (text: string): Record<string, string> => ({
    ...unmarked,
    'contract-gate.yaml': `extends: enrollkit\nrules: { ${text} }\n`,
  });

  test.each([
    { text: 'sensitive/missing: warning', code: 0, said: 'warning sensitive/missing' },
    { text: "sensitive: 'off'", code: 0, said: 'nothing to complain about' },
    { text: "sensitive: 'off', sensitive/missing: error", code: 1, said: 'error   sensitive/missing' },
    { text: 'sensitive: warning, sensitive/missing: error', code: 1, said: 'error   sensitive/missing' },
  ])(
    'The setting `$text` of a rule decides how its findings count in lint.',
    async ({ text, code, said }) => {
      const ending = await gate(workspace(rules(text)), 'lint');
      expect([ending.code, ending.out]).toEqual([code, expect.stringContaining(said)]);
    },
  );

  const found = async (files: Readonly<Record<string, string>>): Promise<string> =>
    / finding: (\w+)/.exec((await gate(workspace(files), 'lint')).out)?.[1] ?? '';
  const accepted = (id: string, until: string): string =>
    `exceptions:\n  - { id: ${id}, reason: a test card, who: Ada, until: '${until}' }\n`;

  test('A finding of lint that an exception accepts is shown with its reason, and lint passes.', async () => {
    const id = await found(unmarked);
    const files = { ...unmarked, 'contract-exceptions.yaml': accepted(id, '2999-12-31') };
    const ending = await gate(workspace(files), 'lint');
    expect([ending.code, ending.out]).toEqual([
      0,
      expect.stringContaining('accepted: a test card (Ada, until'),
    ]);
    const other = { ...unmarked, 'other.yaml': accepted('0123456789ab', '2999-12-31') };
    expect((await gate(workspace(other), 'lint', '--exceptions', 'other.yaml')).code).toBe(1);
  });

  test('A finding of lint keeps its id when lines above it move.', async () => {
    const [path = '', text = ''] =
      Object.entries(unmarked).find(([file]) => file.endsWith('openapi.yaml')) ?? [];
    const id = await found(unmarked);
    expect(id).toMatch(/^[0-9a-f]{12}$/);
    expect(await found({ ...unmarked, [path]: `# A comment.\n${text}` })).toBe(id);
  });

  test('An exception that has expired fails lint by itself.', async () => {
    const files = { ...shopFiles(), 'contract-exceptions.yaml': accepted('0123456789ab', '2020-01-01') };
    const ending = await gate(workspace(files), 'lint');
    expect([ending.code, ending.out]).toEqual([1, expect.stringContaining('exception/expired')]);
  });
});
