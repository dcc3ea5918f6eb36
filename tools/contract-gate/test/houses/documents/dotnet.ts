import type { Json, JsonObject } from '../../../src/spec/json.ts';
import { described, type Edition, fields, ref, words } from './parts.ts';

/**
 * As a .NET service describes itself: no operationIds (or the same twice), `allOf` around nullable
 * references, numbers as enums, names of generic types, four media types for each body, forms with files,
 * bounds of 64 bits.
 */
export function dotnet({ resources, revised }: Edition): JsonObject {
  const schemas: Record<string, Json> = shared();
  const paths: Record<string, Json> = {};
  for (let index = 0; index < resources; index += 1) {
    schemas[`Order${index}Dto`] = order(index, revised && index === 1);
    schemas[generic(index)] = {
      type: 'object',
      properties: {
        items: { type: 'array', items: ref(`Order${index}Dto`), nullable: true },
        totalCount: { type: 'integer', format: 'int64' },
      },
      additionalProperties: false,
    };
    addPaths(paths, index, revised && index === 2);
  }
  return {
    openapi: '3.0.1',
    info: { title: 'Shop.Api, Version=1.0.0.0', version: revised ? 'v1.1' : 'v1' },
    paths,
    components: {
      schemas,
      securitySchemes: {
        Bearer: {
          type: 'apiKey',
          description: 'Please insert JWT with Bearer',
          name: 'Authorization',
          in: 'header',
        },
      },
    },
    security: [{ Bearer: [] }],
  };
}

const generic = (index: number): string =>
  `PagedResult\`1[[Shop.Order${index}Dto, Shop, Version=1.0.0.0, Culture=neutral, PublicKeyToken=null]]`;

function shared(): Record<string, Json> {
  return {
    ProblemDetails: {
      type: 'object',
      properties: {
        type: { type: 'string', nullable: true },
        status: { type: 'integer', format: 'int32', nullable: true },
        detail: { type: 'string', nullable: true },
      },
      additionalProperties: {},
    },
    OrderStatus: {
      enum: [0, 1, 2],
      type: 'integer',
      format: 'int32',
      'x-enumNames': ['Open', 'Paid', 'Shipped'],
    },
    CustomerDto: {
      type: 'object',
      properties: {
        name: { type: 'string', nullable: true, minLength: 1, maxLength: 200 },
        parent: { allOf: [ref('CustomerDto')], nullable: true },
      },
      additionalProperties: false,
    },
    Shape: {
      required: ['$type'],
      type: 'object',
      properties: { $type: { type: 'string' }, area: { type: 'number', format: 'double', readOnly: true } },
      additionalProperties: false,
      discriminator: { propertyName: '$type', mapping: { circle: '#/components/schemas/Circle' } },
    },
    Circle: {
      allOf: [ref('Shape'), { type: 'object', properties: { radius: { type: 'number', format: 'double' } } }],
    },
  };
}

function order(index: number, changed: boolean): JsonObject {
  return {
    type: 'object',
    required: ['id', 'lines'],
    properties: {
      id: { type: 'string', format: 'uuid' },
      number: {
        type: 'integer',
        format: 'int64',
        minimum: -(2 ** 63),
        maximum: 2 ** 63,
      },
      total: { type: 'number', format: 'decimal', minimum: 0, maximum: 1.7976931348623157e308 },
      status: { allOf: [ref('OrderStatus')], ...(changed ? {} : { nullable: true }) },
      customer: { allOf: [ref('CustomerDto')], nullable: true, readOnly: true },
      date: { type: 'string', format: 'date-time', nullable: true },
      duration: { type: 'string', format: 'date-span', example: '00:00:00' },
      shape: { oneOf: [ref('Circle')], nullable: true },
      bytes: { type: 'string', format: 'byte', nullable: true },
      lines: {
        type: 'array',
        items: { type: 'object', properties: { sku: { type: 'string' } }, additionalProperties: false },
      },
      tags: {
        type: 'object',
        additionalProperties: { type: 'string', nullable: true },
        nullable: true,
        default: {},
      },
      next: { $ref: `#/components/schemas/Order${Math.max(0, index - 1)}Dto` },
      ...fields(8, (at) => [`extra${at}`, { type: 'integer', format: 'int32', description: words }]),
    },
    additionalProperties: false,
  };
}

function bodies(schema: Json): JsonObject {
  const types = ['application/json', 'text/json', 'application/*+json', 'text/plain'];
  return { content: Object.fromEntries(types.map((type) => [type, { schema }])) };
}

function addPaths(paths: Record<string, Json>, index: number, changed: boolean): void {
  const problem = described('Bad Request', bodies(ref('ProblemDetails')));
  const id = { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } };
  paths[`/api/Orders${index}`] = {
    get: {
      tags: ['Orders'],
      operationId: 'Get',
      parameters: [
        { name: 'Filter.Name', in: 'query', schema: { type: 'string' } },
        {
          name: 'Filter.Ids',
          in: 'query',
          schema: { type: 'array', items: { type: 'integer', format: 'int64' } },
        },
        {
          name: 'order',
          in: 'query',
          style: 'deepObject',
          explode: true,
          schema: { type: 'object', additionalProperties: { type: 'string' } },
        },
        {
          name: 'api-version',
          in: 'query',
          required: true,
          schema: { type: 'string', default: '1.0', ...(changed ? { enum: ['1.0'] } : {}) },
        },
        { name: 'session', in: 'cookie', schema: { type: 'string' } },
      ],
      responses: { '200': described('Success', bodies(ref(generic(index)))), '400': problem },
    },
    post: {
      tags: ['Orders'],
      requestBody: { ...bodies(ref(`Order${index}Dto`)) },
      responses: {
        '201': described('Created', bodies(ref(`Order${index}Dto`))),
        '400': problem,
        default: problem,
      },
    },
  };
  paths[`/api/Orders${index}/{id}/file`] = {
    put: {
      tags: ['Orders'],
      parameters: [id],
      requestBody: {
        content: {
          'multipart/form-data': {
            schema: {
              required: ['File'],
              type: 'object',
              properties: {
                File: { type: 'string', format: 'binary' },
                Files: { type: 'array', items: { type: 'string', format: 'binary' } },
                'Meta.Title': { type: 'string' },
              },
            },
            encoding: {
              File: { style: 'form' },
              'Meta.Title': { contentType: 'text/plain', headers: { 'X-A': { schema: { type: 'string' } } } },
            },
          },
        },
      },
      responses: { '200': { description: 'Success' } },
    },
    get: {
      tags: ['Orders'],
      operationId: 'Get',
      parameters: [id],
      responses: {
        '200': described('Success', {
          content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
        }),
      },
    },
  };
}
