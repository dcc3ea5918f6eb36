import type { JsonObject } from '../../../src/spec/json.ts';
import { api, parameters } from '../api.ts';
import { always, breaks, holds, never, ok, oneWay, text, thing, whole, type OperationRow } from './row.ts';

const query = (more: JsonObject = {}): JsonObject => ({ name: 'q', in: 'query', schema: text, ...more });
const header = (more: JsonObject = {}): JsonObject => ({
  name: 'X-Tenant',
  in: 'header',
  schema: text,
  ...more,
});
const named = (schema: JsonObject, more: JsonObject = {}): JsonObject =>
  parameters([query({ schema, ...more })]);
const deep = (schema: JsonObject): JsonObject => named(schema, { style: 'deepObject' });

/** What happens to parameters. */
export const parameterRows: readonly OperationRow[] = [
  ...oneWay('an optional query parameter removed', parameters([]), parameters([query()])),
  ...always(
    'a required query parameter added or removed',
    parameters([]),
    parameters([query({ required: true })]),
  ),
  breaks('a required header added', parameters([]), parameters([header({ required: true })])),
  ...oneWay(
    'a query parameter became required',
    parameters([query({ required: true })]),
    parameters([query()]),
  ),
  ...oneWay(
    'a cookie became required',
    parameters([{ name: 'c', in: 'cookie', required: true, schema: text }]),
    parameters([{ name: 'c', in: 'cookie', schema: text }]),
  ),
  ...always(
    'a parameter moved',
    parameters([query()]),
    parameters([{ name: 'q', in: 'header', schema: text }]),
  ),
  ...oneWay(
    'a required parameter for all operations of a path',
    api({ '/things': { parameters: [query({ required: true })], get: ok } }),
    parameters([query()]),
  ),
  ...oneWay(
    'an enum in an object of the query loses a value',
    deep(thing({ a: { enum: ['x'] } })),
    deep(thing({ a: { enum: ['x', 'y'] } })),
  ),
  ...oneWay(
    'a property of an object in the query became required',
    deep(thing({ a: text }, { required: ['a'] })),
    deep(thing({ a: text })),
  ),
  ...never('a property more in an object of the query', deep(thing({})), deep(thing({ a: text }))),
  ...never('not required, said or not', parameters([query()]), parameters([query({ required: false })])),
  ...never('a header in other letters', parameters([header()]), parameters([header({ name: 'x-tenant' })])),
  ...never('parameters in another order', parameters([query(), header()]), parameters([header(), query()])),
  ...never(
    'parameters moved to the path',
    parameters([query()]),
    api({ '/things': { parameters: [query()], get: ok } }),
  ),
  ...never(
    'a parameter behind a reference',
    parameters([query()]),
    api(
      { '/things': { get: { ...ok, parameters: [{ $ref: '#/components/parameters/Q' }] } } },
      { components: { parameters: { Q: query() } } },
    ),
  ),
  ...oneWay('a number where text was', named(whole), named(text)),
  ...oneWay('a truth value where text was', named({ type: 'boolean' }), named(text)),
  ...oneWay(
    'an enum value of a parameter removed',
    named({ type: 'string', enum: ['a'] }),
    named({ type: 'string', enum: ['a', 'b'] }),
  ),
  ...oneWay('a maximum set', named({ type: 'integer', maximum: 9 }), named(whole)),
  ...oneWay('no longer nullable', named(text), named({ type: ['string', 'null'] })),
  ...oneWay(
    'items narrowed',
    named({ type: 'array', items: { type: 'string', enum: ['a'] } }),
    named({ type: 'array', items: text }),
  ),
  breaks(
    'the default changed',
    named({ type: 'integer', default: 10 }),
    named({ type: 'integer', default: 50 }),
  ),
  ...never('a default set', named(whole), named({ type: 'integer', default: 10 })),
  holds(
    'the default of a required parameter',
    named({ type: 'integer', default: 1 }, { required: true }),
    named({ type: 'integer', default: 2 }, { required: true }),
  ),
  ...always(
    'explode of a list',
    named({ type: 'array', items: text }, { explode: false }),
    named({ type: 'array', items: text }),
  ),
  ...never('explode of one value', named(text, { explode: false }), named(text, { explode: true })),
  ...never(
    'the default style said',
    named({ type: 'array', items: text }),
    named({ type: 'array', items: text }, { style: 'form', explode: true }),
  ),
  ...always(
    'style of a list',
    named({ type: 'array', items: text }, { style: 'pipeDelimited', explode: false }),
    named({ type: 'array', items: text }, { style: 'form', explode: false }),
  ),
  ...always(
    'style of a path parameter',
    parameters(
      [{ name: 'id', in: 'path', required: true, style: 'label', schema: text }],
      '3.1.0',
      '/a/{id}',
    ),
    parameters([{ name: 'id', in: 'path', required: true, schema: text }], '3.1.0', '/a/{id}'),
  ),
  ...always(
    'JSON in a parameter',
    named(text),
    parameters([{ name: 'q', in: 'query', content: { 'application/json': { schema: text } } }]),
  ),
  ...oneWay(
    'JSON in a parameter narrowed',
    parameters([{ name: 'q', in: 'query', content: { 'application/json': { schema: whole } } }]),
    parameters([{ name: 'q', in: 'query', content: { 'application/json': { schema: { type: 'number' } } } }]),
  ),
  ...oneWay('an empty value refused', named(text), named(text, { allowEmptyValue: true })),
  ...oneWay(
    'an extensible enum loses a value',
    named({ type: 'string', 'x-extensible-enum': ['a'] }),
    named({ type: 'string', 'x-extensible-enum': ['a', 'b'] }),
  ),
];
