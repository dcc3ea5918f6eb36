import { describe, expect, test } from 'vitest';

import type { LayoutOptions } from '../../src/codegen/layout.ts';
import type { Json } from '../../src/spec/json.ts';
import { compiled, validatorOf } from './compiled.ts';
import { documentOf } from './documents.ts';

const text = { type: 'string' };

describe('generate compiles under strict settings', () => {
  test.each<[string, Json]>([
    [
      'a schema whose name begins with a digit',
      documentOf({ '2FA': { type: 'object', properties: { code: text } } }),
    ],
    [
      'schemas named like built-in types',
      documentOf({ Record: text, Error: { type: 'object' }, string: text, Jwe: text }),
    ],
    [
      'a schema with a name that needs quotes',
      documentOf({ "it's.a-name": { type: 'object', properties: { "o'k": text } } }),
    ],
    [
      'a member called __proto__',
      documentOf({ Odd: { type: 'object', properties: { ['__proto__']: text, constructor: text } } }),
    ],
    [
      'a comment that ends a comment',
      documentOf({
        Odd: { type: 'object', description: 'a */ b', properties: { a: { ...text, description: 'c */' } } },
      }),
    ],
    [
      'a list that contains itself',
      documentOf({
        Tree: { anyOf: [text, { type: 'array', items: { $ref: '#/components/schemas/Tree' } }] },
      }),
    ],
    [
      'a schema that is made of itself',
      documentOf({ Loop: { allOf: [{ $ref: '#/components/schemas/Loop' }] } }),
    ],
    [
      'additional properties beside optional ones of another type',
      documentOf({
        Odd: { type: 'object', properties: { a: text }, additionalProperties: { type: 'number' } },
      }),
    ],
    [
      'an operation without an operationId',
      {
        ...documentOf({ A: text }),
        paths: {
          '/a/{b-c}': {
            get: {
              responses: { '200': { description: 'x', content: { 'application/json': { schema: text } } } },
            },
          },
        },
      },
    ],
    [
      'operationIds that are no identifiers',
      {
        ...documentOf({ A: text }),
        paths: {
          '/a': {
            get: {
              operationId: "x#y%z'q",
              responses: { '2XX': { description: 'x', content: { 'application/json': { schema: text } } } },
            },
          },
          '/b': {
            get: {
              operationId: 'delete',
              responses: { default: { description: 'x', content: { 'application/json': { schema: text } } } },
            },
          },
        },
      },
    ],
    [
      'parameters that differ in signs alone',
      {
        ...documentOf({ A: text }),
        paths: {
          '/a': {
            get: {
              operationId: 'a',
              parameters: ['at>', 'at<', 'at', 'a t'].map((name) => ({ name, in: 'query', schema: text })),
              responses: { '204': { description: 'x' } },
            },
          },
        },
      },
    ],
    [
      'a document without schemas or bodies',
      { openapi: '3.0.3', info: { title: 'Empty', version: '1' }, paths: {} },
    ],
    [
      'a document of OpenAPI 3.2 with the method query',
      {
        ...documentOf({ A: text }),
        openapi: '3.2.0',
        paths: {
          '/a': {
            query: {
              operationId: 'find',
              requestBody: { content: { 'application/json': { schema: text } } },
              responses: { '200': { description: 'x', content: { 'application/json': { schema: text } } } },
            },
          },
        },
      },
    ],
  ])('%s', async (_, document) => {
    expect((await compiled(document)).faults).toEqual([]);
  });

  test.each<[LayoutOptions]>([
    [{ layout: 'folders', importExtension: '.js' }],
    [{ layout: 'folders', importExtension: 'none' }],
    [{ layout: 'flat', importExtension: '.ts' }],
    [{ layout: 'flat', importExtension: 'none' }],
  ])('the same document laid out as %j', async (layout) => {
    expect(
      (await compiled(documentOf({ A: { type: 'object', properties: { a: text } } }), { layout })).faults,
    ).toEqual([]);
  });
});

describe('names that become one are told apart', () => {
  test('and the type and the validator of one name mean the same schema', async () => {
    const own = `import type { UserId, UserId2 } from '../out/any/index.ts';
      const plain: UserId = true;
      const dotted: UserId2 = 'text';
      export { dotted, plain };`;
    const { cwd, faults } = await compiled(
      documentOf({
        All: { type: 'object' },
        'User.Id': text,
        UserId: { type: 'boolean' },
        AllAnswer: { type: 'number' },
      }),
      { own },
    );
    expect(faults).toEqual([]);
    const [plain, dotted, all, number] = await Promise.all(
      ['validateUserId', 'validateUserId2', 'validateAll', 'validateAllAnswer'].map((name) =>
        validatorOf(cwd, name),
      ),
    );
    expect([plain?.(true).valid, dotted?.('text').valid, all?.({}).valid, number?.(1).valid]).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect([plain?.('text').valid, dotted?.(true).valid, number?.({}).valid]).toEqual([false, false, false]);
  });
});
