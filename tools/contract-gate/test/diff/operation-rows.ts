import type { Json, JsonObject } from '../../src/spec/json.ts';
import { answers, api, json, one, parameters } from './api.ts';

/** What happens to operations, parameters, bodies, answers and security. */
export interface OperationRow {
  readonly name: string;
  readonly base: JsonObject;
  readonly revision: JsonObject;
  readonly breaking: boolean;
}

const breaks = (name: string, base: JsonObject, revision: JsonObject): OperationRow => ({
  name,
  base,
  revision,
  breaking: true,
});
const holds = (name: string, base: JsonObject, revision: JsonObject): OperationRow => ({
  name,
  base,
  revision,
  breaking: false,
});

/** Holds one way, breaks the other. */
const oneWay = (name: string, narrow: JsonObject, wide: JsonObject): OperationRow[] => [
  breaks(name, wide, narrow),
  holds(`back: ${name}`, narrow, wide),
];
const never = (name: string, base: JsonObject, revision: JsonObject): OperationRow[] => [
  holds(name, base, revision),
  holds(`back: ${name}`, revision, base),
];
const always = (name: string, base: JsonObject, revision: JsonObject): OperationRow[] => [
  breaks(name, base, revision),
  breaks(`back: ${name}`, revision, base),
];

const text = { type: 'string' };
const whole = { type: 'integer' };
const ok: JsonObject = { responses: { 200: { description: 'ok' } } };
const query = (more: JsonObject = {}): JsonObject => ({ name: 'q', in: 'query', schema: text, ...more });
const header = (more: JsonObject = {}): JsonObject => ({
  name: 'X-Tenant',
  in: 'header',
  schema: text,
  ...more,
});
const named = (schema: JsonObject, more: JsonObject = {}): JsonObject =>
  parameters([query({ schema, ...more })]);

const paths: readonly OperationRow[] = [
  ...oneWay('a path removed', api({ '/a': { get: ok } }), api({ '/a': { get: ok }, '/b': { get: ok } })),
  ...oneWay('a method removed', api({ '/a': { get: ok } }), api({ '/a': { get: ok, delete: ok } })),
  ...never(
    'a path parameter renamed',
    parameters([{ name: 'id', in: 'path', required: true, schema: text }], '3.1.0', '/a/{id}'),
    parameters([{ name: 'key', in: 'path', required: true, schema: text }], '3.1.0', '/a/{key}'),
  ),
  ...oneWay(
    'a renamed path parameter narrowed',
    parameters(
      [{ name: 'key', in: 'path', required: true, schema: { type: 'string', maxLength: 4 } }],
      '3.1.0',
      '/a/{key}',
    ),
    parameters([{ name: 'id', in: 'path', required: true, schema: text }], '3.1.0', '/a/{id}'),
  ),
  breaks(
    'a deprecated operation removed',
    api({ '/a': { get: { ...ok, deprecated: true } }, '/b': { get: ok } }),
    api({ '/b': { get: ok } }),
  ),
  breaks(
    'removed before its sunset',
    api({ '/a': { get: { ...ok, deprecated: true, 'x-sunset': '2999-01-01' } }, '/b': { get: ok } }),
    api({ '/b': { get: ok } }),
  ),
  holds(
    'removed after its sunset',
    api({ '/a': { get: { ...ok, deprecated: true, 'x-sunset': '2020-01-01' } }, '/b': { get: ok } }),
    api({ '/b': { get: ok } }),
  ),
  ...never('deprecated', api({ '/a': { get: ok } }), api({ '/a': { get: { ...ok, deprecated: true } } })),
  ...never(
    'tags, summary, description',
    api({ '/a': { get: ok } }),
    api({ '/a': { get: { ...ok, tags: ['x'], summary: 's', description: 'd' } } }),
  ),
  ...never(
    'operationId changed',
    api({ '/a': { get: { ...ok, operationId: 'getA' } } }),
    api({ '/a': { get: { ...ok, operationId: 'readA' } } }),
  ),
  holds(
    'a version moved from the server to the paths',
    api({ '/a': { get: ok } }, { servers: [{ url: 'https://example.com/v1' }] }),
    api({ '/v1/a': { get: ok } }, { servers: [{ url: 'https://example.com' }] }),
  ),
  breaks(
    'another server',
    api({ '/a': { get: ok } }, { servers: [{ url: 'https://a.example.com' }] }),
    api({ '/a': { get: ok } }, { servers: [{ url: 'https://b.example.com' }] }),
  ),
  holds(
    'one server more',
    api({ '/a': { get: ok } }, { servers: [{ url: 'https://a.example.com' }] }),
    api(
      { '/a': { get: ok } },
      { servers: [{ url: 'https://a.example.com/' }, { url: 'https://b.example.com' }] },
    ),
  ),
  ...never(
    'info and links',
    api({ '/a': { get: ok } }),
    api(
      {
        '/a': { get: { responses: { 200: { description: 'fine', links: { next: { operationId: 'x' } } } } } },
      },
      { info: { title: 'other', version: '9' } },
    ),
  ),
];

const fields: readonly OperationRow[] = [
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

const body = (content: JsonObject, more: JsonObject = {}): JsonObject =>
  one({ requestBody: { content, ...more } });
const form = (schema: Json, encoding?: JsonObject): JsonObject =>
  body({ 'multipart/form-data': { schema, ...(encoding === undefined ? {} : { encoding }) } });

const bodies: readonly OperationRow[] = [
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

const thing = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  ...more,
});
const answer = (schema: JsonObject): JsonObject => answers({ 200: json(schema) });
const withHeaders = (headers: JsonObject): JsonObject => answers({ 200: { description: 'ok', headers } });

const responses: readonly OperationRow[] = [
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

const cat = thing({ kind: text, meow: text }, { required: ['kind'] });
const dog = thing({ kind: text, bark: text }, { required: ['kind'] });
const pet = (discriminator: JsonObject, schemas: JsonObject = { Cat: cat, Dog: dog }): JsonObject =>
  one(
    { requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } } } },
    {
      components: {
        schemas: {
          ...schemas,
          Pet: {
            oneOf: Object.keys(schemas).map((name) => ({ $ref: `#/components/schemas/${name}` })),
            ...(Object.keys(discriminator).length === 0 ? {} : { discriminator }),
          },
        },
      },
    },
  );
const byKind = { propertyName: 'kind' };

const discriminators: readonly OperationRow[] = [
  ...never('a discriminator added', pet({}), pet(byKind)),
  ...always('its property changed', pet(byKind), pet({ propertyName: 'type' })),
  breaks(
    'a mapping swapped',
    pet({ ...byKind, mapping: { cat: '#/components/schemas/Cat', dog: '#/components/schemas/Dog' } }),
    pet({ ...byKind, mapping: { cat: '#/components/schemas/Dog', dog: '#/components/schemas/Cat' } }),
  ),
  breaks(
    'a mapped value removed',
    pet({ ...byKind, mapping: { cat: '#/components/schemas/Cat', dog: '#/components/schemas/Dog' } }),
    pet({ ...byKind, mapping: { cat: '#/components/schemas/Cat' } }),
  ),
  holds(
    'a mapped value added',
    pet({ ...byKind, mapping: { cat: '#/components/schemas/Cat', dog: '#/components/schemas/Dog' } }),
    pet({
      ...byKind,
      mapping: {
        cat: '#/components/schemas/Cat',
        dog: '#/components/schemas/Dog',
        puppy: '#/components/schemas/Dog',
      },
    }),
  ),
  ...never(
    'the implicit mapping said',
    pet(byKind),
    pet({ ...byKind, mapping: { Cat: '#/components/schemas/Cat', Dog: 'Dog' } }),
  ),
  breaks('a variant told by its schema name was renamed', pet(byKind), pet(byKind, { Cat: cat, Hound: dog })),
];

const bird = thing({ kind: text, wings: whole });
const union = (word: string, ...variants: readonly JsonObject[]): JsonObject => ({ [word]: variants });

const variants: readonly OperationRow[] = [
  ...oneWay(
    'anyOf: an open variant more to read',
    answer(union('anyOf', cat, dog, bird)),
    answer(union('anyOf', cat, dog)),
  ),
  ...oneWay(
    'oneOf: an open variant more to read',
    answer(union('oneOf', cat, dog, bird)),
    answer(union('oneOf', cat, dog)),
  ),
  ...oneWay(
    'anyOf: an open variant can be sent no more',
    body({ 'application/json': { schema: union('anyOf', cat, dog) } }),
    body({ 'application/json': { schema: union('anyOf', cat, dog, bird) } }),
  ),
  breaks('one kind of answer became a union', answer(cat), answer(union('anyOf', cat, dog))),
  holds('a union of answers became one kind', answer(union('anyOf', cat, dog)), answer(cat)),
  ...never(
    'a variant said twice',
    answer(union('anyOf', cat, dog)),
    answer(union('anyOf', cat, dog, thing({ kind: text, meow: text }, { required: ['kind'] }))),
  ),
];

const schemes = {
  components: {
    securitySchemes: {
      key: { type: 'apiKey', in: 'header', name: 'X-Key' },
      basic: { type: 'http', scheme: 'basic' },
      oauth: {
        type: 'oauth2',
        flows: { clientCredentials: { tokenUrl: 'https://example.com', scopes: { read: '', write: '' } } },
      },
    },
  },
};
const secured = (security?: Json, rest: JsonObject = schemes): JsonObject =>
  one(security === undefined ? {} : { security }, rest);

const security: readonly OperationRow[] = [
  ...always('a scheme swapped', secured([{ key: [] }]), secured([{ basic: [] }])),
  ...oneWay('a scope added', secured([{ oauth: ['read', 'write'] }]), secured([{ oauth: ['read'] }])),
  ...oneWay('an alternative removed', secured([{ key: [] }]), secured([{ key: [] }, { basic: [] }])),
  ...oneWay('one scheme more needed', secured([{ key: [], basic: [] }]), secured([{ key: [] }])),
  ...oneWay('security made mandatory', secured([{ key: [] }]), secured()),
  ...oneWay('anonymous no more', secured([{ key: [] }]), secured([{ key: [] }, {}])),
  ...never(
    'the same, said globally',
    secured([{ key: [] }]),
    one({}, { ...schemes, security: [{ key: [] }] }),
  ),
  ...never(
    'a scheme renamed',
    secured([{ key: [] }]),
    secured([{ apiKey: [] }], {
      components: { securitySchemes: { apiKey: { type: 'apiKey', in: 'header', name: 'x-key' } } },
    }),
  ),
  ...always(
    'the key travels elsewhere',
    secured([{ key: [] }]),
    secured([{ key: [] }], {
      components: { securitySchemes: { key: { type: 'apiKey', in: 'query', name: 'X-Key' } } },
    }),
  ),
  ...never(
    'alternatives in another order',
    secured([{ key: [] }, { basic: [] }]),
    secured([{ basic: [] }, { key: [] }]),
  ),
  ...never(
    'an unused scheme',
    secured([{ key: [] }], {
      components: { securitySchemes: { key: schemes.components.securitySchemes.key } },
    }),
    secured([{ key: [] }]),
  ),
];

const webhook = (operation: JsonObject, name = 'done'): JsonObject =>
  api({}, { webhooks: { [name]: { post: { ...ok, ...operation } } } });
const event = (schema: Json): JsonObject =>
  webhook({ requestBody: { required: true, content: { 'application/json': { schema } } } });
const callback = (operation: JsonObject): JsonObject =>
  one({ callbacks: { done: { '{$request.body#/url}': { post: { ...ok, ...operation } } } } });

const inverted: readonly OperationRow[] = [
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

/** A shared schema, and the same thing in two dialects. */
const dialects: readonly OperationRow[] = [
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

/** Every row. */
export const operationRows: readonly OperationRow[] = [
  ...paths,
  ...fields,
  ...bodies,
  ...responses,
  ...discriminators,
  ...variants,
  ...security,
  ...inverted,
  ...dialects,
];
