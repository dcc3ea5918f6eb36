import type { Json, JsonObject } from '../../../src/spec/json.ts';
import { type Edition, fields, json, ref, words } from './parts.ts';

/**
 * In the idiom of a house that serves language models: OpenAPI 3.1 with unions of everything, events streamed
 * as a union told apart by `type`, open lists of names, filters made of filters, and forms with files.
 */
export function assistant({ resources, revised }: Edition): JsonObject {
  const paths: Record<string, Json> = {};
  const schemas: Record<string, Json> = { ...shared(), ...events(resources) };
  for (let index = 0; index < resources; index += 1) {
    schemas[`Tool${index}`] = tool(index, revised && index === 2);
    schemas[`Response${index}`] = response(index, resources, revised && index === 3);
    paths[`/answers${index}`] = operations(index, revised && index === 3);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Assistant API', version: revised ? '3.0.0' : '2.3.0', license: { name: 'MIT' } },
    servers: [{ url: 'https://api.assistant.example/v1' }],
    tags: [{ name: 'Answers', description: words }],
    security: [{ ApiKeyAuth: [] }],
    paths,
    components: { schemas, securitySchemes: { ApiKeyAuth: { type: 'http', scheme: 'bearer' } } },
    'x-meta': { navigationGroups: [{ id: 'answers', title: 'Answers' }] },
  };
}

const nullable = (schema: Json): Json => ({ anyOf: [schema, { type: 'null' }] });

function shared(): Record<string, Json> {
  return {
    ModelIds: { anyOf: [{ type: 'string' }, { type: 'string', enum: ['small', 'large', 'large-2025'] }] },
    Metadata: nullable({ type: 'object', description: words, additionalProperties: { type: 'string' } }),
    ComparisonFilter: {
      type: 'object',
      additionalProperties: false,
      title: 'Comparison Filter',
      properties: {
        type: { type: 'string', default: 'eq', enum: ['eq', 'ne', 'gt', 'in'] },
        key: { type: 'string' },
        value: {
          oneOf: [
            { type: 'string' },
            { type: 'number' },
            { type: 'boolean' },
            { type: 'array', items: { oneOf: [{ type: 'string' }, { type: 'number' }] } },
          ],
        },
      },
      required: ['type', 'key', 'value'],
      'x-meta': { name: 'ComparisonFilter' },
    },
    CompoundFilter: {
      type: 'object',
      additionalProperties: false,
      title: 'Compound Filter',
      properties: {
        type: { type: 'string', enum: ['and', 'or'] },
        filters: {
          type: 'array',
          items: {
            oneOf: [ref('ComparisonFilter'), ref('CompoundFilter')],
            discriminator: { propertyName: 'type' },
          },
        },
      },
      required: ['type', 'filters'],
    },
    Input: {
      oneOf: [
        { type: 'string', default: '', example: 'A text.' },
        { type: 'array', minItems: 1, maxItems: 2048, items: { type: 'string' } },
        { type: 'array', minItems: 1, items: { type: 'integer' } },
        { type: 'array', minItems: 1, items: { type: 'array', minItems: 1, items: { type: 'integer' } } },
      ],
    },
    Error: {
      type: 'object',
      properties: {
        code: nullable({ type: 'string' }),
        message: { type: 'string' },
        param: { type: ['string', 'null'] },
      },
      required: ['code', 'message', 'param'],
    },
  };
}

/** Events of a stream, told apart by a constant. */
function events(count: number): Record<string, Json> {
  const names = Array.from({ length: count }, (_, index) => `Event${index}`);
  const each = names.map((name, index): [string, Json] => [
    name,
    {
      type: 'object',
      properties: {
        type: { type: 'string', enum: [`answer.event_${index}`], 'x-stainless-const': true },
        sequence_number: { type: 'integer' },
        delta: { type: 'string' },
        logprobs: nullable({ type: 'array', items: { type: 'number' } }),
      },
      required: ['type', 'sequence_number', 'delta'],
    },
  ]);
  return {
    ...Object.fromEntries(each),
    StreamEvent: { anyOf: names.map(ref), discriminator: { propertyName: 'type' } },
  };
}

function tool(index: number, isRevised: boolean): Json {
  return {
    type: 'object',
    title: `Tool ${index}`,
    properties: {
      type: { type: 'string', enum: [`tool_${index}`], default: `tool_${index}`, 'x-stainless-const': true },
      filters: nullable({ anyOf: [ref('ComparisonFilter'), ref('CompoundFilter')] }),
      max_results: { type: 'integer', minimum: 1, maximum: isRevised ? 20 : 50 },
      parameters: nullable({ type: 'object', additionalProperties: {}, 'x-map': true }),
      ...fields(6, (at) => [`option_${at}`, { type: 'string', description: words }]),
    },
    required: ['type'],
  };
}

function response(index: number, resources: number, isRevised: boolean): Json {
  return {
    allOf: [
      { type: 'object', properties: { metadata: ref('Metadata'), model: ref('ModelIds') } },
      {
        type: 'object',
        properties: {
          id: { type: 'string' },
          object: { type: 'string', const: `answer_${index}` },
          status: { type: 'string', enum: ['completed', 'failed', ...(isRevised ? ['queued'] : [])] },
          tools: {
            type: 'array',
            items: {
              oneOf: [index, (index + 1) % resources, (index + 2) % resources].map((at) => ref(`Tool${at}`)),
              discriminator: { propertyName: 'type' },
            },
          },
          temperature: { type: ['number', 'null'], minimum: 0, maximum: 2, default: 1 },
          error: nullable(ref('Error')),
          tool_choice: { oneOf: [{ type: 'string', enum: ['none', 'auto'] }, ref(`Tool${index}`)] },
        },
        required: ['id', 'object', 'status', 'error'],
      },
    ],
  };
}

function operations(index: number, isRevised: boolean): JsonObject {
  return {
    post: {
      operationId: `createAnswer${index}`,
      tags: ['Answers'],
      summary: words,
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              properties: {
                input: ref('Input'),
                model: ref('ModelIds'),
                tools: { type: 'array', items: ref(`Tool${index}`) },
                stop: {
                  anyOf: [
                    { type: 'string', default: '<|end|>', nullable: true },
                    { type: 'array', minItems: 1, maxItems: 4, items: { type: 'string' } },
                  ],
                },
                user: { type: 'string', deprecated: true },
              },
              required: ['input', ...(isRevised ? ['model'] : [])],
            },
          },
          'multipart/form-data': {
            schema: {
              type: 'object',
              additionalProperties: false,
              properties: { file: { type: 'string', format: 'binary' }, purpose: { type: 'string' } },
              required: ['file'],
            },
          },
        },
      },
      responses: {
        '200': {
          description: 'OK',
          content: {
            ...(json(ref(`Response${index}`)).content as JsonObject),
            'text/event-stream': { schema: ref('StreamEvent') },
          },
        },
      },
      'x-meta': { name: 'Create an answer', examples: { request: { curl: 'curl -d {}' }, response: '' } },
    },
  };
}
