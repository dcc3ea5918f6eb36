import type { Json, JsonObject } from '../../../src/spec/json.ts';
import { type Edition, fields, json, ref, words } from './parts.ts';

/**
 * In the idiom of a house with an entity model: dotted names, functions in paths, statuses as ranges,
 * entities that inherit from each other by `allOf`, told apart by `@odata.type`, and numbers that may be
 * words.
 */
export function directory({ resources, revised }: Edition): JsonObject {
  const paths: Record<string, Json> = {};
  const schemas: Record<string, Json> = { ...shared(resources) };
  for (let index = 0; index < resources; index += 1) {
    schemas[`house.graph.kind${index}`] = entity(index, revised && index === 3);
    schemas[`house.graph.kind${index}CollectionResponse`] = collection(index);
    addPaths(paths, index, revised);
  }
  return {
    openapi: '3.0.4',
    info: { title: 'OData Service for namespace house.graph', version: revised ? 'v2.0' : 'v1.0' },
    servers: [{ url: 'https://graph.house.example/v1.0/', description: 'Core' }],
    paths,
    components: {
      schemas,
      responses: { error: { description: 'error', ...json(ref('house.graph.ODataErrors.ODataError')) } },
      parameters: {
        top: {
          name: '$top',
          in: 'query',
          description: 'Show only the first n items',
          style: 'form',
          explode: false,
          schema: { minimum: 0, type: 'integer' },
          example: 50,
        },
        filter: { name: '$filter', in: 'query', style: 'form', explode: false, schema: { type: 'string' } },
      },
    },
    security: [{ azureaadv2: [] }],
  };
}

/** A number that JSON cannot write, or one that it can. */
const double: Json = {
  oneOf: [
    { type: 'number', format: 'double', nullable: true },
    { type: 'string', nullable: true },
    { $ref: '#/components/schemas/ReferenceNumeric' },
  ],
};
const orNothing = (name: string): Json => ({ anyOf: [ref(name), { type: 'object', nullable: true }] });

function shared(resources: number): Record<string, Json> {
  const mapping = fields(resources, (index) => [
    `#house.graph.kind${index}`,
    `#/components/schemas/house.graph.kind${index}`,
  ]);
  return {
    ReferenceNumeric: { enum: ['-INF', 'INF', 'NaN'], type: 'string', nullable: true },
    'house.graph.entity': {
      title: 'entity',
      required: ['@odata.type'],
      type: 'object',
      properties: { id: { type: 'string', description: words }, '@odata.type': { type: 'string' } },
      discriminator: { propertyName: '@odata.type', mapping },
    },
    'house.graph.identitySet': {
      title: 'identitySet',
      required: ['@odata.type'],
      type: 'object',
      properties: {
        application: orNothing('house.graph.identitySet'),
        user: orNothing('house.graph.identitySet'),
        '@odata.type': { type: 'string' },
      },
    },
    BaseCollectionPaginationCountResponse: {
      title: 'Base collection pagination and count responses',
      type: 'object',
      properties: {
        '@odata.count': { type: 'integer', format: 'int64', nullable: true },
        '@odata.nextLink': { type: 'string', nullable: true },
      },
    },
    'house.graph.ODataErrors.ODataError': {
      required: ['error'],
      type: 'object',
      properties: {
        error: {
          required: ['code', 'message'],
          type: 'object',
          properties: { code: { type: 'string' }, message: { type: 'string' } },
          additionalProperties: { type: 'object' },
        },
      },
    },
  };
}

function entity(index: number, isRevised: boolean): Json {
  const timestamp = {
    pattern: '^[0-9]{4,}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$',
    type: 'string',
    format: 'date-time',
    nullable: true,
  };
  return {
    allOf: [
      ref('house.graph.entity'),
      {
        title: `kind${index}`,
        required: ['@odata.type'],
        type: 'object',
        properties: {
          createdDateTime: timestamp,
          createdBy: orNothing('house.graph.identitySet'),
          size: {
            maximum: 2147483647,
            minimum: -2147483648,
            type: 'number',
            format: 'int32',
            nullable: true,
          },
          share: double,
          state: {
            title: 'state',
            enum: ['active', 'deleted', ...(isRevised ? ['frozen'] : [])],
            type: 'string',
          },
          content: { type: 'string', format: 'base64url', nullable: true },
          children: {
            type: 'array',
            items: ref(`house.graph.kind${Math.max(index - 1, 0)}`),
            'x-ms-navigationProperty': true,
          },
          ...fields(12, (at) => [`field_${at}`, { type: 'string', description: words, nullable: true }]),
          '@odata.type': { type: 'string', default: `#house.graph.kind${index}` },
        },
      },
    ],
    'x-ms-discriminator-value': `#house.graph.kind${index}`,
  };
}

function collection(index: number): Json {
  return {
    title: `Collection of kind${index}`,
    type: 'object',
    allOf: [
      ref('BaseCollectionPaginationCountResponse'),
      { type: 'object', properties: { value: { type: 'array', items: ref(`house.graph.kind${index}`) } } },
    ],
  };
}

function addPaths(paths: Record<string, Json>, index: number, revised: boolean): void {
  const [name, id] = [
    `kind${index}`,
    { name: `kind${index}-id`, in: 'path', required: true, schema: { type: 'string' } },
  ];
  const answers = (schema: Json): JsonObject => ({
    '2XX': { description: 'Success', ...json(schema) },
    '4XX': { $ref: '#/components/responses/error' },
    '5XX': { $ref: '#/components/responses/error' },
  });
  const top = { $ref: '#/components/parameters/top' };
  paths[`/${name}s`] = {
    description: words,
    get: {
      tags: [`${name}s.${name}`],
      operationId: `${name}s.${name}.List${name}`,
      parameters: [top, { $ref: '#/components/parameters/filter' }],
      responses: answers(ref(`house.graph.${name}CollectionResponse`)),
      'x-ms-pageable': { nextLinkName: '@odata.nextLink', operationName: 'listMore' },
    },
  };
  paths[`/${name}s/{${name}-id}`] = {
    parameters: [{ ...id, 'x-ms-docs-key-type': name }],
    patch: {
      operationId: `${name}s.${name}.Update${name}`,
      requestBody: { description: 'New values', required: true, ...json(ref(`house.graph.${name}`)) },
      responses: { '204': { description: 'Success' }, '4XX': { $ref: '#/components/responses/error' } },
    },
  };
  paths[`/${name}s/{${name}-id}/house.graph.usage(period='{period}')`] = {
    parameters: [
      id,
      { name: 'period', in: 'path', required: true, schema: { type: 'string', nullable: true } },
    ],
    get: {
      operationId: `${name}s.${name}.usage`,
      parameters: revised && index === 1 ? [] : [top],
      responses: answers({ type: 'object', properties: { value: { type: 'array', items: double } } }),
      'x-ms-docs-operation-type': 'function',
    },
  };
}
