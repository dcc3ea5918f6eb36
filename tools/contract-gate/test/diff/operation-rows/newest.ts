import type { JsonObject } from '../../../src/spec/json.ts';
import { api } from '../api.ts';
import { breaks, holds, never, ok, oneWay, text, thing, whole, type OperationRow } from './row.ts';

const version = { openapi: '3.2.0' };
const operation = (more: JsonObject): JsonObject => api({ '/a': { post: { ...ok, ...more } } }, version);
const sent = (media: JsonObject): JsonObject =>
  operation({ requestBody: { required: true, content: { 'application/jsonl': media } } });
const answered = (media: JsonObject): JsonObject =>
  operation({ responses: { 200: { description: 'ok', content: { 'application/jsonl': media } } } });
const queried = (schema: JsonObject): JsonObject =>
  operation({
    parameters: [
      { name: 'q', in: 'querystring', content: { 'application/x-www-form-urlencoded': { schema } } },
    ],
  });

/** What OpenAPI 3.2 brought. */
export const newestRows: readonly OperationRow[] = [
  ...oneWay(
    '3.2: the items of a stream narrowed',
    sent({ itemSchema: whole }),
    sent({ itemSchema: text }),
  ).map((row) => ({ ...row, breaking: true })),
  ...oneWay('3.2: a schema for items where there was none', sent({ itemSchema: whole }), sent({})),
  breaks('3.2: the schema of items is gone from an answer', answered({ itemSchema: whole }), answered({})),
  holds('3.2: a schema for items of an answer', answered({}), answered({ itemSchema: whole })),
  breaks(
    '3.2: the items of an answer widened',
    answered({ itemSchema: whole }),
    answered({ itemSchema: { type: 'number' } }),
  ),
  breaks('3.2: QUERY became GET', api({ '/a': { query: ok } }, version), api({ '/a': { get: ok } }, version)),
  breaks(
    '3.2: a method of its own is gone',
    api({ '/a': { additionalOperations: { COPY: ok }, get: ok } }, version),
    api({ '/a': { get: ok } }, version),
  ),
  ...oneWay('3.2: the whole query narrowed', queried(thing({ a: whole })), queried(thing({ a: text }))),
  ...never('3.2: a property more in the whole query', queried(thing({})), queried(thing({ a: text }))),
];
