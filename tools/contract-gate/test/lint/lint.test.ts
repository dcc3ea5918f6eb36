import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from 'vitest';

import { folderWith, gate, remove, shop, shopFiles, workspace } from '../workspace.ts';

interface Fault {
  readonly what: string;
  readonly from: string;
  readonly to: string;
  readonly id: string;
  /** Text of the line that is named; the changed text itself when not said. */
  readonly at?: string;
}

const faults: readonly Fault[] = [
  {
    what: 'a server without a source',
    from: "{ url: 'https://shop.example', x-provenance: documented }",
    to: "{ url: 'https://shop.example' }",
    id: 'provenance/missing',
  },
  {
    what: 'an operation without a source',
    from: 'operationId: putOrder\n      x-provenance: documented',
    to: 'operationId: putOrder',
    id: 'provenance/missing',
    at: 'put:',
  },
  {
    what: 'a parameter without a source',
    from: 'required: true, x-provenance: documented, schema',
    to: 'required: true, schema',
    id: 'provenance/missing',
  },
  {
    what: 'an answer without a source',
    from: "'400':\n          x-provenance: assumed",
    to: "'400':",
    id: 'provenance/missing',
    at: "'400':",
  },
  {
    what: 'a schema without a source',
    from: 'Card:\n      x-provenance: documented',
    to: 'Card:',
    id: 'provenance/missing',
    at: 'Card:',
  },
  {
    what: 'a property without a source',
    from: 'maxLength: 5, x-provenance: assumed',
    to: 'maxLength: 5',
    id: 'provenance/missing',
  },
  {
    what: 'a source nobody knows',
    from: 'maxLength: 5, x-provenance: assumed',
    to: 'maxLength: 5, x-provenance: guessed',
    id: 'provenance/unknown',
  },
  {
    what: 'a JWE by its name, without its content',
    from: "          x-encrypted: { $ref: '#/components/schemas/Card' }\n    Card",
    to: '    Card',
    id: 'encrypted/missing',
    at: 'encryptedCard:',
  },
  {
    what: 'a JWE by its pattern, without its content',
    from: 'maxLength: 5,',
    to: String.raw`pattern: '^[\w-]+\.[\w-]+\.[\w-]+\.[\w-]+\.[\w-]+$',`,
    id: 'encrypted/missing',
  },
  {
    what: 'an inline plaintext',
    from: "x-encrypted: { $ref: '#/components/schemas/Card' }\n    Card",
    to: 'x-encrypted: { type: object }\n    Card',
    id: 'encrypted/unusable',
    at: 'x-encrypted: { type: object }',
  },
  {
    what: 'encryption on something that is no string',
    from: 'description: The card.\n          type: string',
    to: 'description: The card.\n          type: object',
    id: 'encrypted/unusable',
    at: "x-encrypted: { $ref: '#/components/schemas/Card' }",
  },
  {
    what: 'a sensitive field that does not say so',
    from: 'x-sensitive: pan, ',
    to: '',
    id: 'sensitive/missing',
    at: 'primaryAccountNumber: {',
  },
  {
    what: 'a sensitive kind nobody knows',
    from: 'x-sensitive: pan, ',
    to: 'x-sensitive: card, ',
    id: 'sensitive/unknown',
    at: 'x-sensitive: card',
  },
  {
    what: 'an open enum without values',
    from: 'enum: [OPEN, DONE], ',
    to: '',
    id: 'enum/not-extensible',
    at: 'x-extensible-enum: true',
  },
  {
    what: 'no operationId',
    from: 'operationId: putOrder\n      ',
    to: '',
    id: 'operation-id/missing',
    at: 'put:',
  },
  {
    what: 'an operationId that is no name',
    from: 'operationId: putOrder',
    to: 'operationId: put order',
    id: 'operation-id/not-a-name',
  },
  {
    what: 'an operationId twice',
    from: '      responses:\n',
    to: '      responses: { default: { description: x, x-provenance: assumed } }\n    get:\n      operationId: putOrder\n      summary: Again\n      x-provenance: assumed\n      responses:\n',
    id: 'operation-id/not-unique',
    at: 'operationId: putOrder',
  },
  {
    what: 'a path parameter that is not declared',
    from: '/orders/{id}:',
    to: '/orders/{id}/{other}:',
    id: 'redocly/path-parameters-defined',
    at: 'put:',
  },
  {
    what: 'an example in the spec that does not fit',
    from: 'maxLength: 5,',
    to: 'maxLength: 5, examples: [too long],',
    id: 'example/invalid',
    at: 'maxLength: 5, examples: [too long]',
  },
];

interface Found {
  readonly id: string;
  readonly severity: string;
  readonly place: { readonly file: string; readonly line: number };
}

describe('lint', () => {
  const found: Found[] = [];
  const broken = faults.map(({ from, to }) => shop.replace(from, () => to));
  let code = 0;

  beforeAll(async () => {
    const files = broken.map((text, index) => shopFiles(text, `fault-${index}`));
    const folder = folderWith(Object.assign({}, ...files) as Record<string, string>);
    const ending = await gate(folder, 'lint', '--format', 'json');
    found.push(...(JSON.parse(ending.out) as { findings: Found[] }).findings);
    ({ code } = ending);
    return () => remove(folder);
  });

  test('lint finds nothing in a valid spec', async () => {
    const ending = await gate(workspace(shopFiles()), 'lint', '--format', 'json');
    expect(JSON.parse(ending.out)).toMatchObject({
      findings: [],
      summary: '1 spec, nothing to complain about',
    });
    expect(ending.code).toBe(0);
  });

  test.each(faults.map((fault, index) => ({ ...fault, index })))(
    'names $what, and its place',
    ({ id, to, at = to.trim(), index }) => {
      const text = broken[index] ?? '';
      expect(text).not.toBe(shop);
      const here = found.filter(
        (finding) => finding.place.file.startsWith(`specs/fault-${index}/`) && finding.id === id,
      );
      expect(here).toMatchObject([{ severity: 'error' }]);
      expect(text.split('\n')[(here[0]?.place.line ?? 0) - 1]).toContain(
        at.split('\n').at(-1)?.trim().slice(0, 60),
      );
      expect(code).toBe(1);
    },
  );

  test('lint asks no element of a document of our own where it comes from', async () => {
    const own = shop
      .replaceAll(/^ *x-provenance: \w+\n/gm, '')
      .replaceAll(/, x-provenance: \w+/g, '')
      .replace('version: 1.0.0', 'version: 1.0.0, x-provenance: own');
    expect((await gate(workspace(shopFiles(own)), 'lint')).out).toBe('1 spec, nothing to complain about\n');
  });

  test('lint reports one mistake once and nothing else', async () => {
    const cwd = workspace(shopFiles(shop.replace('x-sensitive: pan, ', '')));
    expect((await gate(cwd, 'lint')).out).toMatch(
      /^error {3}sensitive\/missing {2}specs\/shop\/openapi\.yaml:47:9\n {2}Card\.primaryAccountNumber .*\n {2}finding: [0-9a-f]{12}\n {2}hint: .*\n\n1 spec: 1 error, 0 warnings\n$/,
    );
  });
});

describe('lint against a base', () => {
  test('refuses an operation that lost its name', async () => {
    const cwd = workspace({ 'specs/shop/openapi.yaml': shop.replace('putOrder', 'storeOrder') });
    const git = (...argv: string[]): string =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...argv], {
        cwd,
        encoding: 'utf8',
      });
    git('init', '--quiet', '--initial-branch', 'main');
    git('add', '.');
    git('commit', '--quiet', '--message', 'first');
    expect((await gate(cwd, 'lint', '--base', 'main')).code).toBe(0);
    execFileSync('sed', ['-i', 's/storeOrder/putOrder/', join(cwd, 'specs/shop/openapi.yaml')]);
    const { code, out } = await gate(cwd, 'lint', '--base', 'main');
    expect(code).toBe(1);
    expect(out).toContain('the operationId of PUT /orders/{id} was storeOrder, is putOrder');
    expect(await gate(cwd, 'lint', '--base', 'nowhere')).toMatchObject({ code: 3 });
  });
});

test('the specs of this workspace have nothing to complain about', async () => {
  const { code, out } = await gate(join(import.meta.dirname, '../../../..'), 'lint');
  expect(out).toMatch(/^\d+ specs?, nothing to complain about\n$/);
  expect(code).toBe(0);
});
