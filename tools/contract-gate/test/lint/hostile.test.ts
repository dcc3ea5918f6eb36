import { expect, test } from 'vitest';

import { gate, workspace } from '../workspace.ts';

/**
 * Patterns that an engine that backtracks would follow for years. Each command ends, and says what is true.
 */

const evil = '^(a+)+$';
const text = 'a'.repeat(60);

function spec(value: string): string {
  return JSON.stringify({
    openapi: '3.1.0',
    info: { title: 'Hostile', version: '1.0.0', description: 'x', license: { name: 'x', identifier: 'MIT' } },
    servers: [{ url: 'https://hostile.example' }],
    security: [],
    paths: {
      '/things': {
        post: {
          operationId: 'make',
          summary: 'Make one.',
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/Thing' },
                example: { name: value },
              },
            },
          },
          responses: { '204': { description: 'made' }, '400': { description: 'refused' } },
        },
      },
    },
    components: {
      schemas: {
        Thing: {
          type: 'object',
          required: ['name'],
          properties: { name: { type: 'string', pattern: evil, examples: [value] } },
        },
      },
    },
  });
}

const pact = {
  consumer: { name: 'till' },
  provider: { name: 'hostile' },
  interactions: [
    {
      description: 'a thing',
      request: {
        method: 'POST',
        path: '/things',
        headers: { 'Content-Type': 'application/json' },
        body: { name: `${text}!` },
      },
      response: { status: 204 },
    },
  ],
  metadata: { pactSpecification: { version: '2.0.0' } },
};

const files: Readonly<Record<string, string>> = {
  'specs/hostile/examples/valid/Thing.bad.json': JSON.stringify({ name: `${text}!` }),
  'pacts/till-hostile.json': JSON.stringify(pact),
};

test('lint judges examples by a hostile pattern in bounded time, those beside the spec, too', async () => {
  const cwd = workspace({ ...files, 'specs/hostile/openapi.yaml': spec(`${text}!`) });
  const { code, out } = await gate(cwd, 'lint', 'specs/hostile/openapi.yaml');
  expect(code).toBe(1);
  expect(out).toContain('the example does not fit its schema: /name breaks pattern');
  expect(out).toContain('not a valid Thing: /name breaks pattern (pattern)');
  const good = await gate(workspace({ 'openapi.yaml': spec(text) }), 'lint', 'openapi.yaml');
  expect([good.code, good.out]).toEqual([0, expect.stringContaining('nothing to complain about')]);
});

test('verify judges a body by a hostile pattern in bounded time', async () => {
  const cwd = workspace({
    ...files,
    'specs/hostile/openapi.yaml': spec(text),
    'contract-gate.yaml': 'pacts: [pacts/*.json]\n',
  });
  const { code, out } = await gate(cwd, 'verify');
  expect([code, out]).toEqual([1, expect.stringContaining('/name breaks pattern')]);
});
