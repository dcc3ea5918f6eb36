import type { Json, JsonObject } from '../../../src/spec/json.ts';
import { described, type Edition, fields, json, ref, words } from './parts.ts';

/**
 * In the idiom of a messaging provider: OpenAPI 3.0, forms as bodies, names with dots, parameters that end in
 * `<` and `>`, formats of its own, servers for each path, enums as schemas.
 */
export function messaging({ resources, revised }: Edition): JsonObject {
  const schemas: Record<string, Json> = {};
  const paths: Record<string, Json> = {};
  for (let index = 0; index < resources; index += 1) {
    addSchemas(schemas, index, revised && index === 1);
    addPaths(paths, index, revised && index === 2);
  }
  return {
    components: {
      schemas,
      securitySchemes: { accountSid_authToken: { type: 'http', scheme: 'basic' } },
    },
    info: {
      title: 'Messaging - Api',
      description: 'This is the public REST API.',
      termsOfService: 'https://www.messaging.example/legal/tos',
      contact: {
        name: 'Support',
        url: 'https://support.messaging.example',
        email: 'support@messaging.example',
      },
      license: { name: 'Apache 2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0.html' },
      version: revised ? '1.56.0' : '1.55.0',
    },
    openapi: '3.0.1',
    paths,
    servers: [{ url: 'https://api.messaging.example' }],
    tags: [{ name: 'Api20100401Message' }],
    security: [{ accountSid_authToken: [] }],
    'x-maturity': [{ name: 'GA', description: words }],
  };
}

const sid = (letters: string): JsonObject => ({
  type: 'string',
  minLength: 34,
  maxLength: 34,
  pattern: `^${letters}[0-9a-fA-F]{32}$`,
  nullable: true,
  description: words,
});

function addSchemas(schemas: Record<string, Json>, index: number, changed: boolean): void {
  schemas[`message${index}_enum_status`] = {
    type: 'string',
    enum: ['queued', 'sending', 'sent', 'failed', ...(changed ? ['scheduled'] : [])],
  };
  schemas[`api.v2010.account.message${index}`] = {
    type: 'object',
    properties: {
      account_sid: sid('AC'),
      sid: sid('SM|MM'),
      status: {
        $ref: `#/components/schemas/message${index}_enum_status`,
        nullable: true,
        description: words,
      },
      date_created: { type: 'string', format: 'date-time-rfc-2822', nullable: true },
      from: { type: 'string', format: 'phone-number', nullable: true },
      price: { type: 'number', nullable: true },
      price_unit: { type: 'string', format: 'currency', nullable: true },
      subresource_uris: { type: 'object', format: 'uri-map', nullable: true },
      links: { nullable: true, description: words },
      capabilities: {
        type: 'object',
        format: 'phone-number-capabilities',
        nullable: true,
        properties: { mms: { type: 'boolean' }, sms: { type: 'boolean' } },
      },
      ...fields(6, (at) => [
        `error_${at}`,
        { type: 'integer', nullable: true, default: 0, description: words },
      ]),
    },
  };
  schemas[`api.v2010.account.message${index}.media`] = {
    type: 'object',
    properties: { uri: { type: 'string', nullable: true }, content_type: { type: 'string', nullable: true } },
  };
}

function addPaths(paths: Record<string, Json>, index: number, changed: boolean): void {
  const account = {
    name: 'AccountSid',
    in: 'path',
    description: words,
    schema: { ...sid('AC'), nullable: false },
    required: true,
  };
  const query = (name: string, schema: Json): JsonObject => ({
    name,
    in: 'query',
    description: words,
    schema,
    examples: { create: { value: '2026-01-01' } },
  });
  const item = { servers: [{ url: 'https://api.messaging.example' }], description: words };
  paths[`/2010-04-01/Accounts/{AccountSid}/Messages${index}.json`] = {
    ...item,
    'x-hosting': { defaultOutputProperties: ['sid', 'to'], pathType: 'list', parent: '/Accounts/{Sid}.json' },
    post: {
      description: words,
      tags: [`Api20100401Message${index}`],
      parameters: [account],
      responses: {
        '201': {
          ...json(ref(`api.v2010.account.message${index}`)),
          headers: {
            'Access-Control-Allow-Origin': { description: words, schema: { type: 'string' }, example: '*' },
          },
          description: 'Created',
        },
      },
      security: [{ accountSid_authToken: [] }],
      operationId: `CreateMessage${index}`,
      requestBody: {
        content: {
          'application/x-www-form-urlencoded': {
            schema: {
              type: 'object',
              title: `CreateMessage${index}Request`,
              properties: {
                To: { type: 'string', format: 'phone-number', description: words },
                StatusCallback: { type: 'string', format: 'uri' },
                MaxPrice: { type: 'number' },
                MediaUrl: { type: 'array', items: { type: 'string', format: 'uri' }, description: words },
                StatusCallbackMethod: { type: 'string', format: 'http-method', enum: ['GET', 'POST'] },
                Body: { type: 'string', ...(changed ? { maxLength: 1600 } : {}) },
              },
              required: ['To'],
            },
            encoding: { MediaUrl: { style: 'form', explode: true }, PersistentAction: { style: 'form' } },
            examples: { create: { value: { To: '+15558675310' } } },
          },
        },
      },
      'x-maturity': ['GA'],
    },
    get: {
      tags: [`Api20100401Message${index}`],
      parameters: [
        account,
        query('To', { type: 'string', format: 'phone-number' }),
        query('DateSent', { type: 'string', format: 'date-time' }),
        query('DateSent<', { type: 'string', format: 'date-time' }),
        query('DateSent>', { type: 'string', format: 'date-time' }),
        query('PageSize', { type: 'integer', format: 'int64', minimum: 1, maximum: 1000 }),
      ],
      responses: {
        '200': described(
          'OK',
          json({
            type: 'object',
            title: `ListMessage${index}Response`,
            properties: {
              messages: { type: 'array', items: ref(`api.v2010.account.message${index}`) },
              end: { type: 'integer' },
              first_page_uri: { type: 'string', format: 'uri' },
              next_page_uri: { type: 'string', format: 'uri', nullable: true },
            },
          }),
        ),
      },
      operationId: `ListMessage${index}`,
    },
  };
  paths[`/2010-04-01/Accounts/{AccountSid}/Messages${index}/{Sid}.json`] = {
    ...item,
    get: {
      parameters: [
        account,
        { name: 'Sid', in: 'path', schema: { ...sid('SM'), nullable: false }, required: true },
      ],
      responses: { '200': described('OK', json(ref(`api.v2010.account.message${index}`))) },
      operationId: `FetchMessage${index}`,
    },
    delete: {
      parameters: [account, { name: 'Sid', in: 'path', schema: { type: 'string' }, required: true }],
      responses: { '204': { description: 'The resource was deleted successfully.' } },
      operationId: `DeleteMessage${index}`,
    },
  };
}
