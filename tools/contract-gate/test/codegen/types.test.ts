import { describe, expect, test } from 'vitest';

import { typesOfDocument } from '../../src/codegen/types.ts';
import { parseSpec } from '../../src/index.ts';
import { shop } from '../workspace.ts';

async function typeOf(schema: string, others = ''): Promise<string> {
  const text = `openapi: 3.1.0\ninfo: { title: t, version: '1' }\npaths: {}\ncomponents:\n  schemas:\n    Probe: ${schema}\n${others}`;
  const types = (await typesOfDocument(parseSpec(text, 'x.yaml'))).text.replaceAll(/\s+/g, ' ');
  return /Probe: (.*?);(?: Card:.*)? \}; responses: never;/.exec(types)?.[1] ?? types;
}

const card = '    Card: { type: object, properties: { pan: { type: string } } }\n';

describe('types', () => {
  test('make an encrypted string a JWE of its plaintext', async () => {
    expect(await typeOf("{ type: string, x-encrypted: { $ref: '#/components/schemas/Card' } }", card)).toBe(
      'Jwe<components["schemas"]["Card"]>',
    );
  });

  test('keep null beside it', async () => {
    expect(
      await typeOf(
        "{ type: object, properties: { a: { type: [string, 'null'], x-encrypted: { $ref: '#/components/schemas/Card' } } } }",
        card,
      ),
    ).toContain('a?: Jwe<components["schemas"]["Card"]> | null;');
  });

  test('leave an extensible enum open and any other closed', async () => {
    expect(await typeOf('{ type: string, x-extensible-enum: true, enum: [A, B] }')).toBe(
      '"A" | "B" | (string & {})',
    );
    expect(await typeOf('{ type: string, enum: [A, B] }')).toBe('"A" | "B"');
  });

  test('read `anyOf` beside properties as a further condition', async () => {
    const type = await typeOf(
      '{ type: object, properties: { a: { type: string }, b: { type: number } }, anyOf: [{ required: [a] }, { required: [b] }] }',
    );
    expect(type).toBe('{ a?: string; b?: number; } & ({ a: string; } | { b: number; })');
  });

  test('take a header or an answer whose name begins with x- for what it is, and no extension', async () => {
    const { text } = await typesOfDocument(
      parseSpec(
        `openapi: 3.1.0
info: { title: t, version: '1' }
paths:
  /a:
    get:
      responses:
        '200': { description: x, headers: { X-Limit: { $ref: '#/components/headers/x-limit' } } }
        '404': { $ref: '#/components/responses/x-gone' }
        x-note: none
components:
  headers: { x-limit: { schema: { type: integer } } }
  responses: { x-gone: { description: x } }
`,
        'x.yaml',
      ),
    );
    expect(text).toContain('"X-Limit": components["headers"]["x-limit"];');
    expect(text).toContain('404: components["responses"]["x-gone"];');
    expect(text).not.toContain('x-note');
  });

  test('name every schema', async () => {
    const { text: types } = await typesOfDocument(parseSpec(shop, 'x.yaml'));
    for (const name of ['Order', 'Card', 'Receipt'])
      expect(types).toContain(`export type ${name} = components['schemas']['${name}'];`);
  });
});
