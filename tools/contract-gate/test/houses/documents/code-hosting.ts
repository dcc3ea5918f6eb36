import type { Json, JsonObject } from '../../../src/spec/json.ts';
import { described, type Edition, fields, json, ref, words } from './parts.ts';

/**
 * In the idiom of a house that hosts code: names with hyphens and slashes, shared examples, headers and
 * answers, nullable twins of schemas, `anyOf` that only requires, custom media types and webhooks.
 */
export function codeHosting({ resources, revised }: Edition): JsonObject {
  const paths: Record<string, Json> = {};
  const schemas: Record<string, Json> = { ...shared(), ...events(resources) };
  for (let index = 0; index < resources; index += 1) {
    schemas[`repo-part-${index}`] = part(index, revised && index === 3);
    addPaths(paths, index, revised);
  }
  return {
    openapi: '3.1.0',
    info: {
      version: revised ? '2.0.0' : '1.1.4',
      title: 'Code hosting REST API',
      description: words,
      license: { name: 'MIT', url: 'https://spdx.org/licenses/MIT' },
      'x-source': { revision: 'b1' },
    },
    servers: [{ url: 'https://api.code.example' }],
    paths,
    webhooks: {
      'issues-opened': {
        post: {
          operationId: 'issues/opened',
          summary: 'An issue was opened.',
          'x-hook': { subcategory: 'issues' },
          parameters: [{ name: 'X-Hook-Id', in: 'header', example: '12312312', schema: { type: 'string' } }],
          requestBody: { required: true, ...json(ref('event-0')) },
          responses: { '200': { description: 'taken' } },
        },
      },
    },
    components: {
      schemas,
      examples: {
        'part-items': {
          summary: 'one',
          value: [{ id: 1, 'node-id': 'MDY', '+1': 2, '-1': 0, $ref: 'refs/heads/main' }],
        },
      },
      headers: {
        link: {
          description: words,
          example: '<https://api.code.example/x?page=2>; rel="next"',
          schema: { type: 'string' },
        },
      },
      responses: {
        not_found: described('Resource not found', json(ref('basic-error'))),
        validation_failed: described('Validation failed', json(ref('validation-error'))),
        found: { description: 'Found', headers: { Location: { schema: { type: 'string' } } } },
      },
      parameters: {
        owner: { name: 'owner', description: words, in: 'path', required: true, schema: { type: 'string' } },
        'per-page': {
          name: 'per_page',
          description: words,
          in: 'query',
          schema: { type: 'integer', default: 30 },
        },
        since: {
          name: 'since',
          in: 'query',
          required: false,
          schema: { type: 'string', format: 'date-time' },
          examples: { default: { summary: 'a day', value: '2026-01-01T00:00:00Z' } },
        },
      },
    },
  };
}

const user: JsonObject = {
  type: 'object',
  required: ['login', 'id', 'site_admin', 'url'],
  properties: {
    login: { type: 'string', examples: ['octo'] },
    id: { type: 'integer', format: 'int64', examples: [1] },
    name: { type: ['string', 'null'] },
    url: { type: 'string', format: 'uri' },
    site_admin: { type: 'boolean' },
  },
};

function shared(): JsonObject {
  return {
    'simple-user': { title: 'Simple User', description: words, ...user },
    'nullable-simple-user': { anyOf: [{ title: 'Simple User', ...user }, { type: 'null' }] },
    'basic-error': {
      title: 'Basic Error',
      type: 'object',
      properties: { message: { type: 'string' }, documentation_url: { type: 'string' } },
    },
    'validation-error': {
      type: 'object',
      required: ['message', 'documentation_url'],
      properties: {
        message: { type: 'string' },
        documentation_url: { type: 'string' },
        errors: {
          type: 'array',
          items: {
            type: 'object',
            required: ['code'],
            properties: {
              code: { type: 'string' },
              value: {
                oneOf: [
                  { type: ['string', 'null'] },
                  { type: ['integer', 'null'] },
                  { type: ['array', 'null'], items: { type: 'string' } },
                ],
              },
            },
          },
        },
      },
    },
    'reaction-rollup': {
      type: 'object',
      required: ['url', '+1', '-1'],
      properties: { url: { type: 'string' }, '+1': { type: 'integer' }, '-1': { type: 'integer' } },
    },
    'content-tree': {
      allOf: [
        {
          type: 'object',
          required: ['type', 'size'],
          properties: {
            type: { type: 'string' },
            size: { type: 'integer' },
            entries: { type: 'array', items: ref('content-tree') },
            _links: {
              type: 'object',
              required: ['self'],
              properties: { self: { type: 'string', format: 'uri' }, git: { type: ['string', 'null'] } },
            },
          },
        },
        { type: 'object', required: ['content'], properties: { content: {} } },
      ],
    },
  };
}

function part(index: number, changed: boolean): JsonObject {
  return {
    title: `Part ${index}`,
    type: 'object',
    required: ['id', 'node-id', 'owner'],
    properties: {
      id: { type: 'integer', description: words },
      'node-id': { type: 'string' },
      $ref: { type: 'string', description: 'a property that is called like a keyword' },
      owner: { $ref: '#/components/schemas/simple-user', description: 'a sibling of a reference' },
      assignee: { anyOf: [{ type: 'null' }, ref('simple-user')] },
      closed_by: ref('nullable-simple-user'),
      reactions: ref('reaction-rollup'),
      labels: { type: 'array', items: { oneOf: [{ type: 'string' }, ref('basic-error')] } },
      state: { type: 'string', enum: ['open', 'closed', ...(changed ? ['merged'] : [])] },
      reason: { type: ['string', 'null'], enum: ['completed', 'not_planned', null] },
      security_and_analysis: {
        type: ['object', 'null'],
        properties: { advanced: { type: 'object', properties: { status: { enum: ['on', 'off'] } } } },
      },
      permissions: { type: 'object', additionalProperties: { type: 'string' }, examples: [{ a: 'read' }] },
      previous: { $ref: `#/components/schemas/repo-part-${Math.max(0, index - 1)}` },
      ...fields(8, (at) => [`${at}_url`, { type: 'string', format: 'uri', description: words }]),
    },
  };
}

function events(count: number): JsonObject {
  return fields(Math.min(count, 12), (index) => [
    `event-${index}`,
    {
      title: `event ${index}`,
      type: 'object',
      required: ['action', 'issue'],
      properties: {
        action: { type: 'string', enum: ['opened'] },
        issue: {
          allOf: [
            ref('repo-part-0'),
            { type: 'object', properties: { active_lock_reason: { type: ['string', 'null'] } } },
          ],
        },
        sender: ref('simple-user'),
      },
    },
  ]);
}

function addPaths(paths: Record<string, Json>, index: number, revised: boolean): void {
  const repo = { name: 'repo', in: 'path', required: true, schema: { type: 'string' } };
  const owner = { $ref: '#/components/parameters/owner' };
  paths[`/repos/{owner}/{repo}/parts-${index}`] = {
    get: {
      summary: `List parts ${index}`,
      description: words,
      tags: ['repos'],
      operationId: `repos/list-parts-${index}`,
      externalDocs: { url: 'https://docs.code.example/rest/parts' },
      parameters: [
        owner,
        repo,
        {
          name: 'sort',
          in: 'query',
          schema: { type: 'string', enum: ['created', 'updated'], default: 'created' },
        },
        { $ref: '#/components/parameters/per-page' },
        ...(revised && index === 1 ? [] : [{ $ref: '#/components/parameters/since' }]),
      ],
      responses: {
        '200': {
          description: 'Response',
          content: {
            'application/json': {
              schema: { type: 'array', items: ref(`repo-part-${index}`) },
              examples: { default: { $ref: '#/components/examples/part-items' } },
            },
            'application/vnd.code.star+json': { schema: { type: 'array', items: {} } },
          },
          headers: { Link: { $ref: '#/components/headers/link' } },
        },
        '302': { $ref: '#/components/responses/found' },
        '304': { description: 'Not modified' },
        '404': { $ref: '#/components/responses/not_found' },
        '4XX': { $ref: '#/components/responses/validation_failed' },
      },
      'x-code': { githubCloudOnly: false, previews: [] },
    },
    post: {
      operationId: `repos/create-part-${index}`,
      tags: ['repos'],
      parameters: [owner, repo],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              properties: {
                title: { oneOf: [{ type: 'string' }, { type: 'integer' }] },
                body: { type: 'string' },
                head: { type: 'string', ...(revised && index === 2 ? { maxLength: 20 } : {}) },
                events: { type: 'array', items: { type: 'string' }, default: ['push'] },
              },
              anyOf: [{ required: ['title'] }, { required: ['body'] }],
            },
            examples: { default: { value: { title: 'x' } } },
          },
        },
      },
      responses: {
        '201': {
          description: 'Created',
          headers: { Location: { example: 'https://x', schema: { type: 'string' } } },
          ...json(ref(`repo-part-${index}`)),
        },
        '422': described('Validation failed', json({ anyOf: [ref('validation-error'), ref('basic-error')] })),
      },
    },
  };
  paths[`/repos/{owner}/{repo}/contents-${index}/{path}`] = {
    get: {
      operationId: `repos/get-content-${index}`,
      tags: ['repos'],
      parameters: [owner, repo, { name: 'path', in: 'path', required: true, schema: { type: 'string' } }],
      responses: {
        '200': {
          description: 'Response',
          content: {
            'application/vnd.code.object': { schema: ref('content-tree') },
            'application/json': {
              schema: { oneOf: [ref('content-tree'), { type: 'array', items: ref('content-tree') }] },
            },
            'text/html': { schema: { type: 'string' } },
            'application/octet-stream': {},
          },
        },
        default: { $ref: '#/components/responses/not_found' },
      },
    },
    delete: {
      operationId: `repos/delete-content-${index}`,
      tags: ['repos'],
      parameters: [owner, repo, { name: 'path', in: 'path', required: true, schema: { type: 'string' } }],
      responses: { '204': { description: 'A header with no content is returned.' } },
    },
  };
}
