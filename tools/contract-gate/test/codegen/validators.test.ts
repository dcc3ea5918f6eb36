import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { generateContracts, writeFiles } from '../../src/index.ts';
import type { Operation, Validation, Validator } from '../../src/codegen/template/index.ts';
import { shop, workspace } from '../workspace.ts';

type Contract = { readonly operations: Readonly<Record<string, Operation>> } & Readonly<
  Record<string, Validator>
>;

/** Generates a spec and imports what came out. */
async function contractOf(text: string): Promise<Contract> {
  const cwd = workspace({ 'specs/shop/openapi.yaml': text });
  await writeFiles(join(cwd, 'src'), (await generateContracts(['specs/shop/openapi.yaml'], cwd)).files);
  return (await import(join(cwd, 'src/shop/index.ts'))) as Contract;
}

/** A spec whose only operation takes `schema`. */
function taking(schema: string, version = '3.1.0', components = '{}'): string {
  return `openapi: ${version}
info: { title: t, version: '1' }
paths:
  /x:
    post:
      operationId: send
      requestBody: { required: true, content: { application/json: { schema: ${schema} } } }
      responses: { '200': { description: x, content: { application/json: { schema: ${schema} } } }, '204': { description: x } }
components: { schemas: ${components} }
`;
}

async function judges(text: string): Promise<{ request: Validator; answer: Validator }> {
  const { operations } = await contractOf(text);
  const { request, responses } = operations.send ?? {};
  if (!request || !responses?.['200']) throw new Error('the operation has no bodies');
  return { request: request.validate, answer: responses['200'].validate };
}

function keywords(verdict: Validation<unknown>): string[] {
  return verdict.valid ? [] : verdict.problems.map(({ keyword, pointer }) => `${pointer} ${keyword}`);
}

describe('the table of operations', () => {
  test('says what is encrypted and what is sensitive, outside and inside', async () => {
    const { operations } = await contractOf(shop);
    expect(operations.putOrder).toMatchObject({
      operationId: 'putOrder',
      method: 'PUT',
      path: '/orders/{id}',
      provenance: 'documented',
      parameters: [{ name: 'id', in: 'path', required: true, provenance: 'documented' }],
      request: {
        mediaType: 'application/json',
        encrypted: [
          {
            pointer: '/encryptedCard',
            plaintext: 'Card',
            sensitive: [{ pointer: '/primaryAccountNumber', kind: 'pan' }],
          },
        ],
        sensitive: [],
      },
      responses: { '200': { encrypted: [{ pointer: '/encryptedCopy', plaintext: 'Card' }] }, '400': null },
    });
  });
});

describe('generated validators', () => {
  test('judge a request strictly, an answer tolerantly, a plaintext as what it is inside of', async () => {
    const { operations } = await contractOf(shop);
    const { request, responses } = operations.putOrder ?? {};
    expect(request?.validate({ encryptedCard: 'x', note: 'short' })).toMatchObject({ valid: true });
    expect(
      keywords(
        request?.validate({ encryptedCard: {}, note: 'too long' }) ?? { valid: true, value: 0, notices: [] },
      ).sort(),
    ).toEqual(['/encryptedCard type', '/note maxLength']);
    expect(request?.encrypted[0]?.validatePlaintext({ primaryAccountNumber: '1' })).toMatchObject({
      valid: false,
      problems: [{ pointer: '/primaryAccountNumber', keyword: 'pattern' }],
    });
    expect(responses?.['200']?.validate({ serial: 1, state: 'NEW' })).toMatchObject({
      valid: true,
      notices: [{ pointer: '/state' }],
    });
  });

  test('do not ask for a read-only field in a request, nor for a write-only one in an answer', async () => {
    const { request, answer } = await judges(
      taking(
        '{ type: object, required: [r, w], properties: { r: { type: string, readOnly: true }, w: { type: string, writeOnly: true } } }',
      ),
    );
    expect(keywords(request({}))).toEqual(['/w required']);
    expect(keywords(answer({}))).toEqual(['/r required']);
  });

  test('close an extensible enum in a request only', async () => {
    const { request, answer } = await judges(taking('{ type: string, x-extensible-enum: true, enum: [A] }'));
    expect(keywords(request('B'))).toEqual([' enum']);
    expect(answer('B')).toMatchObject({ valid: true, notices: [{ pointer: '' }] });
    expect(keywords(answer(1))).toEqual([' type']);
  });

  test('follow a schema that contains itself', async () => {
    const { request } = await judges(
      taking(
        "{ $ref: '#/components/schemas/Tree' }",
        '3.1.0',
        "{ Tree: { type: object, required: [name], properties: { name: { type: string }, children: { type: array, items: { $ref: '#/components/schemas/Tree' } } } } }",
      ),
    );
    expect(keywords(request({ name: 'a', children: [{ name: 'b', children: [{ children: [] }] }] }))).toEqual(
      ['/children/0/children/0/name required'],
    );
  });

  test('follow a reference to a part of a schema', async () => {
    const { request } = await judges(
      taking(
        "{ $ref: '#/components/schemas/Pair/properties/left' }",
        '3.1.0',
        '{ Pair: { type: object, properties: { left: { type: integer } } } }',
      ),
    );
    expect([request(1).valid, request('1').valid]).toEqual([true, false]);
  });

  test('compare values by what they are', async () => {
    const { request } = await judges(
      taking('{ type: array, uniqueItems: true, items: { const: { a: [1, { b: null }] } } }'),
    );
    expect(keywords(request([{ a: [1, { b: null }] }]))).toEqual([]);
    expect(keywords(request([{ a: [1, { b: null }] }, { a: [1, { b: null }] }]))).toEqual([' uniqueItems']);
    expect(keywords(request([{ a: [1, { b: 0 }] }]))).toEqual(['/0 const']);
  });

  test('know the keywords of JSON Schema 2020-12', async () => {
    const { request } = await judges(
      taking(
        '{ type: object, properties: { list: { type: array, prefixItems: [{ type: string }], items: false } }, dependentRequired: { a: [b] }, unevaluatedProperties: false, allOf: [{ properties: { a: {}, b: {} } }] }',
      ),
    );
    expect(keywords(request({ list: ['x'], a: 1, b: 2 }))).toEqual([]);
    expect(keywords(request({ list: ['x', 'y'] }))).toContain('/list items');
    expect(keywords(request({ a: 1 }))).toContain(' dependentRequired');
    expect(keywords(request({ c: 1 }))).toContain(' unevaluatedProperties');
  });

  test('know the dialect of OpenAPI 3.0', async () => {
    const { request } = await judges(
      taking(
        '{ type: object, properties: { n: { type: integer, nullable: true, minimum: 1, exclusiveMinimum: true }, e: { type: string, nullable: true, enum: [A] }, c: { nullable: true, allOf: [{ type: integer, enum: [0] }] }, o: { nullable: true, enum: [A] } } }',
        '3.0.3',
      ),
    );
    expect(keywords(request({ n: null, e: null, c: null, o: null }))).toEqual([]);
    expect(keywords(request({ n: 1, e: 'B' })).sort()).toEqual(['/e enum', '/n exclusiveMinimum']);
    expect([request({ c: 0, o: 'A' }).valid, request({ c: 1 }).valid, request({ o: 'B' }).valid]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test.each([
    ['date-time', '2026-10-01T09:30:00Z', '2026-10-01 09:30'],
    ['uuid', '11111111-2222-3333-4444-555555555555', '1'],
    ['int32', 2_147_483_647, 2_147_483_648],
    ['something-of-its-own', 'anything', undefined],
  ])('know the format %s as far as it can be known', async (format, good, bad) => {
    const { request } = await judges(
      taking(`{ type: ${typeof good === 'number' ? 'integer' : 'string'}, format: ${format} }`),
    );
    expect([request(good).valid, bad === undefined ? false : request(bad).valid]).toEqual([true, false]);
  });
});
