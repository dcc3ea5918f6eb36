import type { JsonObject } from '../../../src/spec/json.ts';
import { answers, json, one } from '../api.ts';
import {
  always,
  answer,
  breaks,
  holds,
  never,
  oneWay,
  text,
  thing,
  whole,
  type OperationRow,
} from './row.ts';

const withHeaders = (headers: JsonObject): JsonObject => answers({ 200: { description: 'ok', headers } });

/** What happens to answers. */
export const responseRows: readonly OperationRow[] = [
  ...always(
    'a success status added or removed',
    answers({ 200: json(text) }),
    answers({ 200: json(text), 201: json(text) }),
  ),
  breaks(
    'a success status replaced',
    answers({ 200: json(text) }),
    answers({ 204: { description: 'empty' } }),
  ),
  ...oneWay(
    'an error status removed',
    answers({ 200: json(text) }),
    answers({ 200: json(text), 404: json(text) }),
  ),
  ...never(
    'an error status covered by its range',
    answers({ 200: json(text), 404: json(text) }),
    answers({ 200: json(text), '4XX': json(text) }),
  ),
  ...oneWay(
    'an error of the range reads differently',
    answers({ 200: json(text), '4XX': json(text), 404: json({ type: 'string', maxLength: 5 }) }),
    answers({ 200: json(text), '4XX': json(text) }),
  ).map((row) => ({ ...row, breaking: !row.breaking })),
  ...oneWay('an optional property removed', answer(thing({ a: text })), answer(thing({ a: text, b: text }))),
  ...oneWay(
    'a required property removed',
    answer(thing({ a: text })),
    answer(thing({ a: text, b: text }, { required: ['b'] })),
  ),
  ...oneWay(
    'a property became optional',
    answer(thing({ a: text })),
    answer(thing({ a: text }, { required: ['a'] })),
  ),
  ...oneWay(
    'a property became write-only',
    answer(thing({ a: { type: 'string', writeOnly: true } })),
    answer(thing({ a: text })),
  ),
  ...oneWay(
    'a property of an item removed',
    answer({ type: 'array', items: thing({ a: text }) }),
    answer({ type: 'array', items: thing({ a: text, b: text }) }),
  ),
  holds(
    'a variant removed with its properties',
    answer({ oneOf: [thing({ a: text }, { required: ['a'] }), thing({ b: text }, { required: ['b'] })] }),
    answer({ oneOf: [thing({ a: text }, { required: ['a'] })] }),
  ),
  breaks(
    'an enum value added',
    answer({ type: 'string', enum: ['a'] }),
    answer({ type: 'string', enum: ['a', 'b'] }),
  ),
  holds(
    'an enum value added where more was announced',
    answer({ type: 'string', enum: ['a'], 'x-extensible-enum': true }),
    answer({ type: 'string', enum: ['a', 'b'], 'x-extensible-enum': true }),
  ),
  ...oneWay(
    'a media type of an answer removed',
    answers({ 200: json(text) }),
    answers({
      200: { description: 'ok', content: { 'application/json': { schema: text }, 'text/csv': {} } },
    }),
  ),
  breaks('all content removed', answers({ 200: json(text) }), answers({ 200: { description: 'ok' } })),
  holds(
    'a more special media type',
    answers({ 200: { description: 'ok', content: { 'application/json': { schema: text } } } }),
    answers({ 200: { description: 'ok', content: { 'application/problem+json': { schema: text } } } }),
  ),
  ...oneWay(
    'the schema of an answer removed',
    answers({ 200: { description: 'ok', content: { 'application/json': {} } } }),
    answers({ 200: json(text) }),
  ),
  ...oneWay('a header removed', withHeaders({}), withHeaders({ 'X-Rate': { schema: whole } })),
  ...oneWay(
    'a header became optional',
    withHeaders({ 'X-Rate': { schema: whole } }),
    withHeaders({ 'X-Rate': { required: true, schema: whole } }),
  ),
  ...oneWay(
    'a header may be any text',
    withHeaders({ 'X-Rate': { schema: text } }),
    withHeaders({ 'x-rate': { schema: whole } }),
  ),
  ...oneWay(
    'a header may be of another type, too',
    withHeaders({ 'X-Rate': { required: true, schema: { type: ['integer', 'boolean'] } } }),
    withHeaders({ 'X-Rate': { required: true, schema: whole } }),
  ),
  ...oneWay(
    'a media type became a range',
    answers({ 200: { description: 'ok', content: { 'application/*': { schema: text } } } }),
    answers({ 200: { description: 'ok', content: { 'application/json': { schema: text } } } }),
  ),
  breaks(
    'the body of an error reads differently',
    answers({ 200: json(text), 400: json(thing({ m: text }, { required: ['m'] })) }),
    answers({ 200: json(text), 400: json(thing({ n: text })) }),
  ),
  holds('an error more', answers({ 200: json(text) }), answers({ 200: json(text), 429: json(text) })),
  holds(
    'a default answer more',
    answers({ 200: json(text) }),
    answers({ 200: json(text), default: json(text) }),
  ),
  ...never(
    'a header behind a reference',
    withHeaders({ 'X-Rate': { schema: whole } }),
    one(
      {
        responses: {
          200: { description: 'ok', headers: { 'X-Rate': { $ref: '#/components/headers/Rate' } } },
        },
      },
      { components: { headers: { Rate: { schema: whole } } } },
    ),
  ),
  ...never(
    'an answer behind a reference',
    answers({ 200: json(text) }),
    one(
      { responses: { 200: { $ref: '#/components/responses/Ok' } } },
      { components: { responses: { Ok: json(text) } } },
    ),
  ),
  holds(
    'content where there was none',
    answers({ 200: { description: 'ok' } }),
    answers({ 200: json(text) }),
  ),
];
