import type { JsonObject } from '../../../src/spec/json.ts';
import { one } from '../api.ts';
import { body, never, oneWay, text, thing, type OperationRow } from './row.ts';

/** A shared schema, and the same thing in two dialects. */
export const dialectRows: readonly OperationRow[] = [
  ...never(
    '3.0 to 3.1',
    {
      ...one({
        requestBody: {
          content: {
            'application/json': {
              schema: thing({
                a: { type: 'string', nullable: true },
                b: { type: 'number', minimum: 0, exclusiveMinimum: true },
                c: { type: 'string', format: 'byte' },
              }),
            },
          },
        },
      }),
      openapi: '3.0.3',
    },
    one({
      requestBody: {
        content: {
          'application/json': {
            schema: thing({
              a: { type: ['string', 'null'] },
              b: { type: 'number', exclusiveMinimum: 0 },
              c: { type: 'string', contentEncoding: 'base64' },
            }),
          },
        },
      },
    }),
  ),
  ...never(
    'an upload in both dialects',
    {
      ...body({ 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } }),
      openapi: '3.0.3',
    },
    body({ 'application/octet-stream': {} }),
  ),
  ...never(
    'a schema inlined',
    one(
      { requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/T' } } } } },
      { components: { schemas: { T: thing({ a: text }) } } },
    ),
    body({ 'application/json': { schema: thing({ a: text }) } }),
  ),
  ...never(
    'a schema renamed',
    one(
      { requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/T' } } } } },
      { components: { schemas: { T: thing({ a: text }) } } },
    ),
    one(
      { requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/U' } } } } },
      { components: { schemas: { U: thing({ a: text }) } } },
    ),
  ),
  ...oneWay('a recursive schema narrowed', tree(3), tree(undefined)),
  ...never(
    'a recursive schema unrolled once',
    tree(undefined),
    one(
      {
        requestBody: {
          content: {
            'application/json': { schema: thing({ v: text, next: { $ref: '#/components/schemas/Tree' } }) },
          },
        },
      },
      { components: { schemas: { Tree: thing({ v: text, next: { $ref: '#/components/schemas/Tree' } }) } } },
    ),
  ),
];

function tree(maxLength: number | undefined): JsonObject {
  const schema = thing({
    v: maxLength === undefined ? text : { type: 'string', maxLength },
    next: { $ref: '#/components/schemas/Tree' },
  });
  return one(
    { requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Tree' } } } } },
    { components: { schemas: { Tree: schema } } },
  );
}
