import type { Json, JsonObject } from '../../../src/spec/json.ts';
import { one } from '../api.ts';
import { body, breaks, holds, never, oneWay, text, whole, type OperationRow } from './row.ts';

const form = (schema: Json, encoding?: JsonObject): JsonObject =>
  body({ 'multipart/form-data': { schema, ...(encoding === undefined ? {} : { encoding }) } });

/** What happens to bodies of requests. */
export const bodyRows: readonly OperationRow[] = [
  ...oneWay(
    'the body became required',
    body({ 'application/json': { schema: text } }, { required: true }),
    body({ 'application/json': { schema: text } }),
  ),
  holds('an optional body added', one({}), body({ 'application/json': { schema: text } })),
  breaks(
    'a required body added',
    one({}),
    body({ 'application/json': { schema: text } }, { required: true }),
  ),
  breaks('the body removed', body({ 'application/json': { schema: text } }), one({})),
  ...oneWay(
    'a media type removed',
    body({ 'application/json': {} }),
    body({ 'application/json': {}, 'application/xml': {} }),
  ),
  ...never(
    'a charset said',
    body({ 'application/json': {} }),
    body({ 'application/json; charset=utf-8': {} }),
  ),
  holds(
    'a media range',
    body({ 'application/json': { schema: text } }),
    body({ 'application/*': { schema: text } }),
  ),
  breaks(
    'a media range narrowed',
    body({ '*/*': { schema: text } }),
    body({ 'application/json': { schema: text } }),
  ),
  ...oneWay(
    'a schema where there was none',
    body({ 'application/json': { schema: text } }),
    body({ 'application/json': {} }),
  ),
  ...oneWay(
    'a number where text was, in a form',
    form({ type: 'object', properties: { a: whole } }),
    form({ type: 'object', properties: { a: text } }),
  ),
  ...oneWay(
    'the media type of a part narrowed',
    form({ type: 'object', properties: { f: text } }, { f: { contentType: 'image/png' } }),
    form({ type: 'object', properties: { f: text } }, { f: { contentType: 'image/png, image/jpeg' } }),
  ),
  ...never(
    'a property removed from an open request',
    body({ 'application/json': { schema: { type: 'object', properties: { a: text } } } }),
    body({ 'application/json': { schema: { type: 'object', properties: { a: text, b: text } } } }),
  ),
  breaks(
    'a property removed from a closed request',
    body({
      'application/json': {
        schema: { type: 'object', properties: { a: text, b: text }, additionalProperties: false },
      },
    }),
    body({
      'application/json': {
        schema: { type: 'object', properties: { a: text }, additionalProperties: false },
      },
    }),
  ),
  breaks(
    'a property renamed, required',
    body({ 'application/json': { schema: { type: 'object', properties: { a: text }, required: ['a'] } } }),
    body({ 'application/json': { schema: { type: 'object', properties: { b: text }, required: ['b'] } } }),
  ),
  breaks(
    'a property became read-only',
    body({ 'application/json': { schema: { type: 'object', properties: { a: text } } } }),
    body({
      'application/json': {
        schema: { type: 'object', properties: { a: { type: 'string', readOnly: true } } },
      },
    }),
  ),
  breaks(
    'a required read-only property can be sent',
    body({
      'application/json': {
        schema: { type: 'object', properties: { a: { type: 'string', readOnly: true } }, required: ['a'] },
      },
    }),
    body({ 'application/json': { schema: { type: 'object', properties: { a: text }, required: ['a'] } } }),
  ),
  ...never(
    'a read-only property changed',
    body({
      'application/json': {
        schema: { type: 'object', properties: { a: { type: 'string', readOnly: true } } },
      },
    }),
    body({
      'application/json': {
        schema: {
          type: 'object',
          properties: { a: { type: 'string', readOnly: true, maxLength: 3 } },
          required: ['a'],
        },
      },
    }),
  ),
  breaks(
    'the default of an optional property',
    body({
      'application/json': { schema: { type: 'object', properties: { a: { type: 'string', default: 'x' } } } },
    }),
    body({
      'application/json': { schema: { type: 'object', properties: { a: { type: 'string', default: 'y' } } } },
    }),
  ),
];
