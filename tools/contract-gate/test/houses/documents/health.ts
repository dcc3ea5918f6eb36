import type { Json, JsonObject } from '../../../src/spec/json.ts';
import { described, type Edition, fields, json, ref, words } from './parts.ts';

/**
 * In the idiom of a health record: hundreds of resources that hold each other, a discriminator over all of
 * them, a twin with an underscore for every field, long patterns, operations whose paths begin with `$`,
 * names in other scripts.
 */
export function health({ resources, revised }: Edition): JsonObject {
  const names = Array.from({ length: resources }, (_, index) => `Resource${index}`);
  const schemas: Record<string, Json> = { ...types(), ...lists(names) };
  const paths: Record<string, Json> = {};
  for (const [index, name] of names.entries()) {
    schemas[name] = resource(names, index, revised);
    addPaths(paths, name, revised && index === 2);
  }
  return {
    openapi: '3.0.3',
    info: {
      title: 'Health 健康',
      version: revised ? '5.1.0' : '5.0.0',
      description: 'Größe, Länge, 名前: déjà vu',
    },
    servers: [{ url: '/fhir' }],
    paths,
    components: {
      schemas,
      parameters: {
        _format: {
          name: '_format',
          in: 'query',
          schema: { type: 'string', enum: ['json', 'xml', 'application/fhir+json'] },
        },
        session: { name: 'session', in: 'cookie', schema: { type: 'string' } },
      },
      responses: {
        Error: described('failed', json(ref('OperationOutcome'), 'application/fhir+json')),
      },
    },
  };
}

/** The patterns that such documents have: long alternatives, Unicode classes, looking ahead. */
const patterns = {
  date: '^([0-9]([0-9]([0-9][1-9]|[1-9]0)|[1-9]00)|[1-9]000)(-(0[1-9]|1[0-2])(-(0[1-9]|[1-2][0-9]|3[0-1]))?)?$',
  instant:
    '^([0-9]([0-9]([0-9][1-9]|[1-9]0)|[1-9]00)|[1-9]000)-(0[1-9]|1[0-2])-(0[1-9]|[1-2][0-9]|3[0-1])T([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\\.[0-9]+)?(Z|(\\+|-)((0[0-9]|1[0-3]):[0-5][0-9]|14:00))$',
  code: '^[^\\s]+(\\s[^\\s]+)*$',
  oid: '^urn:oid:[0-2](\\.(0|[1-9][0-9]*))+$',
  name: "^[\\p{L}\\p{M}][\\p{L}\\p{M}\\s.'-]*$",
  secret: '^(?=.*[A-Z])(?=.*\\d)[^\\r\\n]{8,}$',
  base64: '^(\\s*([0-9a-zA-Z\\+/=]){4}\\s*)+$',
};

function types(): JsonObject {
  return {
    date: { type: 'string', pattern: patterns.date },
    instant: { type: 'string', pattern: patterns.instant, format: 'date-time' },
    code: { type: 'string', pattern: patterns.code },
    positiveInt: { type: 'number', pattern: '^[1-9][0-9]*$', minimum: 1 },
    xhtml: { type: 'string', description: 'xhtml' },
    Größe: {
      type: 'object',
      properties: { länge: { type: 'number' }, 単位: { type: 'string', enum: ['センチ', 'メートル'] } },
    },
    Element: {
      type: 'object',
      properties: { id: { type: 'string' }, extension: { type: 'array', items: ref('Extension') } },
    },
    Extension: {
      allOf: [
        ref('Element'),
        {
          type: 'object',
          required: ['url'],
          properties: {
            url: { type: 'string', pattern: '\\S*' },
            valueCode: ref('code'),
            valueDate: ref('date'),
            valueReference: ref('Reference'),
            valueOid: { type: 'string', pattern: patterns.oid },
            valueName: { type: 'string', pattern: patterns.name },
            valueSecret: { type: 'string', pattern: patterns.secret },
            valueBase64Binary: { type: 'string', pattern: patterns.base64 },
          },
        },
      ],
    },
    Reference: {
      type: 'object',
      properties: {
        reference: { type: 'string' },
        _reference: ref('Element'),
        identifier: {
          type: 'object',
          properties: { system: { type: 'string' }, assigner: ref('Reference') },
        },
      },
    },
    OperationOutcome: {
      type: 'object',
      required: ['resourceType', 'issue'],
      properties: {
        resourceType: { type: 'string', enum: ['OperationOutcome'] },
        issue: {
          type: 'array',
          minItems: 1,
          items: { type: 'object', properties: { severity: ref('code') } },
        },
      },
    },
  };
}

function lists(names: readonly string[]): JsonObject {
  return {
    ResourceList: {
      oneOf: names.map(ref),
      discriminator: {
        propertyName: 'resourceType',
        mapping: Object.fromEntries(names.map((name) => [name, `#/components/schemas/${name}`])),
      },
    },
    Bundle: {
      type: 'object',
      required: ['resourceType'],
      properties: {
        resourceType: { type: 'string', enum: ['Bundle'] },
        entry: {
          type: 'array',
          items: {
            type: 'object',
            properties: { fullUrl: { type: 'string', format: 'uri' }, resource: ref('ResourceList') },
            additionalProperties: false,
          },
        },
      },
    },
  };
}

function resource(names: readonly string[], index: number, revised: boolean): JsonObject {
  const name = names[index] ?? '';
  const other = names[(index * 7 + 3) % names.length] ?? name;
  return {
    description: words,
    type: 'object',
    required: ['resourceType'],
    additionalProperties: false,
    properties: {
      resourceType: { type: 'string', enum: [name] },
      id: { type: 'string', pattern: '^[A-Za-z0-9\\-\\.]{1,64}$' },
      language: ref('code'),
      _language: ref('Element'),
      contained: { type: 'array', items: ref('ResourceList') },
      extension: { type: 'array', items: ref('Extension') },
      birthDate: ref('date'),
      _birthDate: ref('Element'),
      height: ref('Größe'),
      related: { allOf: [ref(other)], nullable: true, description: words },
      rank: { ...ref('positiveInt') },
      'value[x]': { anyOf: [{ type: 'boolean' }, { type: 'string' }, ref('Reference')] },
      gender: {
        type: 'string',
        enum: ['male', 'female', 'other', 'unknown', ...(revised && index === 1 ? ['none'] : [])],
      },
      ...fields(10, (at) => [
        `field${at}`,
        { type: 'array', items: at % 2 === 0 ? ref('Reference') : { type: 'string' } },
      ]),
    },
  };
}

function addPaths(paths: Record<string, Json>, name: string, changed: boolean): void {
  const fhir = 'application/fhir+json';
  const format = { $ref: '#/components/parameters/_format' };
  const date = {
    name: 'date',
    in: 'query',
    style: 'form',
    explode: false,
    schema: { type: 'array', items: { type: 'string', ...(changed ? { maxLength: 30 } : {}) } },
  };
  paths[`/${name}`] = {
    get: {
      operationId: `search${name}`,
      parameters: [
        format,
        { $ref: '#/components/parameters/session' },
        date,
        { name: 'name:exact', in: 'query', schema: { type: 'string' } },
      ],
      responses: {
        '200': described('found', json(ref('Bundle'), fhir)),
        default: { $ref: '#/components/responses/Error' },
      },
    },
    post: {
      operationId: `create${name}`,
      requestBody: {
        required: true,
        content: { [fhir]: { schema: ref(name) }, 'application/fhir+xml': { schema: ref('xhtml') } },
      },
      responses: {
        '201': described('made', json(ref(name), fhir)),
        '4XX': { $ref: '#/components/responses/Error' },
      },
    },
  };
  paths[`/${name}/{id}/$everything`] = {
    get: {
      operationId: `${name}-everything`,
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
      responses: { '200': described('all', json(ref('Bundle'), fhir)) },
    },
  };
}
