import type { Json, JsonObject } from '../../../src/spec/json.ts';
import { described, type Edition, fields, json, ref, words } from './parts.ts';

/**
 * As a cloud provider's own model is converted: every operation under one path and a fragment, `allOf` with a
 * description around every member, patterns of another language's engine, errors with statuses of their own.
 */
export function smithy({ resources, revised }: Edition): JsonObject {
  const schemas: Record<string, Json> = shared();
  const paths: Record<string, Json> = {};
  for (let index = 0; index < resources; index += 1) {
    addShapes(schemas, index, revised);
    paths[`/#X-Amz-Target=Table_20120810.Action${index}`] = operation(index);
    paths[`/2015-03-31/functions/{Name}/part${index}#qualifier`] = rest(index, revised && index === 1);
  }
  const header = (name: string): JsonObject => ({
    name,
    in: 'header',
    schema: { type: 'string' },
    required: false,
  });
  const headers = ['X-Amz-Content-Sha256', 'X-Amz-Date', 'X-Amz-Security-Token'];
  return {
    openapi: '3.0.0',
    info: {
      version: revised ? '2012-08-11' : '2012-08-10',
      'x-release': 'v4',
      title: 'Cloud Table',
      description: `<fullname>Cloud Table</fullname> <p>${words}</p>`,
      license: { name: 'Apache 2.0 License', url: 'http://www.apache.org/licenses/' },
    },
    externalDocs: { url: 'https://docs.cloud.example/table/' },
    servers: [
      {
        url: 'http://table.{region}.cloud.example',
        variables: {
          region: { description: 'The region', enum: ['us-east-1', 'eu-west-1'], default: 'us-east-1' },
        },
        description: 'multi-region endpoint',
      },
    ],
    'x-hasEquivalentPaths': true,
    paths,
    components: {
      parameters: Object.fromEntries(headers.map((name) => [name, header(name)])),
      securitySchemes: {
        hmac: {
          type: 'apiKey',
          name: 'Authorization',
          in: 'header',
          description: words,
          'x-amazon-apigateway-authtype': 'awsSigv4',
        },
      },
      schemas,
    },
    security: [{ hmac: [] }],
  };
}

const patterns = [
  '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*',
  '^(?!aws:)[a-zA-Z+-=._:/]+$',
  '[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*',
  '.*[^\\s].*',
  '\\A[a-z]+\\z',
  '[[:alnum:]_]{1,20}',
  '^((?:arn:(?:aws|aws-cn):iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+)|(?:[a-z]+))$',
  '^([^/]+/)*[^/]*$',
  '(?<name>[a-z]+)-\\k<name>',
  '\\d{4,}+',
  '(?s).*',
  '(?i)[a-z0-9]+(?-i)',
];

function shared(): Record<string, Json> {
  return {
    AttributeValue: {
      type: 'object',
      description: words,
      properties: {
        S: { allOf: [{ $ref: '#/components/schemas/String' }, { description: words }] },
        N: { allOf: [{ $ref: '#/components/schemas/String' }, { description: words }] },
        M: { allOf: [ref('MapAttributeValue'), { description: words }] },
        L: { allOf: [ref('ListAttributeValue'), { description: words }] },
        BOOL: { allOf: [ref('Boolean'), { description: words }] },
      },
    },
    MapAttributeValue: { type: 'object', additionalProperties: ref('AttributeValue') },
    ListAttributeValue: { type: 'array', items: ref('AttributeValue') },
    String: { type: 'string' },
    Boolean: { type: 'boolean' },
    Integer: { type: 'integer' },
    Long: { type: 'integer', minimum: -(2 ** 63), maximum: 2 ** 63 },
    Date: { type: 'string', format: 'date-time' },
    Blob: { type: 'string', format: 'password' },
    Error: {},
    ResourceNotFoundException: {},
    StringMap: {
      type: 'object',
      maxProperties: 50,
      minProperties: 0,
      additionalProperties: { allOf: [ref('String'), { description: words }] },
    },
  };
}

function addShapes(schemas: Record<string, Json>, index: number, revised: boolean): void {
  for (const kind of ['Input', 'Output'])
    schemas[`Action${index}${kind}`] = {
      type: 'object',
      title: `Action${index}${kind}`,
      description: words,
      required: ['TableName', ...(revised && index === 2 && kind === 'Output' ? [] : ['Key'])],
      properties: {
        TableName: { allOf: [ref(`Name${index}`), { description: words }] },
        Key: { allOf: [ref('MapAttributeValue'), { description: words }] },
        Limit: { allOf: [ref('Long'), { description: words, minimum: 1, maximum: 100 }] },
        Mode: {
          allOf: [ref(`Mode${index}`), { description: words }],
        },
        Names: {
          type: 'array',
          items: { allOf: [ref(`Name${index}`), { xml: { name: 'member' } }] },
          minItems: 0,
          maxItems: 25,
        },
        ...fields(6, (at) => [
          `Member${at}`,
          { allOf: [ref(at % 2 === 0 ? 'String' : 'Date'), { description: words }] },
        ]),
      },
    };
  schemas[`Name${index}`] = {
    type: 'string',
    pattern: patterns[index % patterns.length] ?? '',
    minLength: 0,
    maxLength: 255,
  };
  schemas[`Mode${index}`] = {
    type: 'string',
    enum: Array.from({ length: 120 }, (_, at) => `ml.p${at}.${index}xlarge`).concat(
      revised && index === 3 ? ['new'] : [],
    ),
  };
}

const shared4 = ['X-Amz-Content-Sha256', 'X-Amz-Date', 'X-Amz-Security-Token'].map((name) => ({
  $ref: `#/components/parameters/${name}`,
}));

function errors(): JsonObject {
  return {
    '480': described('InternalServerError', json(ref('Error'))),
    '481': described('ResourceNotFoundException', json(ref('ResourceNotFoundException'))),
  };
}

function operation(index: number): JsonObject {
  return {
    parameters: shared4,
    post: {
      operationId: `Action${index}`,
      description: `<p>${words}</p> <note> <p>a * b / c */</p> </note>`,
      requestBody: { required: true, ...json(ref(`Action${index}Input`)) },
      parameters: [
        {
          name: 'X-Amz-Target',
          in: 'header',
          required: true,
          schema: { type: 'string', enum: [`Table_20120810.Action${index}`] },
        },
      ],
      responses: { '200': described('Success', json(ref(`Action${index}Output`))), ...errors() },
    },
  };
}

function rest(index: number, changed: boolean): JsonObject {
  return {
    parameters: shared4,
    get: {
      operationId: `GetPart${index}`,
      parameters: [
        {
          name: 'Name',
          in: 'path',
          required: true,
          schema: { type: 'string', pattern: '^(?!aws:).*$', minLength: 1, maxLength: 140 },
        },
        {
          name: 'MaxItems',
          in: 'query',
          schema: { type: 'integer', minimum: 1, maximum: changed ? 50 : 10000 },
        },
        { name: 'x-amz-tagging', in: 'header', style: 'simple', schema: ref('StringMap') },
      ],
      responses: { '200': described('Success', json(ref(`Action${index}Output`))), ...errors() },
    },
  };
}
