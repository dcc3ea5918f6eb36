import { SeededRandom } from '@enrollkit/base';

import type { Json, JsonObject } from '../../../src/spec/json.ts';
import type { Edition } from './parts.ts';

/**
 * A document in the idiom of a large payment provider: OpenAPI 3.0, resources that refer to each other by an
 * id or as themselves, deep forms in requests, lists, and an error that leads to everything.
 */
export function paymentsDocument({ resources, revised }: Edition): JsonObject {
  const random = new SeededRandom(7);
  const schemas: Record<string, Json> = { error: errorOf(resources) };
  const paths: Record<string, Json> = {};
  for (let index = 0; index < resources; index += 1) {
    const name = `resource_${index}`;
    const changed = revised && index % 17 === 3;
    schemas[name] = resource({ index, resources, random, changed });
    schemas[`deleted_${name}`] = deleted(name);
    for (let part = 0; part < 5; part += 1)
      schemas[`${name}_part_${part}`] = detail({ index, part, resources, random, changed });
    if (index % 2 === 0) addPaths(paths, { name, random, changed });
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Payments', version: revised ? '2026-11-20' : '2026-11-12' },
    servers: [{ url: 'https://api.payments.example/' }],
    security: [{ basicAuth: [] }, { bearerAuth: [] }],
    paths,
    components: {
      schemas,
      securitySchemes: {
        basicAuth: { type: 'http', scheme: 'basic' },
        bearerAuth: { type: 'http', scheme: 'bearer' },
      },
    },
  };
}

interface Place {
  readonly index: number;
  readonly resources: number;
  readonly random: SeededRandom;
  readonly changed: boolean;
}

const words = 'A description of the length that such fields usually have in the documents of providers. ';
const currencies = ['eur', 'gbp', 'jpy', 'usd'];
const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
const text: JsonObject = { type: 'string', maxLength: 5000 };

function expandable(target: string): JsonObject {
  return {
    anyOf: [text, ref(target), ref(`deleted_${target}`)],
    nullable: true,
    description: words,
    'x-expansionResources': { oneOf: [ref(target), ref(`deleted_${target}`)] },
  };
}

function listOf(items: Json): JsonObject {
  return {
    type: 'object',
    required: ['data', 'has_more', 'object', 'url'],
    properties: {
      data: { type: 'array', items, description: words },
      has_more: { type: 'boolean', description: words },
      object: { type: 'string', enum: ['list'] },
      url: { type: 'string', maxLength: 5000, pattern: '^/v1/' },
    },
    'x-expandableFields': ['data'],
  };
}

function scalar(random: SeededRandom, changed: boolean): JsonObject {
  return random.pick<JsonObject>([
    { ...text, nullable: true, description: words },
    { type: 'integer', description: words },
    { type: 'integer', format: 'unix-time', nullable: true, description: words },
    { type: 'boolean', description: words },
    { type: 'string', enum: [...currencies, ...(changed ? ['nok'] : [])], description: words },
    { type: 'object', additionalProperties: { type: 'string', maxLength: 500 }, description: words },
    { type: 'array', items: text, description: words },
  ]);
}

function resource({ index, resources, random, changed }: Place): JsonObject {
  const properties: Record<string, Json> = {
    id: text,
    object: { type: 'string', enum: [`resource_${index}`] },
    livemode: { type: 'boolean' },
    currency: { type: 'string', enum: [...currencies, ...(changed ? ['nok'] : [])] },
    metadata: { type: 'object', additionalProperties: { type: 'string', maxLength: 500 } },
  };
  for (let field = 0; field < 12; field += 1)
    properties[`field_${field}`] = scalar(random, changed && field === 3);
  for (let link = 0; link < 4; link += 1)
    properties[`link_${link}`] = expandable(`resource_${random.below(resources)}`);
  for (let part = 0; part < 5; part += 1)
    properties[`part_${part}`] = {
      anyOf: [ref(`resource_${index}_part_${part}`)],
      nullable: true,
      description: words,
    };
  properties['children'] = listOf(ref(`resource_${random.below(resources)}`));
  properties['source'] = {
    anyOf: [0, 1, 2].map(() => ref(`resource_${random.below(resources)}`)),
    nullable: true,
  };
  if (changed) properties['added'] = { type: 'boolean', description: words };
  return {
    type: 'object',
    title: `Resource ${index}`,
    description: words,
    required: ['id', 'livemode', 'object', ...(changed && index % 2 === 0 ? ['added'] : [])],
    properties,
    'x-expandableFields': ['link_0', 'link_1', 'link_2', 'link_3', 'children'],
    'x-resourceId': `resource_${index}`,
  };
}

function deleted(name: string): JsonObject {
  return {
    type: 'object',
    required: ['deleted', 'id', 'object'],
    properties: {
      deleted: { type: 'boolean', enum: [true] },
      id: text,
      object: { type: 'string', enum: [name] },
    },
  };
}

function detail({ part, resources, random, changed }: Place & { readonly part: number }): JsonObject {
  const properties: Record<string, Json> = {};
  for (let field = 0; field < 7; field += 1)
    properties[`detail_${field}`] = scalar(random, changed && part === 2 && field === 1);
  properties['owner'] = expandable(`resource_${random.below(resources)}`);
  properties['inner'] = { $ref: `#/components/schemas/resource_${random.below(resources)}_part_${part}` };
  return { type: 'object', description: words, properties, 'x-expandableFields': ['owner', 'inner'] };
}

function errorOf(resources: number): JsonObject {
  const inside: Record<string, Json> = {
    code: text,
    type: { type: 'string', enum: ['api_error', 'card_error', 'idempotency_error', 'invalid_request_error'] },
  };
  for (let index = 0; index < Math.min(6, resources); index += 1)
    inside[`resource_${index}`] = ref(`resource_${index}`);
  return {
    type: 'object',
    required: ['error'],
    properties: { error: { type: 'object', required: ['type'], properties: inside } },
  };
}

/** A form inside forms; the empty string takes a value away. */
function form(random: SeededRandom, depth: number, changed: boolean): JsonObject {
  const properties: Record<string, Json> = {};
  for (let field = 0; field < 6; field += 1) {
    const own: JsonObject =
      depth > 0 && field < 2 ? form(random, depth - 1, changed && field === 0) : plain(random, changed);
    properties[`param_${field}`] =
      field % 3 === 1 ? { anyOf: [own, { type: 'string', enum: [''] }], description: words } : own;
  }
  if (changed) properties['param_added'] = { type: 'string', maxLength: 100 };
  return { type: 'object', title: 'params', properties };
}

function plain(random: SeededRandom, changed: boolean): JsonObject {
  return random.pick<JsonObject>([
    { ...text, description: words },
    { type: 'integer', description: words },
    { type: 'boolean', description: words },
    { type: 'number', description: words },
    { type: 'array', items: { type: 'string', maxLength: 5000 } },
    { type: 'string', enum: changed ? [...currencies, 'nok'] : currencies },
  ]);
}

function body(schema: JsonObject): JsonObject {
  return {
    content: {
      'application/x-www-form-urlencoded': {
        encoding: { expand: { explode: true, style: 'deepObject' } },
        schema,
      },
    },
  };
}

function addPaths(
  paths: Record<string, Json>,
  { name, random, changed }: { name: string; random: SeededRandom; changed: boolean },
): void {
  const expand: JsonObject = { type: 'array', items: text, description: words };
  const nothing = body({ type: 'object', properties: {} });
  const written = (): JsonObject => {
    const schema = form(random, 2, changed);
    return body({
      ...schema,
      properties: { ...(schema['properties'] as JsonObject), expand },
      additionalProperties: false,
    });
  };
  const page = ['ending_before', 'starting_after'].map((key) => ({
    in: 'query',
    name: key,
    required: false,
    schema: text,
    style: 'form',
  }));
  const filter = {
    anyOf: [
      {
        type: 'object',
        title: 'range_query_specs',
        properties: { gt: { type: 'integer' }, lt: { type: 'integer' } },
      },
      { type: 'integer' },
    ],
  };
  const created = { in: 'query', name: 'created', schema: filter, explode: true, style: 'deepObject' };
  const limit = { in: 'query', name: 'limit', schema: { type: 'integer' } };
  const id = { in: 'path', name: 'id', required: true, schema: text, style: 'simple' };
  paths[`/v1/${name}`] = {
    get: {
      operationId: `Get_${name}`,
      parameters: [created, limit, ...page],
      requestBody: nothing,
      responses: answers(listOf(ref(name))),
    },
    post: {
      operationId: `Post_${name}`,
      requestBody: { ...written(), required: true },
      responses: answers(ref(name)),
    },
  };
  paths[`/v1/${name}/{id}`] = {
    get: {
      operationId: `Get_${name}_id`,
      parameters: [id],
      requestBody: nothing,
      responses: answers({ anyOf: [ref(name), ref(`deleted_${name}`)] }),
    },
    post: {
      operationId: `Post_${name}_id`,
      parameters: [id],
      requestBody: written(),
      responses: answers(ref(name)),
    },
    delete: {
      operationId: `Delete_${name}_id`,
      parameters: [id],
      requestBody: nothing,
      responses: answers(ref(`deleted_${name}`)),
    },
  };
}

function answers(schema: Json): JsonObject {
  return {
    '200': { description: 'Successful response.', content: { 'application/json': { schema } } },
    default: {
      description: 'Error response.',
      content: { 'application/json': { schema: ref('error') } },
    },
  };
}
