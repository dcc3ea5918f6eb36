import type { Json, JsonObject } from '../../../src/spec/json.ts';
import { api, json, one } from '../api.ts';
import { ok, oneWay, text, thing, type OperationRow } from './row.ts';

const webhook = (operation: JsonObject, name = 'done'): JsonObject =>
  api({}, { webhooks: { [name]: { post: { ...ok, ...operation } } } });
const event = (schema: Json): JsonObject =>
  webhook({ requestBody: { required: true, content: { 'application/json': { schema } } } });
const callback = (operation: JsonObject): JsonObject =>
  one({ callbacks: { done: { '{$request.body#/url}': { post: { ...ok, ...operation } } } } });

/** What happens where the provider is the one who asks: webhooks and callbacks. */
export const invertedRows: readonly OperationRow[] = [
  ...oneWay('a webhook removed', api({}, { webhooks: {} }), webhook({})),
  ...oneWay(
    'an event loses a required property',
    event(thing({ a: text })),
    event(thing({ a: text }, { required: ['a'] })),
  ),
  ...oneWay(
    'an event gets a new enum value',
    event({ type: 'string', enum: ['a', 'b'] }),
    event({ type: 'string', enum: ['a'] }),
  ),
  ...oneWay(
    'a webhook takes fewer answers',
    webhook({ responses: { 200: { description: 'ok' } } }),
    webhook({ responses: { 200: { description: 'ok' }, 202: { description: 'later' } } }),
  ),
  ...oneWay(
    'a webhook wants more of the answer',
    webhook({ responses: { 200: json(thing({ a: text }, { required: ['a'] })) } }),
    webhook({ responses: { 200: json(thing({ a: text })) } }),
  ),
  ...oneWay('a callback removed', one({}), callback({})),
  ...oneWay(
    'a callback sends a new type',
    callback({
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { type: ['string', 'integer'] } } },
      },
    }),
    callback({ requestBody: { required: true, content: { 'application/json': { schema: text } } } }),
  ),
];
