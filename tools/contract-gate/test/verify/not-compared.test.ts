import { expect, it } from 'vitest';

import { loadSpec } from '../../src/spec/load.ts';
import { houses } from '../houses/documents/index.ts';
import { pactOf } from '../houses/pact.ts';
import { gate, workspace } from '../workspace.ts';

it('A pact that cannot be compared with a contract is named, and verify does not crash.', async () => {
  const text = houses['cluster']?.({ resources: 5, revised: false })['openapi.yaml'] ?? '';
  const spec = await loadSpec('openapi.yaml', workspace({ 'openapi.yaml': text }));
  const pact = JSON.stringify(pactOf(spec.document, 15));
  const ending = await gate(
    workspace({ 'specs/base/openapi.yaml': text, 'pact.json': pact }),
    'verify',
    'pact.json',
  );
  expect(ending).toMatchObject({ code: 1, err: '', out: expect.stringContaining('pact/not-compared') });
});

const pactWith = (requests: readonly { method: string; path: string; body?: object }[]): string =>
  JSON.stringify({
    consumer: { name: 'tests' },
    provider: { name: 'base' },
    interactions: requests.map(({ method, path, body }) => ({
      description: `${method} ${path}`,
      request: {
        method,
        path,
        ...(body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body }),
      },
      response: { status: 204 },
    })),
    metadata: { pactSpecification: { version: '2.0.0' } },
  });

it('A request is held against a path item that stands behind a reference, in another file.', async () => {
  const cwd = workspace({
    'specs/base/openapi.yaml': `openapi: 3.1.0
info: { title: Orders, version: 1.0.0 }
paths:
  /orders/{id}: { $ref: 'paths/orders.yaml#/~1orders~1{id}' }
`,
    'specs/base/paths/orders.yaml': `/orders/{id}:
  parameters: [{ name: id, in: path, required: true, schema: { $ref: 'parts.yaml#/id' } }]
  put:
    requestBody: { content: { application/json: { schema: { $ref: 'parts.yaml#/order' } } } }
    responses: { '204': { description: Stored } }
`,
    'specs/base/paths/parts.yaml': `id: { type: string }
order: { type: object, properties: { amount: { $ref: '#/amount' } } }
amount: { type: integer }
`,
    'pact.json': pactWith([
      { method: 'PUT', path: '/orders/a', body: { amount: 1 } },
      { method: 'PUT', path: '/orders/b', body: { amount: 'one' } },
      { method: 'PUT', path: '/invoices/a', body: {} },
    ]),
  });
  const { out } = await gate(cwd, 'verify', 'pact.json', '--format', 'json');
  const { findings } = JSON.parse(out) as { findings: { id: string; message: string }[] };
  expect(findings.map(({ id, message }) => `${id} ${message.split(':')[0]}`)).toEqual([
    'pact/request.body.incompatible PUT /orders/b',
    'pact/request.path-or-method.unknown PUT /invoices/a',
  ]);
});

it('A request to a path that the contract writes with a fragment is named as not compared.', async () => {
  const cwd = workspace({
    'specs/base/openapi.yaml': `openapi: 3.1.0
info: { title: Tables, version: 1.0.0 }
paths:
  /#Action=List: { post: { responses: { '204': { description: Done } } } }
  /parts/{id}#version: { get: { responses: { '204': { description: Done } } } }
  /parts/{id}: { put: { responses: { '204': { description: Done } } } }
`,
    'pact.json': pactWith([
      { method: 'POST', path: '/' },
      { method: 'POST', path: '/#Action=List' },
      { method: 'GET', path: '/parts/1' },
      { method: 'PUT', path: '/parts/1' },
      { method: 'GET', path: '/other' },
    ]),
  });
  const { out } = await gate(cwd, 'verify', 'pact.json', '--format', 'json');
  const { findings } = JSON.parse(out) as { findings: { id: string; message: string }[] };
  expect(findings.map(({ id, message }) => `${id} ${message.split(':')[0]}`)).toEqual([
    'pact/request.path-or-method.unknown GET /other',
    'pact/not-compared POST /',
    'pact/not-compared POST /#Action=List',
    'pact/not-compared GET /parts/1',
  ]);
});
