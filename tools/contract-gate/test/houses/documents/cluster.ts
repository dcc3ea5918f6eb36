import type { Json, JsonObject } from '../../../src/spec/json.ts';
import { described, type Edition, fields, json, ref, words } from './parts.ts';

/**
 * In the idiom of a cluster manager, converted from Swagger 2: names with dots, `allOf` around references for
 * defaults, integers or strings, maps, schemas of schemas with properties named like keywords, many media
 * types for one body.
 */
export function cluster({ resources, revised }: Edition): JsonObject {
  const schemas: Record<string, Json> = meta();
  const paths: Record<string, Json> = {
    '/.well-known/openid-configuration/': {
      get: {
        description: 'get service account issuer OpenID configuration',
        operationId: 'getServiceAccountIssuerOpenIDConfiguration',
        responses: {
          '200': described('OK', json({ type: 'string' })),
          '401': { description: 'Unauthorized' },
        },
        tags: ['WellKnown'],
      },
    },
  };
  for (let index = 0; index < resources; index += 1) {
    addKind(schemas, index, revised && index === 2);
    addPaths(paths, `Kind${index}`);
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Cluster', version: revised ? 'v1.31.1' : 'v1.31.0' },
    paths,
    components: {
      schemas,
      securitySchemes: {
        BearerToken: { description: 'Bearer Token', in: 'header', name: 'authorization', type: 'apiKey' },
      },
    },
    security: [{ BearerToken: [] }],
  };
}

const core = 'io.cluster.api.core.v1';
const machinery = 'io.cluster.apimachinery.pkg.apis.meta.v1';
const wrapped = (name: string): JsonObject => ({ allOf: [ref(name)], default: {}, description: words });

function meta(): Record<string, Json> {
  return {
    [`${machinery}.ObjectMeta`]: {
      description: words,
      type: 'object',
      properties: {
        annotations: { additionalProperties: { type: 'string', default: '' }, type: 'object' },
        creationTimestamp: { allOf: [ref(`${machinery}.Time`)], description: words },
        finalizers: {
          items: { type: 'string', default: '' },
          type: 'array',
          'x-cluster-list-type': 'set',
          'x-cluster-patch-strategy': 'merge',
        },
        generation: { format: 'int64', type: 'integer' },
        managedFields: { items: wrapped(`${machinery}.ManagedFieldsEntry`), type: 'array' },
        name: { type: 'string' },
      },
    },
    [`${machinery}.ManagedFieldsEntry`]: {
      type: 'object',
      properties: {
        fieldsV1: { allOf: [ref(`${machinery}.FieldsV1`)] },
        operation: { type: 'string' },
      },
    },
    [`${machinery}.FieldsV1`]: { description: words, type: 'object' },
    [`${machinery}.Time`]: { description: words, format: 'date-time', type: 'string' },
    [`${machinery}.Patch`]: { description: words, type: 'object' },
    [`${machinery}.Status`]: {
      type: 'object',
      properties: {
        code: { format: 'int32', type: 'integer' },
        kind: { type: 'string' },
        metadata: wrapped(`${machinery}.ObjectMeta`),
      },
      'x-cluster-group-version-kind': [{ group: '', kind: 'Status', version: 'v1' }],
    },
    [`${machinery}.WatchEvent`]: {
      type: 'object',
      required: ['type', 'object'],
      properties: {
        object: { allOf: [ref('io.cluster.apimachinery.pkg.runtime.RawExtension')] },
        type: { default: '', type: 'string' },
      },
    },
    'io.cluster.apimachinery.pkg.runtime.RawExtension': { description: words, type: 'object' },
    'io.cluster.apimachinery.pkg.util.intstr.IntOrString': {
      description: words,
      format: 'int-or-string',
      oneOf: [{ type: 'integer' }, { type: 'string' }],
    },
    'io.cluster.apimachinery.pkg.api.resource.Quantity': {
      description: words,
      oneOf: [{ type: 'string' }, { type: 'number' }],
    },
    'io.cluster.apiextensions.v1.JSON': { description: 'JSON represents any valid JSON value.' },
    'io.cluster.apiextensions.v1.JSONSchemaProps': schemaOfSchemas(),
  };
}

function schemaOfSchemas(): JsonObject {
  const self = ref('io.cluster.apiextensions.v1.JSONSchemaProps');
  const any = ref('io.cluster.apiextensions.v1.JSON');
  return {
    type: 'object',
    properties: {
      $ref: { type: 'string' },
      $schema: { type: 'string' },
      additionalItems: any,
      allOf: { items: { allOf: [self], default: {} }, type: 'array' },
      default: any,
      definitions: { additionalProperties: { allOf: [self], default: {} }, type: 'object' },
      enum: { items: any, type: 'array' },
      example: any,
      items: any,
      maximum: { format: 'double', type: 'number' },
      not: self,
      pattern: { type: 'string' },
      properties: { additionalProperties: { allOf: [self], default: {} }, type: 'object' },
      required: { items: { default: '', type: 'string' }, type: 'array' },
      type: { type: 'string' },
      'x-cluster-validations': { type: 'array', items: { type: 'object' } },
    },
  };
}

function addKind(schemas: Record<string, Json>, index: number, changed: boolean): void {
  const name = `${core}.Kind${index}`;
  schemas[name] = {
    description: words,
    type: 'object',
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: wrapped(`${machinery}.ObjectMeta`),
      spec: wrapped(`${name}Spec`),
      status: wrapped(`${name}Status`),
    },
    'x-cluster-group-version-kind': [{ group: '', kind: `Kind${index}`, version: 'v1' }],
  };
  schemas[`${name}List`] = {
    type: 'object',
    required: ['items'],
    properties: {
      items: { items: wrapped(name), type: 'array' },
      metadata: { allOf: [{ type: 'object', properties: { continue: { type: 'string' } } }], default: {} },
    },
  };
  schemas[`${name}Spec`] = {
    type: 'object',
    required: ['containers', ...(changed ? ['runtimeClassName'] : [])],
    properties: {
      containers: {
        items: wrapped(`${name}Container`),
        type: 'array',
        'x-cluster-list-map-keys': ['name'],
        'x-cluster-list-type': 'map',
      },
      runtimeClassName: { type: 'string' },
      nodeSelector: { additionalProperties: { default: '', type: 'string' }, type: 'object' },
      template: wrapped(`${core}.Kind${Math.max(0, index - 1)}`),
      ...fields(10, (at) => [
        `option${at}`,
        { type: at % 2 === 0 ? 'boolean' : 'string', description: words },
      ]),
    },
  };
  schemas[`${name}Container`] = {
    type: 'object',
    required: ['name'],
    properties: {
      name: { type: 'string', default: '' },
      port: ref('io.cluster.apimachinery.pkg.util.intstr.IntOrString'),
      limits: {
        additionalProperties: ref('io.cluster.apimachinery.pkg.api.resource.Quantity'),
        type: 'object',
      },
      schema: { allOf: [ref('io.cluster.apiextensions.v1.JSONSchemaProps')] },
      env: { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } },
      data: { additionalProperties: { format: 'byte', type: 'string' }, type: 'object' },
    },
  };
  schemas[`${name}Status`] = {
    type: 'object',
    properties: {
      phase: { type: 'string', enum: ['Pending', 'Running', 'Failed'] },
      startTime: ref(`${machinery}.Time`),
    },
  };
}

const medias = [
  'application/json',
  'application/yaml',
  'application/vnd.cluster.protobuf',
  'application/json;stream=watch',
  'application/vnd.cluster.protobuf;stream=watch',
];

function answers(schema: Json): JsonObject {
  return {
    '200': { description: 'OK', content: Object.fromEntries(medias.map((media) => [media, { schema }])) },
    '401': { description: 'Unauthorized' },
  };
}

function addPaths(paths: Record<string, Json>, kind: string): void {
  const name = `${core}.${kind}`;
  const plural = `${kind.toLowerCase()}s`;
  const query = (parameter: string, type: string): JsonObject => ({
    description: words,
    in: 'query',
    name: parameter,
    schema: { type, uniqueItems: true },
  });
  const namespace = {
    in: 'path',
    name: 'namespace',
    required: true,
    schema: { type: 'string', uniqueItems: true },
  };
  const body = (schema: Json): JsonObject => ({ content: { '*/*': { schema } }, required: true });
  paths[`/api/v1/namespaces/{namespace}/${plural}`] = {
    parameters: [namespace, query('pretty', 'string')],
    get: {
      operationId: `listCoreV1Namespaced${kind}`,
      parameters: [query('watch', 'boolean'), query('limit', 'integer'), query('labelSelector', 'string')],
      responses: answers(ref(`${name}List`)),
      tags: ['core_v1'],
      'x-cluster-action': 'list',
    },
    post: {
      operationId: `createCoreV1Namespaced${kind}`,
      requestBody: body(ref(name)),
      responses: { ...answers(ref(name)), '201': described('Created', json(ref(name))) },
      tags: ['core_v1'],
    },
  };
  paths[`/api/v1/namespaces/{namespace}/${plural}/{name}`] = {
    parameters: [namespace, { in: 'path', name: 'name', required: true, schema: { type: 'string' } }],
    put: {
      operationId: `replaceCoreV1Namespaced${kind}`,
      requestBody: { required: true, ...json(ref(name)) },
      responses: answers(ref(name)),
    },
    patch: {
      operationId: `patchCoreV1Namespaced${kind}`,
      parameters: [query('force', 'boolean')],
      requestBody: {
        required: true,
        content: Object.fromEntries(
          ['json-patch+json', 'merge-patch+json', 'apply-patch+yaml'].map((media) => [
            `application/${media}`,
            { schema: ref(`${machinery}.Patch`) },
          ]),
        ),
      },
      responses: answers(ref(name)),
    },
    delete: {
      operationId: `deleteCoreV1Namespaced${kind}`,
      requestBody: json({}, '*/*'),
      responses: answers(ref(`${machinery}.Status`)),
    },
  };
  paths[`/api/v1/namespaces/{namespace}/${plural}/{name}/proxy/{path}`] = {
    parameters: [
      namespace,
      { in: 'path', name: 'name', required: true, schema: { type: 'string' } },
      { in: 'path', name: 'path', required: true, schema: { type: 'string' } },
    ],
    ...Object.fromEntries(
      ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'].map((method) => [
        method,
        {
          operationId: `connectCoreV1${method}Namespaced${kind}ProxyWithPath`,
          responses: { '200': { description: 'OK', content: { '*/*': { schema: { type: 'string' } } } } },
        },
      ]),
    ),
  };
}
