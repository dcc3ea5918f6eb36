import { describe, expect, test } from 'vitest';

import { valueAt } from '../../src/spec/json.ts';
import { loadSpec } from '../../src/spec/load.ts';
import { gate, workspace } from '../workspace.ts';

const head = "openapi: 3.1.0\ninfo: { title: Any, version: '1' }\n";
const answering = (ref: string): string =>
  `paths: { /a: { get: { operationId: a, responses: { '200': { description: x, content: { application/json: { schema: { $ref: '${ref}' } } } } } } } }\n`;

/** What the answer of `GET /a` refers to, once the document is read. */
async function meant(files: Readonly<Record<string, string>>): Promise<unknown> {
  const { document } = await loadSpec('openapi.yaml', workspace(files));
  const schema = '/paths/~1a/get/responses/200/content/application~1json/schema';
  return valueAt(document, String(valueAt(document, `${schema}/$ref`)));
}

describe('A reference is resolved, or refused with its place', () => {
  test('A schema is found by its $id, and what stands inside of it by a path behind that', async () => {
    const schemas = `components: { schemas: { Money: { $id: 'https://schemas.example/money', type: object, $defs: { cents: { type: integer } }, properties: { amount: { $ref: '#/$defs/cents' } } } } }\n`;
    expect(
      await meant({
        'openapi.yaml': head + answering('https://schemas.example/money#/$defs/cents') + schemas,
      }),
    ).toEqual({ type: 'integer' });
    expect(
      await meant({ 'openapi.yaml': head + answering('https://schemas.example/money') + schemas }),
    ).toEqual({
      type: 'object',
      $defs: { cents: { type: 'integer' } },
      properties: { amount: { $ref: '#/components/schemas/Money/$defs/cents' } },
    });
  });

  test('An address that no schema has is refused: nothing is fetched', async () => {
    const cwd = workspace({ 'openapi.yaml': head + answering('https://schemas.example/none') });
    await expect(loadSpec('openapi.yaml', cwd)).rejects.toThrow(
      /^openapi\.yaml:3:\d+: the reference https:\/\/schemas\.example\/none leads to the network$/,
    );
  });

  test('A neighbour that refers back to the document means the document, not a second copy', async () => {
    const files = {
      'openapi.yaml': `${head}${answering('parts/b.yaml#/B')}components: { schemas: { A: { type: string } } }\n`,
      'parts/b.yaml': "B: { type: array, items: { $ref: '../openapi.yaml#/components/schemas/A' } }\n",
    };
    expect(await meant(files)).toEqual({ type: 'array', items: { $ref: '#/components/schemas/A' } });
  });

  test('An anchor in a neighbour is found by its name', async () => {
    const files = {
      'openapi.yaml': head + answering('b.yaml#mark'),
      'b.yaml': 'B: { $anchor: mark, type: string }\n',
    };
    const cwd = workspace(files);
    expect(await gate(cwd, 'generate', 'openapi.yaml')).toMatchObject({ code: 0 });
  });

  test('A word called $ref in an example is left as it is', async () => {
    const text = `${head}${answering('b.yaml')}components: { examples: { E: { value: { $ref: refs/heads/main } } } }\n`;
    const cwd = workspace({ 'openapi.yaml': text, 'b.yaml': 'type: string\n' });
    const { document } = await loadSpec('openapi.yaml', cwd);
    expect(valueAt(document, '/components/examples/E/value')).toEqual({ $ref: 'refs/heads/main' });
  });
});

describe('A reference in an extension', () => {
  const extended = (ref: string): string => `${head}x-notes: { of: { $ref: '${ref}' } }\n`;

  test.each(['#/components/schemas/Gone', './gone.yaml#/A', 'https://elsewhere.example/a'])(
    'may lead nowhere, as %s does: tools keep there what is theirs',
    async (ref) => {
      const cwd = workspace({ 'openapi.yaml': extended(ref) + 'paths: {}\n' });
      expect(await gate(cwd, 'diff', 'openapi.yaml', 'openapi.yaml')).toMatchObject({ code: 0 });
    },
  );

  test('is refused where it leads nowhere and the contract refers into the extension', async () => {
    const cwd = workspace({ 'openapi.yaml': extended('#/gone') + answering('#/x-notes/of') });
    expect(await gate(cwd, 'diff', 'openapi.yaml', 'openapi.yaml')).toMatchObject({
      code: 3,
      err: expect.stringContaining('openapi.yaml:3:18: the reference #/gone leads nowhere'),
    });
  });
});
